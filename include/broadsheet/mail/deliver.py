"""Delivering the digest: at most once a local day, never the same news twice, and a reason for whatever happens."""

import logging
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from broadsheet.digest.edit import edit
from broadsheet.digest.edition import Digest, SectionName
from broadsheet.digest.render import render
from broadsheet.mail.address import read_mailbox
from broadsheet.mail.deliveries import Deliveries, Delivery, Draft, State, open_deliveries
from broadsheet.mail.lock import sender_lock
from broadsheet.mail.message import Envelope, build
from broadsheet.mail.secret import secret_key
from broadsheet.mail.transport import Evidence, Result, Transport, choose_transport
from broadsheet.settings import Settings
from broadsheet.warehouse.store import open_published

EXPIRES_AFTER = timedelta(hours=20)
"""A daily digest that could not be handed over for so long is given up: the next one says more."""

_log = logging.getLogger(__name__)


class DeliveryOutcome(StrEnum):
    """What one call came to."""

    SENT = "sent"
    PRESUMED_SENT = "presumed_sent"
    ALREADY_SENT = "already_sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    QUIET = "quiet"
    NOT_DUE = "not_due"
    NOTHING_KNOWN = "nothing_known"
    NO_RECIPIENT = "no_recipient"


class DeliveryReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one call came to and why, in words without addresses.

    ``run`` is the local day, ``edition_key`` and ``delivery_id`` name the row in the store of deliveries; None
    where there was no digest. ``news`` is how many papers each section of a digest made by this call has.
    """

    outcome: DeliveryOutcome
    reason: str
    run: str | None = None
    subject: str | None = None
    edition_key: str | None = None
    delivery_id: str | None = None
    news: dict[str, int] = {}

    @property
    def try_again(self) -> bool:
        """Whether calling again soon may send what could not be sent now."""
        return self.outcome is DeliveryOutcome.DEFERRED


def deliver(settings: Settings, now: datetime, transport: Transport | None = None) -> DeliveryReport:
    """Send the digest that is due at ``now`` (aware), if one is; calling again changes nothing.

    A delivery that an earlier call left open is finished first, with the bytes it was prepared with: sent if it
    certainly was not, and if it may have been, looked up and else presumed sent. A digest covers what changed
    since the last one that was delivered. A day without news sends nothing and is noted.

    Args:
        transport: where mail goes; default: ``smtp_url``, or the embedded inbox if that is empty.

    Raises:
        SettingsError: a digest setting that cannot be used.
        AddressError: digest_from or digest_to is no address that mail can be sent from or to.
        MailBusyError: another process is sending.
        MailError: the store of deliveries or the key cannot be used.
        WarehouseError: the published file cannot be read.
    """
    if not settings.digest_to:
        return DeliveryReport(
            outcome=DeliveryOutcome.NO_RECIPIENT, reason="no recipient is set: set digest_to to an address"
        )
    office = _Office(settings, now, transport)
    with sender_lock(settings.mail_path), open_deliveries(settings.mail_path) as deliveries:
        report = office.deliver(deliveries)
    _log.info("digest of %s: %s: %s", report.run or "today", report.outcome, report.reason)
    return report


class _Office:
    """One call's settings, read once."""

    def __init__(self, settings: Settings, now: datetime, transport: Transport | None) -> None:
        self._settings = settings
        self._now = now
        self._zone = settings.digest_zone
        self._sources = settings.digest_sources
        self._author = read_mailbox(settings.digest_from, "digest_from")
        self._reader = read_mailbox(settings.digest_to, "digest_to")
        self._recipient = self._reader.address
        self._envelope = Envelope(self._author.address, self._recipient)
        self._transport = transport or choose_transport(settings)

    def deliver(self, deliveries: Deliveries) -> DeliveryReport:
        local = self._now.astimezone(self._zone)
        run = local.date().isoformat()
        unfinished = deliveries.open_delivery(self._recipient)
        if unfinished is not None:
            finished = self._finish(deliveries, unfinished)
            if finished.run == run or finished.try_again:
                return finished
        if local.hour < self._settings.digest_hour:
            due = f"{self._settings.digest_hour:02d}:00 {self._settings.digest_timezone}"
            return DeliveryReport(
                outcome=DeliveryOutcome.NOT_DUE, reason=f"today's digest goes out from {due}", run=run
            )
        done = deliveries.of_run(run, self._recipient)
        if done is not None:
            return _report(done, again=True)
        return self._compose(deliveries, run)

    def _finish(self, deliveries: Deliveries, delivery: Delivery) -> DeliveryReport:
        """End what an earlier call began."""
        if delivery.state is State.SENDING:
            state, reply = self._settle(delivery)
            delivery = deliveries.note(delivery.delivery_id, state, reply, self._now)
        if delivery.state is State.PREPARED and self._now - delivery.prepared_at > EXPIRES_AFTER:
            reply = delivery.reply or "never tried"
            delivery = deliveries.note(delivery.delivery_id, State.EXPIRED, reply, self._now)
        return self._send(deliveries, delivery) if delivery.state is State.PREPARED else _report(delivery)

    def _settle(self, delivery: Delivery) -> tuple[State, str]:
        """Decide what became of a mail whose answer was lost: by evidence, else it is presumed sent."""
        message_id = f"<{delivery.delivery_id}@{self._author.domain}>"
        match self._transport.lookup(message_id, delivery.prepared_at):
            case Evidence.ACCEPTED:
                return State.SENT, "the answer was lost; it was found where it was sent"
            case Evidence.ABSENT:
                return State.PREPARED, "the answer was lost; it was not found where it was sent"
            case Evidence.LATER | Evidence.UNKNOWN:
                return State.PRESUMED_SENT, "the answer was lost"

    def _compose(self, deliveries: Deliveries, run: str) -> DeliveryReport:
        digest = self._edit(deliveries)
        if digest is None or not digest.editions:
            reason = "nothing is known yet of " + ", ".join(str(source) for source in self._sources)
            return DeliveryReport(outcome=DeliveryOutcome.NOTHING_KNOWN, reason=reason, run=run)
        if digest.quiet:
            reason = "a quiet day: nothing entered, came back, rose or left; nothing was sent"
            deliveries.note_quiet(run, self._recipient, reason, self._now)
            return DeliveryReport(
                outcome=DeliveryOutcome.QUIET, reason=reason, run=run, edition_key=digest.key
            )
        rendered = render(digest)
        people = (self._author, self._reader)
        message = build(rendered, digest.key, self._now, people, secret_key(self._settings))
        draft = Draft(run, self._recipient, rendered.subject, digest)
        delivery = deliveries.prepare(draft, message, self._now)
        return msgspec.structs.replace(self._send(deliveries, delivery), news=_news(digest))

    def _edit(self, deliveries: Deliveries) -> Digest | None:
        if not self._settings.published_path.exists():
            return None
        since = {source: deliveries.told_until(str(source), self._recipient) for source in self._sources}
        with open_published(self._settings) as con:
            return edit(
                con,
                since,
                self._now,
                hub_url=self._settings.hub_url,
                timezone=self._settings.digest_timezone,
            )

    def _send(self, deliveries: Deliveries, delivery: Delivery) -> DeliveryReport:
        with self._transport.open() as session:
            outcome = session.send(
                delivery.message,
                self._envelope,
                lambda: deliveries.hand_over(delivery.delivery_id, self._now),
            )
        reply = " ".join(str(part) for part in (f"{outcome.phase}:", outcome.code, outcome.reply) if part)
        match outcome.result:
            case Result.ACCEPTED:
                state = State.SENT
            case Result.REFUSED:
                state = State.FAILED
            case Result.DEFERRED:
                state = State.PREPARED
            case Result.IN_DOUBT:
                state, settled = self._settle(delivery)
                reply = f"{reply}; {settled}"
        return _report(deliveries.note(delivery.delivery_id, state, reply, self._now))


def _report(delivery: Delivery, *, again: bool = False) -> DeliveryReport:
    outcome, reason = {
        State.PREPARED: (DeliveryOutcome.DEFERRED, "not sent yet, it will be tried again"),
        State.SENDING: (DeliveryOutcome.DEFERRED, "being sent"),
        State.SENT: (DeliveryOutcome.SENT, "sent"),
        State.PRESUMED_SENT: (DeliveryOutcome.PRESUMED_SENT, "presumed sent"),
        State.FAILED: (DeliveryOutcome.FAILED, "refused; the next day's digest is the next attempt"),
        State.EXPIRED: (DeliveryOutcome.FAILED, "given up, it could not be sent in time"),
    }[delivery.state]
    if again and outcome in {DeliveryOutcome.SENT, DeliveryOutcome.PRESUMED_SENT}:
        outcome, reason = DeliveryOutcome.ALREADY_SENT, "today's digest was sent already"
    return DeliveryReport(
        outcome=outcome,
        reason=f"{reason} ({delivery.reply})" if delivery.reply else reason,
        run=delivery.run,
        subject=delivery.subject,
        edition_key=delivery.edition_key,
        delivery_id=delivery.delivery_id,
    )


def _news(digest: Digest) -> dict[str, int]:
    return {str(name): sum(len(edition.items(name)) for edition in digest.editions) for name in SectionName}
