"""The part of `broadsheet status` that tells of mail."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from broadsheet.commands.explain_run import account_row
from broadsheet.commands.mail_words import counts_in_words
from broadsheet.commands.output import fact, shown

if TYPE_CHECKING:
    from broadsheet.settings import Settings


def mail_row(settings: "Settings", now: datetime) -> dict[str, Any]:
    """How mail stands, as JSON shows it."""
    from broadsheet.mail.alarms import mail_alarms
    from broadsheet.mail.configured import open_in_step
    from broadsheet.mail.overview import overview

    with open_in_step(settings, now) as database, database.read() as con:
        found = overview(con, now)
    return {
        "subscribers": found.subscribers,
        "owed": found.owed,
        "next_due_at": found.next_due_at,
        "last_run": account_row(found.last_run) if found.last_run else None,
        "open_runs": [account_row(one) for one in found.open_runs],
        "deferred": found.deferred,
        "next_attempt_at": found.next_attempt_at,
        "alarms": mail_alarms(settings, now),
    }


def mail_in_words(mail: dict[str, Any]) -> Iterator[str]:
    """The same, line by line."""
    yield "mail\n"
    nobody = "nobody is subscribed: `broadsheet subscribers add ADDRESS`"
    yield fact("readers", counts_in_words(mail["subscribers"]) or nobody)
    last = mail["last_run"]
    if last is None:
        yield fact("last run", "none yet")
    else:
        left_out = counts_in_words(last["reasons"])
        became = counts_in_words(last["states"]) or "no mails"
        yield fact(
            "last run",
            f"{last['run']}, {last['state']}: {became}{f'; left out: {left_out}' if left_out else ''}",
        )
    if mail["owed"]:
        yield fact("owed now", f"{mail['owed']:,}: `broadsheet send`")
    yield fact("next due", shown(mail["next_due_at"]) or "nobody")
    for one in mail["open_runs"]:
        yield fact("open", f"{one['run']}, {one['state']}: {counts_in_words(one['states'])}")
    if mail["deferred"]:
        yield fact("deferred", f"{mail['deferred']:,}, the next attempt at {shown(mail['next_attempt_at'])}")
    for alarm in mail["alarms"]:
        yield fact("LOOK", alarm)
