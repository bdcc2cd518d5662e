"""The mail server: whether it can be reached as a sender reaches it, what it offers, and its name."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from broadsheet.checks.finding import Area, Finding
from broadsheet.checks.names import Names
from broadsheet.mail.relay import Relay, connect
from broadsheet.mail.transport import Outcome, Phase

AREA = Area("Mail server")
LARGEST_MAIL = 500_000
"""Bytes. No mail becomes larger."""
RENEW_BEFORE = timedelta(days=14)

_ADVICE = {
    Phase.CONNECT: "look at host and port in smtp_url, and whether a firewall is in the way",
    Phase.TLS: "use the name that the certificate is for, or have the server get one that is trusted",
    Phase.LOGIN: "look at user and password in smtp_url; special characters in them are percent-encoded",
}


def check_relay(relay: Relay, now: datetime) -> Iterator[Finding]:
    """Connect, encrypt and log in as a sender does; nothing is sent. ``now`` is aware."""
    client = connect(relay)
    if isinstance(client, Outcome):
        code = f"{client.code} " if client.code else ""
        detail = f"{relay.host}:{relay.port} fails at {client.phase}: {code}{client.reply}"
        yield AREA.fail("connection", detail, _ADVICE[client.phase])
        return
    try:
        yield AREA.ok("connection", f"{relay.host}:{relay.port}{', logged in' if relay.user else ''}")
        yield _tls(client, relay, now)
        yield _size(client)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
        client.close()


def check_reverse_name(names: Names, host: str) -> Iterator[Finding]:
    """Whether each address of the mail server has a name that leads back to it (FCrDNS)."""
    addresses = [host] if _is_address(host) else names.addresses(host)
    if not addresses:
        yield AREA.fail("reverse name", f"{host} has no address", "look at the host in smtp_url")
    for address in addresses:
        found = names.names_of(address)
        back = [name for name in found if address in names.addresses(name)]
        if back:
            yield AREA.ok("reverse name", f"{address} is {back[0]}")
        else:
            why = f"{', '.join(found)} does not lead back to it" if found else "it has no name"
            yield AREA.warn(
                "reverse name",
                f"{address}: {why}",
                "have its provider set the name, if this server itself delivers to others",
            )


def _tls(client: smtplib.SMTP, relay: Relay, now: datetime) -> Finding:
    if not isinstance(client.sock, ssl.SSLSocket):
        return AREA.ok("encryption", "none: the server is this machine")
    certificate = client.sock.getpeercert() or {}
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    detail = f"{client.sock.version()}, certificate for {relay.host} until {ends:%Y-%m-%d}"
    if ends - now < RENEW_BEFORE:
        return AREA.warn("encryption", detail, "renew the certificate: then no mail goes out any more")
    return AREA.ok("encryption", detail)


def _size(client: smtplib.SMTP) -> Finding:
    said = client.esmtp_features.get("size", "")
    most = int(said) if said.isdigit() else 0
    if 0 < most < LARGEST_MAIL:
        return AREA.fail(
            "offers",
            f"it takes mails of {most:,} bytes at most",
            f"allow {LARGEST_MAIL:,} (message_size_limit)",
        )
    offers = [name for name in ("pipelining", "smtputf8", "8bitmime", "dsn") if client.has_extn(name)]
    bound = [f"mails of {most:,} bytes"] if most else []
    return AREA.ok("offers", ", ".join((*bound, *offers)) or "nothing beyond plain SMTP")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
