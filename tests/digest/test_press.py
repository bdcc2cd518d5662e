"""What the press sets and the forme locks up is what the plain way renders."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.digest.forme import Forme, Links, encode
from broadsheet.digest.press import Press
from broadsheet.digest.render import MOST_HTML_BYTES, render
from digest.made_up import HUB, UNTIL
from digest.readers import digest_of_pick, pick, stocks_of_a_day

STOCKS = stocks_of_a_day()
PRESS = Press(STOCKS, HUB, UNTIL)
ZONES = ("UTC", "Asia/Kathmandu", "Pacific/Honolulu", "America/New_York")
REASONS = ("", "robotics", "robotics, “world model”", "author Fei-Fei Li", "<b>&", "思考")
LINKS = Links(
    unsubscribe="https://papers.example/u/" + "t" * 35,
    preferences="https://papers.example/p/" + "t" * 35,
    view="https://papers.example/e/2026-11-20?run=1&mail=2",
    reply_unsubscribe="mailto:bounces+u." + "a" * 42 + "@papers.example?subject=unsubscribe",
)


@st.composite
def picks(draw):
    """Some papers of some stocks, for some reason: each with even odds, or all of a stock."""
    chosen = {}
    for number in draw(st.lists(st.sampled_from(range(len(STOCKS))), unique=True)):
        size = len(STOCKS[number].items)
        kept = draw(st.just(2**size - 1) | st.integers(0, 2**size - 1))
        first = draw(st.integers(0, len(REASONS)))
        chosen[number] = {
            place: REASONS[(first + place) % len(REASONS)] if first else ""
            for place in range(size)
            if kept >> place & 1
        }
    return pick(STOCKS, chosen)


@pytest.mark.parametrize("timezone", ZONES)
@pytest.mark.parametrize("stocks", [(0,), (0, 1), (2, 0, 1)])
def test_all_there_is_to_tell_is_what_the_plain_way_renders(stocks, timezone):
    picked = pick(STOCKS, {number: dict.fromkeys(range(len(STOCKS[number].items)), "") for number in stocks})
    check(picked, timezone, None)


@settings(max_examples=80, deadline=None)
@given(picked=picks(), timezone=st.sampled_from(ZONES), most=st.sampled_from([None, 0, 1, 7, 40]))
def test_a_selection_is_what_the_plain_way_renders(picked, timezone, most):
    check(picked, timezone, most)


def check(picked, timezone, most):
    selection = PRESS.set(picked, timezone=timezone, most=most)
    forme = Forme(PRESS.fragments())
    wanted = render(digest_of_pick(STOCKS, picked, timezone), most)
    body = forme.body(selection)
    assert selection.subject == wanted.subject
    assert body.html == encode(wanted.html)
    assert body.text == encode(wanted.text)
    assert forme.document(selection) == wanted.json
    assert forme.html(selection) == wanted.html
    assert forme.text(selection) == wanted.text
    told = [
        paper
        for edition in json.loads(wanted.json)["editions"]
        for section in edition["sections"]
        for paper in section["papers"]
    ]
    assert selection.items == len(told)
    assert most is None or len(told) <= most
    assert len(forme.html(selection, LINKS).encode()) <= MOST_HTML_BYTES
