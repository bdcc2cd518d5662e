"""The mail server as doctor meets it: reached, encrypted, large enough, or why not."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from broadsheet.checks.finding import Finding, State
from broadsheet.checks.relay import check_relay
from broadsheet.mail import relay as relays
from broadsheet.mail.relay import Relay

NOW = datetime.now(UTC)


def look(port: int, **more: object) -> dict[str, Finding]:
    relay = Relay(host="localhost", port=port, **({"implicit_tls": False} | more))
    return {finding.what: finding for finding in check_relay(relay, NOW)}


def serving(**options: object) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(object(), hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture
def plain() -> Iterator[int]:
    yield from serving(data_size_limit=10_000_000)


@pytest.fixture
def small() -> Iterator[int]:
    yield from serving(data_size_limit=100_000)


@pytest.fixture
def guarded() -> Iterator[int]:
    refuse = {
        "authenticator": lambda *arguments: AuthResult(success=False, handled=False),
        "auth_require_tls": False,
    }
    yield from serving(**refuse)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost that nobody signed, good for 30 days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.fixture
def encrypted(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from serving(ssl_context=context)


def test_a_server_on_this_machine_is_reached(plain: int) -> None:
    found = look(plain)
    assert {finding.state for finding in found.values()} == {State.OK}
    assert found["encryption"].detail.startswith("none")
    assert "10,000,000 bytes" in found["offers"].detail


def test_a_server_that_takes_small_mails_only_fails(small: int) -> None:
    assert look(small)["offers"].state is State.FAIL


def test_nobody_listening_fails() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found = look(probe.getsockname()[1])
    assert list(found) == ["connection"]
    assert found["connection"].state is State.FAIL
    assert "smtp_url" in found["connection"].advice


def test_a_login_that_is_refused_fails_without_telling_it(guarded: int) -> None:
    found = look(guarded, user="me", password="hunter2")["connection"]
    assert (found.state, "login" in found.detail) == (State.FAIL, True)
    assert "hunter2" not in found.detail + found.advice


def test_a_certificate_that_nobody_signed_fails(encrypted: int) -> None:
    found = look(encrypted, implicit_tls=True)["connection"]
    assert (found.state, "tls" in found.detail) == (State.FAIL, True)


@pytest.mark.parametrize(("days", "state"), [(0, State.OK), (20, State.WARN)])
def test_a_certificate_that_ends_soon_is_told(
    encrypted: int, certificate: Path, days: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(relays, "_tls", lambda: trusting)
    relay = Relay(host="localhost", port=encrypted, implicit_tls=True)
    found = {finding.what: finding for finding in check_relay(relay, NOW + timedelta(days=days))}
    assert found["encryption"].state is state
    assert "TLSv1.3" in found["encryption"].detail
