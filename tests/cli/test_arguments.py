"""Lists and times as people write them."""

from datetime import UTC, datetime

import pytest

from broadsheet.commands.arguments import read_day, read_list, read_list_today, read_time
from broadsheet.errors import UsageError
from broadsheet.model import ListId, ListKind

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-03", datetime(2026, 11, 3, tzinfo=UTC)),
        ("2026-11-03T10:00", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("2026-11-03T10:00Z", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("2026-11-03 10:00+02:00", datetime(2026, 11, 3, 8, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 13, 7, tzinfo=UTC)),
        ("36h", datetime(2026, 11, 18, 19, tzinfo=UTC)),
        ("2w", datetime(2026, 11, 6, 7, tzinfo=UTC)),
    ],
)
def test_times(text, moment):
    assert read_time(text, NOW) == moment


def test_a_day_alone_can_mean_its_end():
    assert read_time("2026-11-03", NOW, end_of_day=True) == datetime(
        2026, 11, 3, 23, 59, 59, 999999, tzinfo=UTC
    )
    assert read_time("2026-11-03T00:00", NOW, end_of_day=True) == datetime(2026, 11, 3, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30", "7y", "999999w", "2026-11-03T25:00"])
def test_what_is_no_time(text):
    with pytest.raises(UsageError, match="is no time"):
        read_time(text, NOW)


def test_a_bare_kind_is_the_list_of_today():
    assert read_list_today("daily", NOW) == ListId(ListKind.DAILY, "2026-11-20")
    assert read_list_today("weekly", NOW) == ListId(ListKind.WEEKLY, "2026-W47")
    assert read_list_today("trending", NOW) == ListId(ListKind.TRENDING)
    assert read_list_today("daily:2026-11-03", NOW) == ListId(ListKind.DAILY, "2026-11-03")


@pytest.mark.parametrize("text", ["", "dayly", "daily", "daily:2026-02-30", "weekly:2026-W60", "search:"])
def test_what_is_no_list(text):
    with pytest.raises(UsageError):
        read_list(text)


def test_days():
    assert read_day("2026-11-03").isoformat() == "2026-11-03"
    with pytest.raises(UsageError, match="is no day"):
        read_day("11/03/2026")
