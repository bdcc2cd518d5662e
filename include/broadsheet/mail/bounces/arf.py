"""Complaints in the Abuse Reporting Format (RFC 5965)."""

from email.message import Message

from broadsheet.mail.bounces.fields import read_fields
from broadsheet.mail.bounces.kinds import Kind, Told
from broadsheet.mail.bounces.reading import addresses

REPORT_TYPE = "message/feedback-report"

_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})


def feedback_parts(mail: Message) -> list[Message]:
    """The parts that say what a reader made of a mail."""
    return [part for part in mail.walk() if part.get_content_type() == REPORT_TYPE]


def read_feedback(part: Message) -> list[Told]:
    """What a feedback part says; nothing if it does not name its type.

    Reports that are no reader's word, such as ``not-spam``, ``virus`` or ``auth-failure``, are ``ignored``.
    """
    for fields in read_fields(part):
        if kind := fields.get("feedback-type", "").casefold():
            recipients = (*addresses(fields.get("original-rcpt-to", "")),)
            if kind in _COMPLAINTS:
                return [Told(Kind.COMPLAINT, "the reader calls it spam", recipients=recipients)]
            return [Told(Kind.IGNORED, "a report that is no complaint", recipients=recipients)]
    return []
