"""Everything that is looked at, in the order in which it is told."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from broadsheet.checks.clocks import check_clock
from broadsheet.checks.contradictions import check_settings
from broadsheet.checks.finding import Area, Finding
from broadsheet.checks.mailboxes import check_bounce_mailbox, check_evidence
from broadsheet.checks.places import check_places
from broadsheet.checks.stores import check_locks, check_mail_database, check_warehouse
from broadsheet.errors import UsageError
from broadsheet.mail.address import read_mailbox
from broadsheet.mail.relay import Relay, read_relay
from broadsheet.settings import Loaded, Settings

if TYPE_CHECKING:
    from broadsheet.checks.names import Names

HUB = Area("Hub")
DOMAIN = Area("Sender's domain")
MAIL_SERVER = Area("Mail server")
LOCAL_ENDINGS = ("localhost", "local", "test", "invalid", "example", "internal")
"""Last labels of names that exist on one machine or network alone (RFC 6761, 6762, 9476)."""


def examine(loaded: Loaded, now: datetime, names: "Callable[[], Names] | None") -> Iterator[Finding]:
    """Look at everything; nothing is changed and nothing is sent.

    Args:
        now: aware, the system's own time.
        names: gives the name servers to ask; None: no machine beside this one is asked anything.
    """
    settings = loaded.settings
    yield from check_settings(settings)
    yield _contact(settings)
    yield from check_places(loaded)
    yield check_warehouse(settings)
    if names is not None or not settings.database_url:
        yield from check_mail_database(settings)
    yield from check_locks(settings, now)
    yield from check_clock(settings)
    yield from _mail(settings, now, names)
    yield from check_bounce_mailbox(settings, offline=names is None)
    yield from check_evidence(settings)


def _contact(settings: Settings) -> Finding:
    if settings.contact:
        return HUB.ok("contact", "named in every request")
    return HUB.warn(
        "contact", "the hub's people cannot reach you", "set contact to your mail address or a URL"
    )


def _mail(settings: Settings, now: datetime, names: "Callable[[], Names] | None") -> Iterator[Finding]:
    if not settings.smtp_url:
        yield MAIL_SERVER.warn(
            "smtp",
            f"no mail leaves this machine: all of it stays in {settings.inbox_path}",
            "set smtp_url to your mail server",
        )
        return
    try:
        relay = read_relay(settings.smtp_url)
    except UsageError:
        return  # told with the settings
    if names is not None:
        from broadsheet.checks.names import UnansweredError
        from broadsheet.checks.relay import check_relay

        yield from check_relay(relay, now)
        try:
            yield from _outside(settings, relay, names())
        except UnansweredError as error:
            yield DOMAIN.warn("name servers", str(error), "see whether this machine's name servers answer")


def _outside(settings: Settings, relay: Relay, names: "Names") -> Iterator[Finding]:
    """What receivers find out about the mails' domains."""
    from broadsheet.checks.bounces import check_alignment, check_mail_exchange
    from broadsheet.checks.dkim import check_dkim
    from broadsheet.checks.dmarc import check_dmarc
    from broadsheet.checks.relay import check_reverse_name
    from broadsheet.checks.spf import check_spf

    if relay.loopback:
        yield MAIL_SERVER.ok(
            "reverse name", "the server is this machine: its outer address is not known here"
        )
    else:
        yield from _answered("reverse name", lambda: check_reverse_name(names, relay.host))
    try:
        author = read_mailbox(settings.digest_from, "digest_from").domain
        bounces = read_mailbox(settings.bounce_address or settings.digest_from, "bounce_address").domain
    except UsageError:
        return  # told with the settings
    if author.rpartition(".")[2] in LOCAL_ENDINGS:
        yield DOMAIN.warn(
            "from", f"nobody outside takes mail from {author}", "set digest_from to your own domain"
        )
        return
    yield from _answered("spf", lambda: check_spf(names, bounces))
    yield from _answered("dkim", lambda: check_dkim(names, author, settings.dkim_selector))
    yield from _answered("dmarc", lambda: check_dmarc(names, author))
    yield from _answered("alignment", lambda: check_alignment(names, author, bounces))
    yield from _answered("bounces", lambda: check_mail_exchange(names, bounces))


def _answered(what: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    from broadsheet.checks.names import UnansweredError

    try:
        yield from list(check())
    except UnansweredError as error:
        yield DOMAIN.warn(what, f"not known: {error}", "try again; if it stays so, look at the name servers")
