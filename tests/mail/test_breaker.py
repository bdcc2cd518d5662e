"""The circuit breaker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.breaker import FEWEST, LAST, MOST_UNKNOWN, Breaker


@pytest.mark.parametrize(
    ("refused", "seen", "is_open"),
    [(0, 200, False), (10, 200, False), (11, 200, True), (1, 20, False), (2, 20, True), (19, 19, False)],
)
def test_more_than_one_in_twenty_opens_it_once_enough_are_known(refused, seen, is_open):
    breaker = Breaker([True] * refused + [False] * (seen - refused))
    assert breaker.is_open is is_open
    assert breaker.reason.startswith(f"{refused} of the last {seen} mails")


def test_another_kind_of_refusal_has_its_own_share():
    breaker = Breaker([True] * 10 + [False] * 10, most=MOST_UNKNOWN, words="went nowhere")
    assert not breaker.is_open
    breaker.note(refused=True)
    assert breaker.is_open
    assert breaker.reason == "11 of the last 21 mails went nowhere"


@given(st.lists(st.booleans(), max_size=500))
def test_only_the_last_ones_count(outcomes):
    breaker = Breaker()
    for policy in outcomes:
        breaker.note(refused=policy)
    last = outcomes[-LAST:]
    assert breaker.is_open == (len(last) >= FEWEST and sum(last) / len(last) > 0.05)
    assert breaker.is_open == Breaker(outcomes).is_open
