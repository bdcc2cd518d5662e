"""The fortnight of `make demo` without Airflow: the same hub, faults and readers, all in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from broadsheet.commands.days import Step, made_up_steps, spans
from broadsheet.commands.demo_readers import Rounds, subscribe, three_readers
from broadsheet.mail.facts import record_facts
from broadsheet.mail.office import deliver_due
from broadsheet.model import ListId, ListKind
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll

DAYS = 14
TRENDING = ListId(ListKind.TRENDING)


def live_through(home: Path) -> Settings:
    """Fourteen days in the new folder ``home``; the settings that point there, without a hub any more."""
    steps = made_up_steps(DAYS)
    with SampleHub() as hub:
        settings = Settings(home=str(home), hub_url=hub.url, budget_requests=1000, backoff_seconds=0.01)
        readers = three_readers((TRENDING,))
        subscribe(settings, readers, steps[0].at)
        rounds = Rounds(readers, steps[0].at)
        for step, end in spans(steps):
            hub.now = step.at
            with _trouble(hub, step):
                _poll(settings, [TRENDING], step.at)
            _poll(settings, step.dated, step.at)
            _send(settings, rounds.between(step.digest_at, end))
    return Settings(home=str(home))


@contextmanager
def _trouble(hub: SampleHub, step: Step) -> Iterator[None]:
    """The page goes wrong on the days on which it does in the demo."""
    if step.fault is not None:
        hub.fail("/papers/trending", step.fault, times=None)
    yield
    hub.heal()


def _poll(settings: Settings, lists: list[ListId] | tuple[ListId, ...], at: datetime) -> None:
    poll(settings, lists, now=lambda: at, sleep=lambda _: None)


def _send(settings: Settings, moments: list[datetime]) -> None:
    for moment in moments:
        deliver_due(settings, lambda moment=moment: moment)
        record_facts(settings, moment + timedelta(minutes=1))
