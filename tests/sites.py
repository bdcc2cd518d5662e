"""What the tests of the site look at: two weeks of the sample hub."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadsheet.model import ListKind, dated_list, parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll

FIRST_MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAYS = 14
NOW = FIRST_MORNING + timedelta(days=DAYS - 1, hours=1)
"""It is ten o'clock on the last morning."""


def poll_two_weeks(home: Path) -> None:
    """Poll trending, and the daily list of the day before, on fourteen mornings into a home folder."""
    with SampleHub() as hub:
        settings = Settings(home=str(home), hub_url=hub.url, budget_requests=1000)
        for number in range(DAYS):
            morning = FIRST_MORNING + timedelta(days=number)
            hub.now = morning
            yesterday = dated_list(ListKind.DAILY, (morning - timedelta(days=1)).date())
            lists = [parse_list_id("trending"), yesterday]
            poll(settings, lists, now=lambda morning=morning: morning, sleep=lambda _: None)
