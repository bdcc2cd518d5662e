"""What happens to mail, in plain words: shared by every command that tells of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from broadsheet.mail.chronicle import Compared

REASONS = {
    "nothing_new": "nothing is new since they were last told",
    "no_match": "nothing of what is new matches their wishes",
    "suppressed": "their address may not be written to",
    "not_allowed": "setting recipients_allow does not name their address",
    "no_channel": "setting channels has no such channel any more",
    "missed": "nothing was sent until it was too late: its news comes with the next one",
}
STATES = {
    "pending": "waits to be sent",
    "claimed": "is being sent",
    "deferred": "was put off by the mail server",
    "in_doubt": "was offered, and the answer was lost",
    "accepted": "was accepted by the mail server",
    "presumed_accepted": "is presumed accepted",
    "suppressed": "was not sent",
    "failed": "was refused for good",
    "expired": "was given up at its deadline",
    "aborted": "was given up by hand",
    "quarantined": "is set aside for somebody to decide",
}


def reason_in_words(reason: str) -> str:
    """Why somebody who was due got no mail."""
    return REASONS[reason]


def counts_in_words(counts: Mapping[Any, int]) -> str:
    """``3 accepted, 1 deferred``; "" for nothing."""
    return ", ".join(f"{count:,} {str(name).replace('_', ' ')}" for name, count in counts.items() if count)


def mails(count: int, kind: str = "") -> str:
    """``1 mail``, ``2 different mails``."""
    return f"{count:,} {kind}{'mail' if count == 1 else 'mails'}"


def answer_in_words(phase: str | None, code: int | None, enhanced: str | None, reply: str | None) -> str:
    """What a mail server answered: ``at rcpt: 550 5.1.1 no such user``; "" if nothing is known of it."""
    repeated = enhanced and reply and reply.startswith(enhanced)
    said = " ".join(str(part) for part in (code, None if repeated else enhanced, reply) if part)
    where = f"at {phase}" if phase else ""
    return ": ".join(part for part in (where, said) if part)


def compared_in_words(compared: "Compared") -> str:
    """``trending at 2026-11-20 06:00 (snapshot 12), since snapshot 8``."""
    named = compared.list if compared.list == compared.source else f"{compared.source}, {compared.list}"
    since = (
        f"since snapshot {compared.from_snapshot}"
        if compared.from_snapshot is not None
        else "told for the first time"
    )
    return f"{named} at {compared.as_of:%Y-%m-%d %H:%M} (snapshot {compared.to_snapshot}), {since}"
