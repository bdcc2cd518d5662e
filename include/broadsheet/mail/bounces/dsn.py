"""Delivery status notifications (RFC 3464; RFC 6533 for addresses outside ASCII)."""

from email.message import Message

from broadsheet.mail.bounces.fields import read_fields
from broadsheet.mail.bounces.kinds import Kind, Told
from broadsheet.mail.bounces.reading import addresses
from broadsheet.mail.bounces.status import find_status, judge_failure

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_DELIVERED = ("delivered", "relayed", "expanded")


def status_parts(mail: Message) -> list[Message]:
    """The parts that tell what became of recipients, those of a report within a report too."""
    return [part for part in mail.walk() if part.get_content_type() in _STATUS_TYPES]


def read_status(part: Message) -> list[Told]:
    """What a status part says, recipient by recipient; nothing if it tells of none."""
    return [_told(fields) for fields in read_fields(part) if "action" in fields or "status" in fields]


def _told(fields: dict[str, str]) -> Told:
    recipients = tuple(
        found[0]
        for name in _RECIPIENT_FIELDS
        if (found := addresses(fields.get(name, "").rpartition(";")[2]))
    )
    status, action = fields.get("status", ""), fields.get("action", "").casefold()
    if action.startswith("delayed"):
        return Told(Kind.DELAYED, "it is still being tried", find_status(status), recipients)
    if action.startswith(_DELIVERED) or (not action and status.startswith("2")):
        return Told(Kind.IGNORED, "it was delivered", recipients=recipients)
    judged = judge_failure(status, fields.get("diagnostic-code", ""))
    return Told(judged.kind, judged.reason, judged.status, recipients)
