import html
import json
from datetime import date

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.model import ListId, ListKind, Verdict
from broadsheet.parsing import page as pages
from broadsheet.parsing.door import parse
from parsing.made_up_pages import HUB, api_capture, capture, item, page, paper_page

ITEMS = [item(number) for number in range(1, 6)]
ENTRIES = parse(api_capture(ITEMS)).entries


@pytest.mark.parametrize(
    ("props", "address", "list_id"),
    [
        ({"isTrending": True}, "/papers", ListId(ListKind.TRENDING)),
        ({}, "/papers/trending", ListId(ListKind.TRENDING)),
        ({"date": "2024-08-01T00:00:00.000Z"}, "/papers", ListId(ListKind.DAILY, "2024-08-01")),
        ({"dateString": "2026-07-08", "periodType": "day"}, "/papers", ListId(ListKind.DAILY, "2026-07-08")),
        ({"dateString": "2026-07-08", "periodType": "daily"}, "/papers", ListId(ListKind.DAILY, "2026-07-08")),
        ({"dateString": "2026-07-08", "periodType": "week"}, "/papers", ListId(ListKind.WEEKLY, "2026-W28")),
        ({"dateString": "2026-W28", "periodType": "week"}, "/papers", ListId(ListKind.WEEKLY, "2026-W28")),
        ({"dateString": "2026-07", "periodType": "month"}, "/papers", ListId(ListKind.MONTHLY, "2026-07")),
        ({"dateString": "2026-07-08", "periodType": "eon"}, "/papers/trending", ListId(ListKind.TRENDING)),
        ({"dateString": "2026-07-08", "query": "odd"}, "/papers", ListId(ListKind.SEARCH, "odd")),
        ({"dateString": "2026-07-08", "query": {"q": "odd"}}, "/papers", ListId(ListKind.SEARCH, "odd")),
        ({"dateString": "2026-07-08", "query": {}}, "/papers", ListId(ListKind.DAILY, "2026-07-08")),
    ],
)  # fmt: skip
def test_the_page_says_which_list_it_is(props: dict, address: str, list_id: ListId) -> None:
    listing = parse(capture(page(ITEMS, address=address, **props), f"{HUB}/papers"))
    assert listing.list_id == list_id
    assert listing.parser == "hydration"


def test_a_redirect_is_filed_under_what_is_shown_and_noted() -> None:
    asked = ListId(ListKind.DAILY, "2026-07-11")
    shown = page(ITEMS, address="/papers", dateString="2026-07-10", periodType="day")
    listing = parse(capture(shown, f"{HUB}/papers/date/2026-07-11", asked=asked))
    assert listing.list_id == ListId(ListKind.DAILY, "2026-07-10")
    assert listing.page_date == date(2026, 7, 10)
    assert listing.notes == ("asked for daily:2026-07-11, answered with daily:2026-07-10",)


def test_weeks_and_months_that_hit_the_limit_say_so() -> None:
    items = [item(number) for number in range(1, 106)]
    month = {"dateString": "2026-07", "periodType": "month"}
    assert parse(capture(page(items, cards=False, **month))).truncated
    assert not parse(capture(page(items[:104], cards=False, **month))).truncated
    assert not parse(capture(page(items, cards=False, isTrending=True))).truncated


def test_no_papers_on_the_hubs_page_is_empty() -> None:
    listing = parse(capture(page([], dateString="2026-07-11", periodType="day")))
    assert listing.fault is not None
    assert listing.fault.verdict is Verdict.EMPTY
    assert "daily:2026-07-11" in listing.fault.reason


def test_a_papers_own_page() -> None:
    shown = paper_page(item(3)["paper"], submitterOrganization={"name": "uni", "fullname": "A University"})
    listing = parse(capture(shown, f"{HUB}/papers/2607.00003"))
    [entry] = listing.entries
    assert listing.list_id == ListId(ListKind.PAPER, "2607.00003")
    assert (entry.rank, entry.upvotes) == (None, 97)
    assert entry.details.submitter_organization is not None
    assert entry.details.submitter_organization.fullname == "A University"


@pytest.mark.parametrize(
    "tag",
    [
        '<div data-props="{props}" data-target="DailyPapers">',
        "<div\n  class='x'\n  data-props=\"{props}\"\n  data-target='DailyPapers'\n>",
        '<div data-target=DailyPapers data-props="{props}">',
        '<section data-target = "DailyPapers" title="a > b" data-props = "{props}">',
        '<DIV DATA-TARGET="DailyPapers" DATA-PROPS="{props}">',
        '<div data-target="Daily&#80;apers" data-props="{props}">',
        '<!-- <a data-target="DailyPapers" data-props="{}"> --><div data-target="DailyPapers" data-props="{props}">',
        '<div data-target="DailyPapers" data-props=""></div><div data-target="DailyPapers" data-props="{props}">',
    ],
)
def test_the_shape_of_the_tag_does_not_matter(tag: str) -> None:
    listing = parse(capture(page(ITEMS, tag=tag)))
    assert (listing.parser, listing.entries) == ("hydration", ENTRIES)


def test_the_common_page_is_read_by_cutting_its_tag() -> None:
    whole = pages.cut(page(ITEMS).encode())
    assert whole is not None
    assert [(name, type(text)) for name, text in whole.props] == [("DailyPapers", bytes)]
    assert pages.cut(page(ITEMS).replace('DailyPapers"', 'Daily&#80;apers"').encode()) is None


@pytest.mark.parametrize(
    "markup",
    [
        page(ITEMS).replace("</head>", ""),
        page(ITEMS).replace("<head>", '<head data-target="DailyPapers" data-props="[]">'),
        page(ITEMS, top='<template><div data-target="DailyPapers" data-props="{}"></div></template>'),
        page(ITEMS).replace("<main>", '<main title="the-longest-value">'),
        page(ITEMS).replace("&quot;Ada Example", "&#34;Ada Example"),
    ],
)  # fmt: skip
def test_what_stands_around_the_tag_does_not_matter(markup: str) -> None:
    listing = parse(capture(markup))
    assert (listing.parser, listing.entries) == ("hydration", ENTRIES)


def test_json_that_is_no_utf8_keeps_what_can_be_read() -> None:
    damaged = page(ITEMS).encode().replace(b"Ada Example", b"Ada \xff Example", 1)
    listing = parse(capture(damaged))
    assert listing.parser == "hydration"
    authors = listing.entries[0].details.authors
    assert authors is not None
    assert authors[0].name == "Ada \ufffd Example"
    assert listing.entries[1:] == ENTRIES[1:]


def test_json_that_cannot_be_read_leaves_the_cards() -> None:
    for broken in ("{", "null", '{"dailyPapers": 5}', '{"canSubmit": false}', "__CUT__"):
        tag = f'<div data-target="DailyPapers" data-props="{html.escape(broken)}">'
        listing = parse(capture(page(ITEMS, tag=tag)))
        assert listing.parser == "cards", broken
        assert [e.paper_id for e in listing.entries] == [e.paper_id for e in ENTRIES]


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cs", "Cc"]), max_size=30
) | st.sampled_from(
    ['"', "'", "<b>x</b>", "a & b", "&quot;", "{}", "</div>", "-->", "\\", "日本語", "x\n  y"]
)
COUNTS = st.none() | st.integers(0, 10_000)


@st.composite
def made_up_items(draw: st.DrawFn) -> list[dict]:
    items = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        optional = {
            "summary": TEXTS,
            "ai_summary": TEXTS,
            "upvotes": COUNTS,
            "githubStars": COUNTS,
            "projectPage": TEXTS,
        }
        fields = {name: draw(values) for name, values in optional.items() if draw(st.booleans())}
        items.append(item(number, **fields, title="T" + draw(TEXTS)))
    return items


def dressed(props: str, draw: st.DrawFn) -> str:
    """A start tag with these props: any order, quotes, entities and white space."""
    quote = draw(st.sampled_from("\"'"))
    amp = draw(st.sampled_from(["&amp;", "&#38;", "&#x26;"]))
    mark = draw(
        st.sampled_from(["&quot;", "&#34;", "&#x22;"] if quote == '"' else ["&#39;", "&apos;", "&#x27;"])
    )
    value = props.replace("&", amp).replace(quote, mark)
    if draw(st.booleans()):
        value = value.replace("<", "&lt;").replace(">", "&gt;")
    attributes = [
        f"data-props={quote}{value}{quote}",
        draw(
            st.sampled_from(
                ['data-target="DailyPapers"', "data-target='DailyPapers'", "data-target=DailyPapers"]
            )
        ),
        'class="SVELTE_HYDRATER contents"',
    ]
    gap = draw(st.sampled_from([" ", "\n\t", "  "]))
    return (
        f"<div{gap}{gap.join(draw(st.permutations(attributes)))}{draw(st.sampled_from(['', ' ', chr(10)]))}>"
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), made_up_items())
def test_quoting_order_entities_and_layout_do_not_matter(data: st.DataObject, items: list[dict]) -> None:
    props = json.dumps({"dailyPapers": items, "isTrending": True}, ensure_ascii=data.draw(st.booleans()))
    markup = page(items, tag=dressed(props, data.draw))
    if data.draw(st.booleans(), label="comments"):
        markup = markup.replace("<div>", "<div><!--[--><!-- DailyPapers -->")
    if data.draw(st.booleans(), label="prettified"):
        markup = BeautifulSoup(markup, "lxml").prettify()
    listing = parse(capture(markup))
    assert listing.list_id == ListId(ListKind.TRENDING)
    assert listing.parser == "hydration"
    assert listing.entries == parse(api_capture(items)).entries
