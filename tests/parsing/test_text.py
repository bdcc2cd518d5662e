from datetime import UTC, date, datetime

from broadsheet.model import Capture, ListId, ListKind, Member, Organization
from broadsheet.parsing.door import parse
from parsing.made_up_pages import HUB, capture

TOP = "Get trending papers in your email inbox once a day!\nGet trending papers in your email inbox!\n"
COMMUNITY = (
    "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\n"
    "byAK and the research community\n\nMar 12\n\n"
)
SEARCH = f"{HUB}/papers?q=odd+numbers"


def text(body: str, url: str = "file:///tmp/a.txt", **more: object) -> Capture:
    return capture(body, url, **more)


def test_titles_and_abstracts_in_turns_with_the_first_glued_to_subscribe() -> None:
    listing = parse(text(TOP + "SubscribeFirst Title\nIts abstract.\nSecond\nAnother [1] abstract."))
    assert [(e.rank, e.details.title, e.details.abstract) for e in listing.entries] == [
        (1, "First Title", "Its abstract."),
        (2, "Second", "Another [1] abstract."),
    ]
    assert (listing.list_id, listing.page_date, listing.parser) == (None, None, "text")


def test_titles_and_abstracts_between_blank_lines_below_a_day() -> None:
    listing = parse(
        text(
            COMMUNITY + "One\n\nAbout one.\n\nTwo\n\nAbout two.", captured_at=datetime(2026, 1, 5, tzinfo=UTC)
        )
    )
    assert [e.details.title for e in listing.entries] == ["One", "Two"]
    assert listing.page_date == date(2025, 3, 12)
    assert listing.list_id is None, "nothing says which search it was"


def test_the_asked_list_names_a_text_that_does_not() -> None:
    asked = ListId(ListKind.SEARCH, "odd numbers")
    assert parse(text(COMMUNITY + "One\n\nAbout one.", asked=asked)).list_id == asked


def test_a_lost_line_is_noted_and_no_abstract_invented() -> None:
    listing = parse(text(COMMUNITY + "One\n\nAbout one.\n\nTwo"))
    assert [e.details.abstract for e in listing.entries] == ["About one.", None]
    assert "no whole number" in listing.notes[0]


def test_one_title_with_two_abstracts_is_two_entries() -> None:
    listing = parse(text(COMMUNITY + "One\n\nAbout one.\n\nOne\n\nAbout another."))
    assert len(listing.entries) == 2
    assert listing.notes == ("titles that stand twice, with an abstract each: 1",)


def test_a_day_page_without_links() -> None:
    body = (
        "new\n" + TOP + "Subscribe\nDaily Papers\nby\nAK\nand the research community\n"
        "Search by arxiv id or title\nSubmit a paper\nJul\n7\n"
        "Submitted by\nada\n94\nFirst\n·\n533 authors\n5\n"
        "-\nSecond 2\n·\n1 author\n"
        "Submitted by\nbo\n7\nThird\n·\n2 authors\n2\nPrevious\nNext\n"
    )
    listing = parse(text(body))
    assert listing.list_id == ListId(ListKind.DAILY, "2026-07-07")
    assert [
        (e.details.title, e.upvotes, e.details.num_authors, e.num_comments, e.details.submitted_by)
        for e in listing.entries
    ] == [
        ("First", 94, 533, 5, Member(username="ada")),
        ("Second 2", 0, 1, None, None),
        ("Third", 7, 2, 2, Member(username="bo")),
    ]
    assert all(e.details.abstract is None for e in listing.entries)


def test_a_search_page_with_addresses_on_lines_of_their_own() -> None:
    body = f"""---
url: {SEARCH}
---
# Daily Papers
{TOP}
Subscribe

{HUB}/login?next=%2Fpapers

by

AK

{HUB}/akhaliq

 and the research community

odd numbers

Daily

Weekly

Monthly

{HUB}/papers/trending

Jul 8

 [-] 1

{HUB}/login?next=%2Fpapers%2F2607.00001

Odd One

{HUB}/papers/2607.00001

The odd abstract.

{HUB}/papers/2607.00001

[

2 authors]({HUB}/papers/2607.00001)

·

Oct 7, 2024

 [-] -

{HUB}/login?next=%2Fpapers%2F2607.00002

Odd Two

{HUB}/papers/2607.00002

Another odd abstract.

{HUB}/papers/2607.00002

[

1 author]({HUB}/papers/2607.00002)

·

Jun 3

2

{HUB}/papers/2607.00002#community
"""
    listing = parse(text(body))
    one, two = listing.entries
    assert listing.list_id == ListId(ListKind.SEARCH, "odd numbers")
    assert listing.page_date == date(2026, 7, 8)
    assert (one.paper_id, one.upvotes, one.num_comments) == ("2607.00001", 1, None)
    assert (one.details.title, one.details.abstract) == ("Odd One", "The odd abstract.")
    assert one.details.published_at == datetime(2024, 10, 7, tzinfo=UTC)
    assert (two.paper_id, two.upvotes, two.num_comments) == ("2607.00002", 0, 2)
    assert two.details.published_at == datetime(2026, 6, 3, tzinfo=UTC)


def test_a_search_page_with_numbered_links() -> None:
    body = f"""- URL: {SEARCH}
{TOP}
[Subscribe][29]

# Daily Papers

## by[AK][30] and the research community
* Daily
* Weekly
* Monthly

Jul 8
[
-
][31]

### [[Re] Odd: a title that
wraps][32]

[

An abstract that
wraps [1] too.

][33]
[
* 3 authors
][34]
·
Mar 8, 2024 [ 6][39]
[
24
][64]

### [Second][65]

[

More.

][66]
[[lab] The Lab][67]
·
Mar 13 [ 3][68]

[32]: {HUB}/papers/2607.00001
[67]: {HUB}/lab
"""
    listing = parse(text(body))
    one, two = listing.entries
    assert (one.paper_id, one.details.title) == ("2607.00001", "[Re] Odd: a title that wraps")
    assert one.details.abstract == "An abstract that wraps [1] too."
    assert (one.upvotes, one.num_comments, one.details.num_authors) == (0, 6, 3)
    assert (two.paper_id, two.upvotes, two.num_comments) == (None, 24, 3)
    assert two.details.organization == Organization(name="lab", fullname="The Lab")
    assert two.details.abstract == "More."


TRENDING_MARKDOWN = f"""- Source URL: {HUB}/papers/trending
{TOP}
# Trending Papers
## by[[pic] AK]({HUB}/akhaliq) and the research community

-

-

Trending Papers

Submitted by

[pic]

cy

### [Odd: the
paper]({HUB}/papers/2607.00001)

Maybe a summary.

[[pic] The Lab]({HUB}/lab) · Published on Sep 16, 2025

[Upvote

25]({HUB}/login?next=%2Fpapers%2F2607.00001)

[GitHub 3.29k](https://github.com/lab/odd) [arXiv Page](https://arxiv.org/abs/2607.00001)

[[pic]]({HUB}/papers/2607.00001)

### [Odd: the
paper]({HUB}/papers/2607.00001)

Maybe a summary.

[[pic] The Lab]({HUB}/lab) · Sep 16, 2025

[Upvote

25]({HUB}/login?next=%2Fpapers%2F2607.00001)

[[pic]]({HUB}/papers/2607.00002)

### [Even]({HUB}/papers/2607.00002)

Maybe an abstract.

-

- [pic]

- 4 authors

· Published on Dec 28, 2024

[Upvote

-]({HUB}/login?next=%2Fpapers%2F2607.00002)

[GitHub 160](https://github.com/lab/even) [arXiv Page](https://arxiv.org/abs/2607.00002)
"""


def test_a_trending_page_lists_every_paper_once_and_without_its_ambiguous_text() -> None:
    listing = parse(text(TRENDING_MARKDOWN))
    one, two = listing.entries
    assert listing.list_id == ListId(ListKind.TRENDING)
    assert (one.rank, one.paper_id, one.details.title) == (1, "2607.00001", "Odd: the paper")
    assert (one.upvotes, one.github_stars, one.details.github_url) == (25, None, "https://github.com/lab/odd")
    assert one.details.submitted_by == Member(username="cy")
    assert one.details.organization == Organization(name="lab", fullname="The Lab")
    assert one.details.published_at == datetime(2025, 9, 16, tzinfo=UTC)
    assert (two.rank, two.upvotes, two.github_stars, two.details.num_authors) == (2, 0, 160, 4)
    assert {e.details.abstract for e in listing.entries} == {None}


def test_a_trending_page_of_bare_lines() -> None:
    half = (
        "Submitted by\ncy\nOdd\nMaybe a summary.\nThe Lab\n·\n{on}Sep 16, 2025\n"
        "Upvote\n25\nGitHub\n3.29k\narXiv Page\n"
    )
    even = "Even\nMaybe an abstract.\n4 authors\n·\n{on}Dec 28, 2024\nUpvote\n3\n"
    cards = "".join(one.format(on=on) for one in (half, even) for on in ("Published on ", ""))
    listing = parse(
        text(
            f"{TOP}Subscribe\nTrending Papers\nby\nAK\nand the research community\n{cards}",
            f"{HUB}/papers/trending",
        )
    )
    assert [(e.rank, e.details.title, e.upvotes) for e in listing.entries] == [(1, "Odd", 25), (2, "Even", 3)]


def test_a_papers_page_tells_the_summary_from_the_abstract() -> None:
    page = (
        "Papers\narxiv:2607.00001\nOdd: the\npaper\nPublished on Jun 28\n·\nSubmitted by\nCy Submitter\non Jul 1\n"
        "#1 Paper of the day\n·\nThe Lab\nUpvote\n118\n+110\nAuthors:\nAda Example\n,\nBo Sample\nAbstract\n"
        "{label}We study\nnumbers\n, odd ones.\nView arXiv page\nView PDF\nGitHub\n182\nCommunity\nsomeone\nUpvote\n3"
    )
    [plain] = parse(text(page.format(label=""))).entries
    [labelled] = parse(text(page.format(label="A machine's words.\nAI-generated summary\n"))).entries
    [named] = parse(text(page.format(label="A machine's words.\nGenerated by lab/model\n"))).entries
    assert (
        plain.details.abstract
        == labelled.details.abstract
        == named.details.abstract
        == "We study numbers, odd ones."
    )
    assert plain.details.ai_summary is None
    assert labelled.details.ai_summary == named.details.ai_summary == "A machine's words."
    assert (labelled.details.ai_summary_model, named.details.ai_summary_model) == (None, "lab/model")
    assert (plain.rank, plain.paper_id, plain.upvotes, plain.github_stars) == (None, "2607.00001", 118, 182)
    assert plain.details.title == "Odd: the paper"
    assert plain.details.authors is not None
    assert [a.name for a in plain.details.authors] == ["Ada Example", "Bo Sample"]
    assert plain.details.published_at == datetime(2026, 6, 28, tzinfo=UTC)
    assert plain.details.submitted_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert plain.details.submitted_by == Member(fullname="Cy Submitter")
