"""Moments in addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from broadsheet.web.moments import read_moment
from broadsheet.web.wording import address_time, form_time

MOMENTS = st.integers(0, 4 * 10**15).map(
    lambda count: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-10T12:00", datetime(2026, 11, 10, 12, tzinfo=UTC)),
        ("2026-11-10T12:00Z", datetime(2026, 11, 10, 12, tzinfo=UTC)),
        ("2026-11-10T12:00+02:00", datetime(2026, 11, 10, 10, tzinfo=UTC)),
        ("2026-11-10T12:00 02:00", datetime(2026, 11, 10, 10, tzinfo=UTC)),
        ("2026-11-10", datetime(2026, 11, 10, 23, 59, 59, 999_999, tzinfo=UTC)),
        (" 2026-11-10 ", datetime(2026, 11, 10, 23, 59, 59, 999_999, tzinfo=UTC)),
    ],
)
def test_a_moment_is_utc_unless_it_says_otherwise_and_a_day_is_meant_to_its_end(text, meant):
    assert read_moment("at", text) == meant


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "10/11/2026", "0001-01-01T00:00+14:00", "<b>"])
def test_what_is_no_moment_is_refused_in_words(text):
    with pytest.raises(HTTPException, match="is no time; write a day such as 2026-11-10") as refused:
        read_moment("at", text)
    assert refused.value.status_code == 422


@given(MOMENTS)
def test_a_moment_written_into_an_address_is_read_back(moment):
    assert read_moment("at", address_time(moment)) == moment


@given(MOMENTS)
def test_a_form_names_no_minute_before_the_moment(moment):
    assert 0 <= (read_moment("at", form_time(moment)) - moment).total_seconds() < 60
