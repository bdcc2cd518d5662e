"""The days of a demo: when the clock stands where, and what Airflow runs then."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

import msgspec

from broadsheet.errors import UsageError
from broadsheet.model import DATED_KINDS, ListId, ListKind, dated_list, first_day
from broadsheet.times import midnight

if TYPE_CHECKING:
    from broadsheet.sample.faults import AnyFault
    from broadsheet.sample.tape import Tape

DIGEST_AFTER = timedelta(minutes=5)
LONGEST_SPAN = timedelta(days=1)
MOST_STEPS = 60
"""A tape of few days is played answer by answer, but not more of them than this."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One stand of the clock: whether trending is polled, which dated lists are fetched, what goes wrong."""

    at: datetime
    trending: bool
    dated: tuple[ListId, ...]
    fault: "AnyFault | None" = None

    @property
    def digest_at(self) -> datetime:
        """When the digest is made: after what was fetched has arrived."""
        return self.at + DIGEST_AFTER

    @property
    def logical_dates(self) -> tuple[datetime, ...]:
        """The days that the dated lists belong to, each once."""
        days = dict.fromkeys(first_day(list_id) for list_id in self.dated)
        return tuple(midnight(day) for day in days)


def spans(steps: Sequence[Step]) -> Iterator[tuple[Step, datetime]]:
    """Each step and the end of its time: the next one, or a day later where that one is further off."""
    for step, after in zip_longest(steps, steps[1:]):
        latest = step.at + LONGEST_SPAN
        yield step, latest if after is None else min(after.at, latest)


def made_up_steps(days: int) -> list[Step]:
    """Every morning from the sample hub's first day on: trending, and the list of the day before.

    On the fifth day the trending page comes half empty, on the tenth a challenge page stands in its place: neither
    may look like news.
    """
    from broadsheet.sample.faults import Challenge, HalfList
    from broadsheet.sample.hub import START

    faults: dict[datetime, AnyFault] = {
        START + timedelta(days=4): HalfList(),
        START + timedelta(days=9): Challenge(),
    }
    mornings = (START + timedelta(days=number) for number in range(days))
    return [
        Step(
            at=morning,
            trending=True,
            dated=(dated_list(ListKind.DAILY, (morning - timedelta(days=1)).date()),),
            fault=faults.get(morning),
        )
        for morning in mornings
    ]


def tape_steps(tape: "Tape", days: int) -> list[Step]:
    """The tape's newest ``days``, each at its last answer; answer by answer where it has fewer days.

    Raises:
        UsageError: the tape has neither trending nor dated lists.
    """
    shown = [
        (moment, list_id)
        for moment, list_id in tape.shown
        if list_id.kind is ListKind.TRENDING or list_id.kind in DATED_KINDS
    ]
    if not shown:
        raise UsageError(f"{tape.path} holds neither the trending list nor a dated one: nothing to play")
    by_day = [_step(group) for _, group in groupby(shown, lambda answer: answer[0].date())]
    if len(by_day) >= days:
        return by_day[-days:]
    by_answer = [_step(group) for _, group in groupby(shown, lambda answer: answer[0])]
    return by_answer if len(by_answer) <= MOST_STEPS else by_day


def _step(answers: Iterable[tuple[datetime, ListId]]) -> Step:
    found = list(answers)
    lists = dict.fromkeys(list_id for _, list_id in found)
    return Step(
        at=found[-1][0],
        trending=any(list_id.kind is ListKind.TRENDING for list_id in lists),
        dated=tuple(list_id for list_id in lists if list_id.kind in DATED_KINDS),
    )
