import re
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

from broadsheet.model import ListId, ListKind, Member, Organization
from broadsheet.parsing.door import parse
from parsing.made_up_pages import HUB, capture, item, page

NO_JSON = '<div data-target="DailyPapers">'
CARD_2024 = """
<article class="relative flex">
<a href="/papers/2408.00001"><img src="https://cdn/social-thumbnails/papers/2408.00001.png"/></a>
<div class="pointer-events-none">Submitted by <img src="/a.svg"/> ak </div>
<div><a href="/login?next=%2Fpapers%2F2408.00001">
<div><input type="checkbox"/><svg></svg><div class="leading-none">{votes}</div></div></a>
<div><h3><a href="/papers/2408.00001">Old &amp; <mark>bold</mark>ly
   so</a></h3>
<div><a href="/papers/2408.00001"><ul><li title="zed"></li><li title="Amy"></li>
<li><div><div>·</div> 533 authors</div></li></ul></a>
<a href="/papers/2408.00001#community"><svg></svg> 1,056 </a></div></div></div></article>
"""
HEADING_2024 = '<time><span>Jul</span> <span>8</span></time><a href="/papers?date=2026-07-07">Previous</a>'


def test_two_renderings_are_one_paper() -> None:
    listing = parse(capture(page([item(1), item(2)], tag=NO_JSON)))
    assert (listing.parser, listing.list_id) == ("cards", ListId(ListKind.TRENDING))
    assert [(e.rank, e.paper_id, e.upvotes) for e in listing.entries] == [
        (1, "2607.00001", 99),
        (2, "2607.00002", 98),
    ]


def test_what_a_card_proves_is_read() -> None:
    [entry] = parse(capture(page([item(1)], tag=NO_JSON))).entries
    details = entry.details
    assert details.title == "Paper number 1: a study"
    assert details.published_at == datetime(2026, 7, 6, tzinfo=UTC)
    assert details.submitted_by == Member(username="cy")
    assert details.organization == Organization(
        name="lab", fullname="The Lab", avatar_url="https://huggingface.co/avatars/lab.svg"
    )
    assert details.github_url == "https://github.com/lab/paper1"
    assert details.thumbnail_url is not None
    assert entry.num_comments == 1


def test_a_cards_text_is_never_taken_for_the_abstract_or_the_summary() -> None:
    with_summary, without = item(1), item(2)
    del without["paper"]["ai_summary"]
    for entry in parse(capture(page([with_summary, without], tag=NO_JSON))).entries:
        assert (entry.details.abstract, entry.details.ai_summary) == (None, None)


def test_a_cards_text_is_not_taken_for_anything_else_either() -> None:
    thin = item(1, ai_summary="Submitted by eve")
    markup = page([thin], tag=NO_JSON).replace("Submitted by <div>", "<div>")
    assert parse(capture(markup)).entries[0].details.submitted_by is None


def test_a_paper_in_two_articles_keeps_its_first_place_and_gains_what_the_second_adds() -> None:
    bare = '<article><h3><a href="/papers/2607.00002">Paper number 2: a study</a></h3></article>'
    listing = parse(capture(page([item(1), item(2)], tag=bare + NO_JSON)))
    first = listing.entries[0]
    assert [(e.rank, e.paper_id) for e in listing.entries] == [(1, "2607.00002"), (2, "2607.00001")]
    assert (first.upvotes, first.details.submitted_by) == (98, Member(username="cy"))


def test_rounded_stars_are_not_guessed_and_noted() -> None:
    listing = parse(capture(page([item(1), item(2, githubStars=160)], tag=NO_JSON)))
    assert [e.github_stars for e in listing.entries] == [None, 160]
    assert listing.notes == ("stars are shown rounded for 1 papers and left out",)


@pytest.mark.parametrize(("shown", "votes"), [("24", 24), ("-", 0), ("", 0), ("1,056", 1056), ("1.2k", None)])
def test_votes_of_a_card_of_2024(shown: str, votes: int | None) -> None:
    markup = page([], tag=NO_JSON + CARD_2024.format(votes=shown), address="/papers", top=HEADING_2024)
    [entry] = parse(capture(markup, f"{HUB}/papers")).entries
    assert entry.upvotes == votes
    assert entry.details.title == "Old & boldly so"
    assert entry.details.num_authors == 533
    assert entry.details.authors is None
    assert entry.num_comments == 1056


@pytest.mark.parametrize(
    ("address", "came_from", "list_id"),
    [
        ("/papers", "/papers", ListId(ListKind.DAILY, "2026-07-08")),
        ("/papers", "/papers?date=2025-07-08", ListId(ListKind.DAILY, "2025-07-08")),
        ("/papers", "/papers?date=2026-07-09", ListId(ListKind.DAILY, "2026-07-08")),
        ("/papers/date/2026-07-06", "/papers", ListId(ListKind.DAILY, "2026-07-06")),
        ("/papers/week/2026-W28", "/papers", ListId(ListKind.WEEKLY, "2026-W28")),
    ],
)
def test_which_list_cards_show(address: str, came_from: str, list_id: ListId) -> None:
    markup = page([], tag=NO_JSON + CARD_2024, address=address, top=HEADING_2024)
    assert parse(capture(markup, HUB + came_from)).list_id == list_id


def test_class_names_and_layout_do_not_matter() -> None:
    markup = page([item(1), item(2)], tag=NO_JSON)
    expected = parse(capture(markup)).entries
    assert parse(capture(re.sub(r' class="[^"]*"', "", markup))).entries == expected
    assert parse(capture(BeautifulSoup(markup, "lxml").prettify())).entries == expected
    assert parse(capture(markup.replace('href="/', f'href="{HUB}/'))).entries == expected


def test_other_links_to_papers_are_no_papers() -> None:
    elsewhere = (
        '<a href="/papers/2607.00099">x</a><a href="/papers/trending">t</a>'
        '<article><h3><a href="/papers/submit">s</a></h3></article>'
    )
    markup = page([item(1)], tag=elsewhere + NO_JSON)
    assert [e.paper_id for e in parse(capture(markup)).entries] == ["2607.00001"]


def test_a_page_that_was_cut_gives_no_cards() -> None:
    markup = page([item(1), item(2)], tag=NO_JSON)
    listing = parse(capture(markup[: markup.index("2607.00002") + 200]))
    assert listing.entries == ()
    assert listing.fault is not None
    assert "cut" in listing.fault.reason


def test_what_a_link_without_words_leaves_out_its_second_rendering_adds() -> None:
    picture = '<a href="/lab"><img alt="lab" src="/avatars/lab.svg"/></a>'
    words = '<a href="/lab"><img alt="lab" src="/avatars/lab.svg"/><span>The Lab</span></a>'
    markup = page([item(1)], tag=NO_JSON).replace(words, picture, 1)
    [entry] = parse(capture(markup)).entries
    assert entry.details.organization == Organization(
        name="lab", fullname="The Lab", avatar_url="https://huggingface.co/avatars/lab.svg"
    )
