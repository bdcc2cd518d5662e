"""What a mail is handed to, and how certain it is afterwards that it was taken."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Literal, Protocol, Self

import msgspec

from broadsheet.mail.message import Envelope, Message
from broadsheet.settings import Settings


class Result(StrEnum):
    """What became of one attempt.

    ``accepted``: the next hop has it. ``refused``: it said no for good. ``deferred``: it does not have it, and a
    later attempt may succeed. ``in_doubt``: it was offered whole and the answer is not known.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"


class Phase(StrEnum):
    """Which step of an attempt decided it. Up to ``login`` nothing was said about this mail yet."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of one attempt, the phase that decided it, and the answer there; addresses are taken out.

    ``enhanced`` is a status such as ``5.1.1`` (RFC 3463), ``queue_id`` what the next hop calls the mail.
    """

    result: Result
    phase: Phase
    code: int | None = None
    enhanced: str | None = None
    reply: str = ""
    queue_id: str | None = None


class Evidence(StrEnum):
    """What is known of a mail whose answer was lost.

    ``accepted`` and ``absent`` (it certainly was not taken) are final. ``later``: the source will know, but does
    not yet. ``unknown``: there is no source, or it cannot tell.
    """

    ACCEPTED = "accepted"
    ABSENT = "absent"
    LATER = "later"
    UNKNOWN = "unknown"


class Session(Protocol):
    """One way out, kept open over many mails; for one thread. Leaving the block closes it and raises nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """Try once.

        ``before_dot`` is called when everything but the last byte is over: until it has returned the mail is
        certainly not taken, from then on it may be. What it raises ends the attempt before that and is passed on.
        """
        ...


class Transport(Protocol):
    """Where mails go; for any number of threads."""

    def open(self) -> Session:
        """A session of one's own. Connecting waits for the first mail, and its failure is that mail's outcome."""
        ...

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """Whether the mail with that Message-ID, offered at ``since`` (aware), was taken."""
        ...


def choose_transport(settings: Settings, kind: Literal["mail", "channel"] = "mail") -> Transport:
    """The mail server of ``smtp_url``, or the embedded inbox; for the kind ``channel`` the chat channels.

    Raises:
        SettingsError: ``smtp_url`` or ``evidence`` cannot be used.
    """
    if kind == "channel":
        from broadsheet.mail.channels import ChannelTransport

        return ChannelTransport(settings.channels)
    if settings.smtp_url:
        from broadsheet.mail.evidence import choose_source
        from broadsheet.mail.relay import read_relay
        from broadsheet.mail.smtp import SmtpTransport

        return SmtpTransport(read_relay(settings.smtp_url), choose_source(settings))
    from broadsheet.mail.inbox import InboxTransport

    return InboxTransport(settings.inbox_path)
