"""What is done for one delivery before it is offered to the next hop, and after that."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from broadsheet.mail.composer import Composer
from broadsheet.mail.entries import Settled, settled
from broadsheet.mail.errors import AddressError
from broadsheet.mail.guard import Guard
from broadsheet.mail.identity import Kind, is_allowed
from broadsheet.mail.journal import Intent, Journal, JournalError
from broadsheet.mail.ledger import EXPIRED, Claimed
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.outcomes import judge
from broadsheet.mail.pacing import Pacer
from broadsheet.mail.refusals import Refusals
from broadsheet.mail.states import State
from broadsheet.mail.transport import Outcome, Transport

OTHER_BYTES = "it would not be the same mail as before; decide by hand"
NOT_ALLOWED = "setting recipients_allow does not name them now"
UNWRITABLE = "no mail can be written to that address"
NO_JOURNAL = "not offered: the journal cannot be written"


class Tools(NamedTuple):
    """What all who offer messages of one kind use."""

    kind: str
    transport: Transport
    composer: Composer
    journal: Journal
    refusals: Refusals
    pacer: Pacer
    guard: Guard
    allow: Sequence[str]
    now: Callable[[], datetime]


class Offer(msgspec.Struct):
    """A delivery that is ready to be offered. ``dot_at`` is when its dot may have gone out first, aware."""

    intent: Intent
    message: Message
    envelope: Envelope
    dot_at: datetime | None = None


class Clerk:
    """For any number of threads."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def prepare(self, claimed: Claimed, refusal: str | None) -> Offer | Settled:
        """The offer; or what became of the delivery without one, as of ``refusal``, why it must not be begun."""
        tools = self._tools
        if refusal is None and not is_allowed(tools.kind, claimed.address, tools.allow):
            refusal = NOT_ALLOWED
        if refusal is not None:
            return _unbegun(claimed, State.SUPPRESSED, refusal)
        if tools.now() >= claimed.deadline_at:
            return _unbegun(claimed, State.EXPIRED, EXPIRED)
        try:
            message, envelope = tools.composer.message(claimed, tools.kind)
        except AddressError:
            return _unbegun(claimed, State.FAILED, UNWRITABLE)
        sha256 = message.sha256
        if claimed.sha256 not in {None, sha256}:
            return _unbegun(claimed, State.QUARANTINED, OTHER_BYTES)
        return Offer(Intent(claimed.delivery_id, claimed.attempt, sha256), message, envelope)

    def intend(self, offers: Sequence[Offer]) -> None:
        """Note that these are about to be offered whole. Raises JournalError: none of their dots may be sent."""
        self._tools.journal.dots([offer.intent for offer in offers])
        # Real time, as the journal's: it is compared with what other machines log.
        now = datetime.now(UTC)
        for offer in offers:
            offer.dot_at = now

    def withhold(self, offer: Offer, error: JournalError) -> Settled:
        """What became of an offer that the journal could not note."""
        self._tools.guard.stop(str(error), pauses=True)
        delivery_id, attempt, _ = offer.intent
        return Settled(delivery_id=delivery_id, attempt=attempt, state=State.PENDING, text=NO_JOURNAL)

    def conclude(self, offer: Offer, outcome: Outcome) -> Settled:
        """Note what came of an offer, and draw the conclusions."""
        tools, (its_id, attempt, sha256) = self._tools, offer.intent
        offered = offer.dot_at is not None
        consequence = judge(outcome, attempt, tools.now(), its_id)
        entry = settled(its_id, attempt, outcome, consequence, sha256 if offered else None)
        if entry.state is State.IN_DOUBT:
            entry = msgspec.structs.replace(entry, at=offer.dot_at)
        if tools.kind == Kind.MAIL:  # what one channel's service says is about that channel alone
            tools.guard.note(outcome, consequence)
            if consequence.slow_down:
                tools.pacer.slow_down()
        note = tools.journal.reply if offered else tools.journal.no
        try:
            note(its_id, attempt, outcome)
        except JournalError as error:
            tools.guard.stop(str(error), pauses=True)
        return entry


def _unbegun(claimed: Claimed, state: State, reason: str) -> Settled:
    return Settled(delivery_id=claimed.delivery_id, attempt=claimed.attempt, state=state, resolution=reason)
