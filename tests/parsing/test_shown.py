from datetime import UTC, date, datetime

import pytest

from broadsheet.parsing.shown import count, day


@pytest.mark.parametrize(
    ("text", "number"),
    [("24", 24), (" 7 ", 7), ("1,056", 1056), ("-", 0), ("0", 0)]
    + [(text, None) for text in ("3.29k", "104k", "", "x", "1,05", "--", "1" * 30)],
)
def test_counts(text: str, number: int | None) -> None:
    assert count(text) == number


@pytest.mark.parametrize(
    ("text", "captured", "found"),
    [
        ("Mar 12", datetime(2025, 3, 12, tzinfo=UTC), date(2025, 3, 12)),
        ("Mar 12", datetime(2026, 3, 1, tzinfo=UTC), date(2025, 3, 12)),
        ("Dec 31", datetime(2026, 1, 1, tzinfo=UTC), date(2025, 12, 31)),
        ("Mar 12", datetime(2026, 3, 11, 23, tzinfo=UTC), date(2026, 3, 12)),  # the hub's day may be ahead
        ("Feb 29", datetime(2027, 1, 1, tzinfo=UTC), date(2024, 2, 29)),
        ("Jun 28, 2020", datetime(2026, 1, 1, tzinfo=UTC), date(2020, 6, 28)),
        ("Published on Jun 28, 2020", datetime(2026, 1, 1, tzinfo=UTC), date(2020, 6, 28)),
        ("Published on 2020-06-28", datetime(2026, 1, 1, tzinfo=UTC), date(2020, 6, 28)),
        ("Feb 30", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("Max 3", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("Jun 28, 0000", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("June", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("", datetime(2026, 1, 1, tzinfo=UTC), None),
    ],
)
def test_days_without_a_year_are_the_latest_before_the_capture(
    text: str, captured: datetime, found: date | None
) -> None:
    assert day(text, captured) == found
