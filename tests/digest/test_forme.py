"""Locking up: stored fragments into mails, pages, JSON and Markdown."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.forme import NO_LINKS, Forme, Fragments, Links, Selection
from broadsheet.digest.personal import KINDS, MOST_LINK
from broadsheet.digest.press import Press
from broadsheet.digest.short import MOST_PAPERS, plain
from digest.made_up import HUB, UNTIL
from digest.pages import Page
from digest.readers import pick, stocks_of_a_day

TOKEN = "Zq-_" * 8 + "xyz"
SITE = "https://papers.example"
LINKS = Links(
    unsubscribe=f"{SITE}/u/{TOKEN}",
    preferences=f"{SITE}/p/{TOKEN}?from=mail&run=2026-11-20T07:00Z",
    view=f"{SITE}/editions/2026-11-20T0700Z/17",
    reply_unsubscribe=f"mailto:bounces+u.{'a' * 42}@papers.example?subject=unsubscribe",
)
STOCKS = stocks_of_a_day()
PRESS = Press(STOCKS, HUB, UNTIL)
WHOLE = pick(STOCKS, {number: dict.fromkeys(range(25), "robotics") for number in range(3)})
SELECTION = PRESS.set(WHOLE, timezone="UTC")


@pytest.fixture(scope="module")
def forme():
    return Forme(PRESS.fragments())


def address(kind):
    scheme = "mailto:" if kind == "reply_unsubscribe" else "https://"
    letters = st.characters(codec="ascii", categories=("L", "N", "P", "S"), exclude_characters='"<>')
    return st.none() | st.text(letters, min_size=1, max_size=70).map(lambda rest: scheme + rest)


links = st.builds(Links, **{kind: address(kind) for kind in KINDS})


@given(links)
def test_personal_links_are_filled_in_whatever_they_are(links):
    forme = Forme(PRESS.fragments())
    given = [link for link in (getattr(links, kind) for kind in KINDS) if link]
    page, text = Page(forme.html(SELECTION, links)), forme.text(SELECTION, links)
    everybodys = Page(forme.html(SELECTION)).addresses
    assert set(page.addresses) == set(everybodys) | set(given)
    for link in given:
        assert link in text.split()
    body = forme.body(SELECTION, links)
    for data in (body.html, body.text):
        assert data.isascii()
        assert all(len(line) <= 76 for line in data.split(b"\r\n"))
        assert b"\n" not in data.replace(b"\r\n", b"")
        assert data.endswith(b"\r\n")
        assert not data.endswith(b"=\r\n")


def test_a_page_without_links_is_everybodys(forme):
    page = forme.html(SELECTION)
    assert TOKEN not in page
    assert "nsubscribe" not in page
    assert "nsubscribe" not in forme.text(SELECTION)
    assert TOKEN in forme.html(SELECTION, LINKS)


def test_unsubscribing_stands_near_the_top_and_in_the_foot(forme):
    html, text = forme.html(SELECTION, LINKS), forme.text(SELECTION, LINKS)
    first, last = html.index(LINKS.unsubscribe), html.rindex(LINKS.unsubscribe)
    assert first < html.index("<h2")
    assert last > html.rindex("<h4")
    assert "AI summary”" in html[-3000:]
    assert text.index("How to stop this mail stands at its end.") < text.index("Trending papers")
    assert text.splitlines()[-2:] == [
        f"Unsubscribe: {LINKS.unsubscribe}",
        f"Unsubscribe by mail: {LINKS.reply_unsubscribe}",
    ]


def test_who_can_only_answer_by_mail_unsubscribes_by_mail(forme):
    only = Links(reply_unsubscribe=LINKS.reply_unsubscribe)
    html = forme.html(SELECTION, only)
    assert html.count(LINKS.reply_unsubscribe) == 2
    assert "Preferences" not in html
    assert "View in browser" not in html


def test_the_foot_names_the_lists(forme):
    reason = "You get this mail because you subscribed to trending papers, daily papers and weekly papers."
    assert reason in Page(forme.html(SELECTION)).text
    assert reason in " ".join(forme.text(SELECTION).split())


def test_links_are_plain_addresses_or_none():
    for bad in ("javascript:alert(1)", "https://x.example/ y", 'https://x.example/"', "https://x.example/<",
                "https://x.example/\r\nBcc: a@b.example", "https://jörg.example/", "ftp://x.example/",
                "https://x.example/" + "a" * MOST_LINK, ""):  # fmt: skip
        with pytest.raises(ValueError, match="personal link"):
            Links(unsubscribe=bad)
    assert Links() == NO_LINKS


def test_what_is_stored_reads_back(forme):
    stored = Fragments.decode(PRESS.fragments().encode())
    assert stored == PRESS.fragments()
    again = Selection.decode(SELECTION.subject, SELECTION.items, SELECTION.encode())
    assert again == SELECTION
    assert Forme(stored).body(again, LINKS).html == forme.body(SELECTION, LINKS).html
    assert len(SELECTION.encode()) < 4 * len(SELECTION.pieces) + 8


def test_what_was_set_does_not_change_when_more_is():
    press = Press(STOCKS, HUB, UNTIL)
    first = press.set(WHOLE, timezone="UTC")
    before = Forme(press.fragments()).html(first)
    press.set(pick(STOCKS, {0: {3: "elsewhere"}}), timezone="Asia/Tokyo")
    assert Forme(press.fragments()).html(first) == before


def test_stocks_may_be_added_while_the_press_runs():
    stocks = STOCKS[:1]
    press = Press(stocks, HUB, UNTIL)
    press.set(pick(stocks, {0: {0: ""}}), timezone="UTC")
    stocks.append(STOCKS[1])
    selection = press.set(pick(stocks, {1: {0: ""}}), timezone="UTC")
    assert "Daily papers" in Forme(press.fragments()).text(selection)


def test_readers_who_are_told_the_same_share_a_selection_and_zones_share_fragments():
    press = Press(STOCKS, HUB, UNTIL)
    one = press.set(WHOLE, timezone="UTC")
    before = len(press.fragments().plates)
    assert press.set(WHOLE, timezone="UTC") is one
    press.set(WHOLE, timezone="Europe/London")
    assert len(press.fragments().plates) - before <= 3  # the moments in the three headings say GMT


def test_the_short_form_has_the_news_and_its_links(forme):
    short = forme.short(SELECTION)
    document = json.loads(forme.document(SELECTION))
    news = [
        section["papers"]
        for edition in document["editions"]
        for section in edition["sections"]
        if section["name"] in {"new", "back", "rising"}
    ]
    assert short.startswith(f"**{SELECTION.subject}**\n")
    shown = re.findall(r"^- \[.*\]\((\S+)\)", short, flags=re.M)
    assert shown == [paper["paper_url"] for papers in news for paper in papers[:MOST_PAPERS]]
    assert "**Still here**" not in short


@given(st.text(st.sampled_from("@＠a[]()*_~`<>|#\\é \n") | st.characters(), max_size=20))
def test_nothing_in_a_title_is_read_as_markdown(text):
    escaped = plain(text)
    assert re.sub(r"\\(.)", r"\1", escaped, flags=re.S).replace("@\u200b", "@").replace(
        "＠", "@"
    ) == text.replace("＠", "@").replace("@\u200b", "@")
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|]", escaped)
    assert not re.search(r"@(?:everyone|here|channel|\w)", escaped)


def test_a_title_calls_nobody_into_a_chat():
    assert (
        plain("@everyone look at <!channel> [x](y)")
        == "@\u200beveryone look at \\<!channel\\> \\[x\\]\\(y\\)"
    )
