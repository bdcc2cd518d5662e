"""What the press sets and the forme locks up is what the plain way renders."""

import json

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
    """Some papers of some stocks, for some reason."""
    chosen = {}
    for number in draw(st.lists(st.sampled_from(range(len(STOCKS))), unique=True)):
        places = draw(st.sets(st.sampled_from(range(len(STOCKS[number].items)))))
        if draw(st.booleans()):
            places = set(range(len(STOCKS[number].items)))
        reason = st.sampled_from(REASONS)
        chosen[number] = {place: draw(reason) for place in sorted(places)}
    return pick(STOCKS, chosen)


@settings(max_examples=150, deadline=None)
@given(picked=picks(), timezone=st.sampled_from(ZONES), most=st.sampled_from([None, 0, 1, 7, 40]))
def test_a_selection_is_what_the_plain_way_renders(picked, timezone, most):
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
