"""What a mail is handed to, and how certain it is afterwards that it was taken."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from broadsheet.mail.message import Envelope, Message


class Result(StrEnum):
    """What became of one attempt.

    ``accepted``: the next hop has it. ``refused``: it said no for good. ``deferred``: it does not have it, and a
    later attempt may succeed. ``in_doubt``: it was offered whole and the answer is not known.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"


class Outcome(msgspec.Struct, frozen=True):
    """The result of one attempt, the phase that decided it, and the answer there; addresses are taken out."""

    result: Result
    phase: str
    code: int | None = None
    reply: str = ""


class Transport(Protocol):
    """A way out."""

    def send(self, message: Message, envelope: Envelope, handing_over: Callable[[], None]) -> Outcome:
        """Try once. ``handing_over`` is called when everything but the last byte is over: until it has returned
        the mail is certainly not taken, from then on it may be. What it raises ends the attempt before that."""
        ...

    def lookup(self, message: Message) -> bool | None:
        """Whether there is evidence that the mail was taken (True) or was not (False); None: none to be had."""
        ...
