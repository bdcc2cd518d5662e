"""The demo's readers: made-up people with different wishes, when they are due, and what they were sent."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.mail.preferences import Preferences
from broadsheet.mail.schedule import SLOT, Cadence, due, slot_of

if TYPE_CHECKING:
    from broadsheet.model import ListId, ListKind
    from broadsheet.settings import Settings

NADIA = "nadia@example.org"


class Reader(msgspec.Struct, frozen=True):
    """Somebody to be subscribed."""

    address: str
    name: str
    wishes: Preferences


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """What went out in a while: the subject of each mail, to how many readers, and why others got none."""

    subjects: tuple[str, ...]
    readers: int
    left_out: dict[str, int]


def three_readers(lists: "tuple[ListId | ListKind, ...]") -> tuple[Reader, ...]:
    """One who reads everything every day, one with topics on working days, one who wants a short list on Mondays.

    Far apart as they live, on the days of the made-up hub their hours are one moment: one run has mail for all three.
    """
    nadia = Preferences(hour=21, timezone="Australia/Adelaide", lists=lists)
    ravi = Preferences(
        cadence=Cadence.WEEKDAYS,
        hour=16,
        timezone="Asia/Kolkata",
        lists=lists,
        topics="robot*, agents",
    )
    lou = Preferences(
        cadence=Cadence.WEEKLY,
        weekday=1,
        hour=7,
        timezone="America/St_Johns",
        lists=lists,
        min_upvotes=50,
        max_items=10,
    )
    return (
        Reader(NADIA, "Nadia", nadia),
        Reader("ravi@example.org", "Ravi", ravi),
        Reader("lou@example.org", "Lou", lou),
    )


def subscribe(settings: "Settings", readers: Sequence[Reader], at: datetime) -> None:
    """Subscribe them at that moment, with a record of how they agreed: what is due from then on is theirs."""
    from broadsheet.mail.consent import Act
    from broadsheet.mail.database import open_database
    from broadsheet.mail.identity import parse_identity
    from broadsheet.mail.secret import secret_key
    from broadsheet.mail.subscribers import Newcomer, add

    act = Act(at, "cli", {"consent": "made up for the demo"})
    secret = secret_key(settings)
    with open_database(settings) as database, database.write() as con:
        for reader in readers:
            identity = parse_identity(reader.address)
            add(con, Newcomer(identity=identity, preferences=reader.wishes, name=reader.name), act, secret)


class Rounds:
    """The quarters of an hour at which somebody is due. At all others Airflow would start the DAG for nobody."""

    def __init__(self, readers: Sequence[Reader], since: datetime) -> None:
        self._schedules = [reader.wishes.schedule for reader in readers]
        self._looked = since

    def between(self, begin: datetime, end: datetime) -> list[datetime]:
        """``begin`` and the quarters after it, before ``end``, that somebody came to be due at since the last one."""
        found = []
        moment = begin
        while moment < end:
            if self._somebody_is_due(moment):
                found.append(moment)
            self._looked = moment
            moment = slot_of(moment) + SLOT
        return found

    def _somebody_is_due(self, moment: datetime) -> bool:
        latest = (due(*schedule, moment) for schedule in self._schedules)
        return any(found is not None and found.at > self._looked for found in latest)


def post_between(settings: "Settings", begin: datetime, end: datetime) -> Post:
    """What the runs that were opened from ``begin`` on and before ``end`` came to."""
    import sqlalchemy as sa

    from broadsheet.mail.database import open_database
    from broadsheet.mail.schema import ITS_SELECTION, deliveries, exclusions, runs, selections
    from broadsheet.mail.states import DELIVERED

    opened = sa.and_(runs.c.opened_at >= begin, runs.c.opened_at < end)
    mails = (
        sa.select(deliveries.c.subscriber_id, selections.c.subject)
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .join(selections, ITS_SELECTION)
        .where(opened, deliveries.c.state.in_(DELIVERED))
        .order_by(runs.c.opened_at, deliveries.c.subscriber_id)
    )
    reasons = sa.select(exclusions.c.reason).join(runs).where(opened).order_by(exclusions.c.reason)
    with open_database(settings) as database, database.read() as con:
        sent = con.execute(mails).all()
        left_out = Counter(con.scalars(reasons))
    return Post(
        subjects=tuple(subject for _, subject in sent),
        readers=len({subscriber_id for subscriber_id, _ in sent}),
        left_out=dict(left_out),
    )
