"""Reaching the relay: its address, TLS with a verified certificate, the login."""

import socket

import pytest

from broadsheet.mail import relay as relay_module
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.outcomes import judge
from broadsheet.mail.relay import Relay, connect, read_relay
from broadsheet.mail.states import State
from broadsheet.mail.transport import Outcome, Phase, Result
from broadsheet.sample.mishaps import Mishap, Stage
from broadsheet.sample.relay import SampleRelay
from broadsheet.settings import SettingsError
from certificates import Authority
from digest.made_up import UNTIL
from mail.sessions import SESSIONS

ENVELOPE = Envelope("digest@papers.example", "ada@example.org")
MESSAGE = Message("0" * 32, UNTIL, b"Message-ID: <one@papers.example>\r\n\r\nHello\r\n")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusting(authority, monkeypatch):
    """The process trusts the authority, as OpenSSL lets an operator say it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    relay_module._tls.cache_clear()
    yield
    relay_module._tls.cache_clear()


@pytest.fixture
def elsewhere(monkeypatch):
    """127.0.0.1 counts as another machine."""
    monkeypatch.setattr(Relay, "loopback", property(lambda relay: False))


@pytest.fixture(params=SESSIONS.values(), ids=SESSIONS)
def send(request):
    def send(url, message=MESSAGE):
        with request.param(read_relay(url)) as session:
            return session.send(message, ENVELOPE, lambda: None)

    return send


def with_login(url, login="me:secret"):
    return url.replace("://", f"://{login}@")


@pytest.mark.usefixtures("trusting", "elsewhere")
@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_mail_goes_out_over_tls(tmp_path, authority, implicit, send):
    with SampleRelay(tmp_path / "log", tls=authority.server(), implicit_tls=implicit) as relay:
        assert send(relay.url).result is Result.ACCEPTED
        assert [mail.recipient for mail in relay.accepted()] == ["ada@example.org"]


@pytest.mark.usefixtures("trusting", "elsewhere")
def test_a_large_mail_goes_out_over_tls_as_it_is(tmp_path, authority, send):
    large = Message("0" * 32, UNTIL, MESSAGE.data + b"x" * 76 * 50_000 + b"\r\n")
    with SampleRelay(tmp_path / "log", tls=authority.server()) as relay:
        assert send(relay.url, large).result is Result.ACCEPTED
        assert [mail.sha256 for mail in relay.accepted()] == [large.sha256]


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_a_certificate_that_nobody_known_signed_is_refused(tmp_path, authority, implicit, send):
    with SampleRelay(tmp_path / "log", tls=authority.server(), implicit_tls=implicit) as relay:
        outcome = send(relay.url)
        assert (outcome.result, outcome.phase) == (Result.DEFERRED, Phase.TLS)
        assert "certificate" in outcome.reply.lower()
        assert relay.accepted() == ()


@pytest.mark.usefixtures("trusting", "elsewhere")
@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_a_certificate_of_another_host_is_refused(tmp_path, authority, implicit, send):
    context = authority.server("mail.elsewhere.example")
    with SampleRelay(tmp_path / "log", tls=context, implicit_tls=implicit) as relay:
        assert send(relay.url).phase is Phase.TLS
        assert relay.accepted() == ()


@pytest.mark.usefixtures("elsewhere")
def test_a_relay_elsewhere_must_offer_tls(tmp_path, send):
    with SampleRelay(tmp_path / "log") as relay:
        outcome = send(relay.url)
        assert (outcome.result, outcome.phase) == (Result.DEFERRED, Phase.TLS)
        assert "STARTTLS" in outcome.reply
        assert relay.accepted() == ()


@pytest.mark.usefixtures("trusting", "elsewhere")
def test_a_relay_that_refuses_starttls_gets_nothing_in_the_clear(tmp_path, authority, send):
    with SampleRelay(tmp_path / "log", tls=authority.server()) as relay:
        relay.mishaps.add(Mishap(at=Stage.STARTTLS, reply="454 4.7.0 TLS not available"))
        outcome = send(relay.url)
        assert (outcome.phase, outcome.code, outcome.enhanced) == (Phase.TLS, 454, "4.7.0")
        assert relay.accepted() == ()


def test_on_loopback_the_certificate_that_nobody_signed_is_not_asked_for(tmp_path, authority, send):
    with SampleRelay(tmp_path / "log", tls=authority.server()) as relay:
        assert send(relay.url).result is Result.ACCEPTED


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_the_login_goes_over_tls(tmp_path, authority, implicit, send):
    tls = authority.server()
    with SampleRelay(tmp_path / "log", tls=tls, implicit_tls=implicit, login=("me", "secret")) as relay:
        assert send(with_login(relay.url)).result is Result.ACCEPTED


def test_on_loopback_a_login_is_kept_from_a_server_with_a_bad_certificate(tmp_path, authority, send):
    with SampleRelay(tmp_path / "log", tls=authority.server(), login=("me", "secret")) as relay:
        assert send(with_login(relay.url)).phase is Phase.TLS


@pytest.mark.parametrize("login", ["me:wrong", "me:geheim%C3%BC"], ids=["wrong", "not ASCII"])
def test_a_refused_login_is_the_relays_trouble_and_nobody_elses(tmp_path, login, send):
    with SampleRelay(tmp_path / "log", login=("me", "secret")) as relay:
        outcome = send(with_login(relay.url, login))
    assert (outcome.result, outcome.phase) == (Result.DEFERRED, Phase.LOGIN)
    consequence = judge(outcome, 1, UNTIL, "0" * 32)
    assert consequence.state is State.DEFERRED
    assert consequence.relay_trouble


def test_a_relay_that_wants_a_login_says_so_at_mail_and_that_is_its_trouble(tmp_path, send):
    with SampleRelay(tmp_path / "log", login=("me", "secret")) as relay:
        outcome = send(relay.url)
    assert (outcome.phase, outcome.code) == (Phase.MAIL, 530)
    assert judge(outcome, 1, UNTIL, "0" * 32).relay_trouble


@pytest.mark.parametrize("reply", ["554 5.7.1 not you", "421 4.7.0 busy"])
def test_what_a_relay_says_at_the_door_is_about_no_mail(tmp_path, reply, send):
    with SampleRelay(tmp_path / "log") as relay, relay.going_wrong(Mishap(at=Stage.CONNECT, reply=reply)):
        outcome = send(relay.url)
    assert (outcome.result, outcome.phase, outcome.code) == (Result.DEFERRED, Phase.CONNECT, int(reply[:3]))
    assert outcome.enhanced == reply[4:9]


def test_nobody_listening_means_later(send):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = send(f"smtp://127.0.0.1:{port}")
    assert (outcome.result, outcome.phase, outcome.code) == (Result.DEFERRED, Phase.CONNECT, None)


def test_a_host_that_no_name_server_can_be_asked_for_means_later():
    outcome = connect(Relay("x" * 64 + ".example", 25, implicit_tls=False))
    assert isinstance(outcome, Outcome)
    assert outcome.phase is Phase.CONNECT


def test_a_packet_is_not_held_back(tmp_path):
    with SampleRelay(tmp_path / "log") as relay:
        client = connect(read_relay(relay.url))
        assert client.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert client.sock.gettimeout() == relay_module.COMMAND_SECONDS == 300
        client.close()
    assert relay_module.CONNECT_SECONDS == 30


def test_there_is_one_tls_context():
    assert relay_module._tls() is relay_module._tls()


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example", Relay("mail.example", 587, implicit_tls=False)),
        ("smtps://mail.example", Relay("mail.example", 465, implicit_tls=True)),
        ("smtp://a%40b:p%2Fw@mail.example:25", Relay("mail.example", 25, False, "a@b", "p/w")),
    ],
)
def test_addresses_of_relays(url, relay):
    assert read_relay(url) == relay


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://a:secret@h:x", "smtp://h/p"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError, match="smtp_url") as caught:
        read_relay(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.9", True), ("::1", True), ("10.0.0.1", False), ("x.y", False)],
)
def test_loopback_is_this_machine_only(host, loopback):
    assert Relay(host, 25, implicit_tls=False).loopback is loopback


def test_a_password_is_not_shown():
    assert "secret" not in repr(read_relay("smtp://me:secret@mail.example"))
