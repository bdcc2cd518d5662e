"""How long the hub asks to be left alone."""

from datetime import UTC, datetime

import pytest

from broadsheet.hub.transfer import Exchange
from broadsheet.hub.waiting import asked_wait

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"retry-after": " 7 "}, 7),
        (200, {"Retry-After": "120"}, 0),
        (429, {"Retry-After": "Fri, 20 Nov 2026 07:01:30 GMT"}, 90),
        (429, {"Retry-After": "Fri, 20 Nov 2026 06:00:00 GMT"}, 0),
        (429, {"Retry-After": "Fri, 20 Nov 2026 09:01:30 GMT", "Date": "Fri, 20 Nov 2026 09:01:00 GMT"}, 30),
        (429, {"Retry-After": "soon"}, 0),
        (429, {"Retry-After": "-5"}, 0),
        (429, {}, 0),
        (200, {"RateLimit": '"api";r=0;t=33'}, 33),
        (200, {"RateLimit": '"api";r=1;t=33'}, 0),
        (200, {"RateLimit": '"api";r=10;t=33'}, 0),
        (200, {"ratelimit": '"api"; t=33; r=0'}, 33),
        (200, {"RateLimit": '"api";r=3;t=10, "pages";r=0;t=20'}, 20),
        (200, {"RateLimit": "nonsense"}, 0),
        (429, {"RateLimit": '"api";r=0;t=33', "Retry-After": "60"}, 60),
        (429, {"RateLimit": '"api";r=0;t=33', "Retry-After": "6"}, 33),
    ],
)
def test_the_wait_that_is_asked_for(status, headers, seconds):
    assert asked_wait(Exchange(status=status, headers=tuple(headers.items())), AT) == seconds


def test_no_answer_asks_for_nothing():
    assert asked_wait(Exchange(error="timed out"), AT) == 0
