"""The circuit breaker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.breaker import FEWEST, LAST, Breaker


@pytest.mark.parametrize(
    ("refused", "seen", "is_open"),
    [(0, 200, False), (10, 200, False), (11, 200, True), (1, 20, False), (2, 20, True), (19, 19, False)],
)
def test_more_than_one_in_twenty_opens_it_once_enough_are_known(refused, seen, is_open):
    breaker = Breaker([True] * refused + [False] * (seen - refused))
    assert breaker.is_open is is_open
    assert breaker.reason.startswith(f"{refused} of the last {seen} mails")


@given(st.lists(st.booleans(), max_size=500))
def test_only_the_last_ones_count(outcomes):
    breaker = Breaker()
    for policy in outcomes:
        breaker.note(policy=policy)
    last = outcomes[-LAST:]
    assert breaker.is_open == (len(last) >= FEWEST and sum(last) / len(last) > 0.05)
    assert breaker.is_open == Breaker(outcomes).is_open
