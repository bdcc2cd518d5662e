"""The parsers on real answers of the hub."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from broadsheet.model import Capture, Entry, ListId, Listing, ListKind, Verdict, arxiv_id, squash
from broadsheet.parsing.door import parse
from broadsheet.parsing.items import absolute
from broadsheet.parsing.wire import LEFT_OUT

pytestmark = pytest.mark.captures

PAGE_2024 = "html/list_page_date_2024-08-01.html"
PAPER_PAGE = "html/paper_page_2509.24002_prettified_2025-10-02.html"
TRENDING = "html/trending_page_excerpt_two_cards_2026-10-07.html"
MIRROR = "html/not_hugging_face_third_party_mirror_2026-07-01.html"


def read(
    body: bytes, captured_at: str = "2026-10-08T00:00:00+00:00", url: str = "file:///capture"
) -> Listing:
    moment = datetime.fromisoformat(captured_at).astimezone(UTC)
    return parse(Capture(captured_at=moment, url=url, status=200, body=body))


def props_of(page: bytes) -> dict[str, Any]:
    """The list page's JSON, found without the parsers under test."""
    match = re.search(rb'data-target="DailyPapers" data-props="([^"]*)"', page)
    assert match is not None
    found: dict[str, Any] = json.loads(unescape(match[1].decode()))
    return found


# ---- no field is lost: what the JSON says and what the listing says, as bags of (path, value) -----------------

KEPT_AS = {
    "paper.id": "paper_id",
    "paper.title": "details.title",
    "paper.summary": "details.abstract",
    "paper.upvotes": "upvotes",
    "numComments": "num_comments",
    "paper.githubStars": "github_stars",
    "paper.publishedAt": "details.published_at",
    "paper.submittedOnDailyAt": "details.submitted_at",
    "paper.submittedOnDailyBy.user": "details.submitted_by.username",
    "paper.submittedOnDailyBy.fullname": "details.submitted_by.fullname",
    "paper.authors[].name": "details.authors[].name",
    "paper.authors[].hidden": "details.authors[].hidden",
    "paper.authors[].status": "details.authors[].status",
    "paper.authors[].statusLastChangedAt": "details.authors[].status_changed_at",
    "paper.authors[].user.user": "details.authors[].username",
    "paper.authors[].user.fullname": "details.authors[].fullname",
    "paper.organization.name": "details.organization.name",
    "paper.organization.fullname": "details.organization.fullname",
    "paper.organization.avatar": "details.organization.avatar_url",
    "submitterOrganization.name": "details.submitter_organization.name",
    "submitterOrganization.fullname": "details.submitter_organization.fullname",
    "submitterOrganization.avatar": "details.submitter_organization.avatar_url",
    "paper.githubRepo": "details.github_url",
    "paper.githubRepoAddedBy": "details.github_added_by",
    "paper.projectPage": "details.project_url",
    "paper.ai_summary": "details.ai_summary",
    "paper.ai_summary_model": "details.ai_summary_model",
    "paper.ai_keywords[]": "details.ai_keywords[]",
    "paper.discussionId": "details.discussion_id",
    "thumbnail": "details.thumbnail_url",
    "isAuthorParticipating": "details.author_participates",
    "mediaUrl": "details.media_urls[]",
    "mediaUrls[]": "details.media_urls[]",
    "paper.mediaUrls[]": "details.media_urls[]",
}
SUBMITTER_AT_ITEM_LEVEL = {
    "submittedBy.name": "details.submitted_by.username",
    "submittedBy.fullname": "details.submitted_by.fullname",
}
ADDRESSES = ("avatar_url", "thumbnail_url", "media_urls[]", "github_url", "project_url")
TEXTS = ("title", "abstract", "ai_summary")
MADE_UP_HERE = {"rank", "details.num_authors"}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    elif value is not None:
        yield path, value


def is_left_out(path: str, item: dict[str, Any]) -> bool:
    if path in SUBMITTER_AT_ITEM_LEVEL and "submittedOnDailyBy" not in item["paper"]:
        return False
    bare = path.replace("[]", "")
    full = bare if bare.startswith("paper.") else f"item.{bare}"
    return any(
        fnmatchcase(full, pattern.replace("**", "*")) or full.startswith(f"{pattern}.")
        for pattern in LEFT_OUT
    )


def form(name: str, value: Any) -> Any:
    """A value of the hub's in the form that the listing gives it."""
    if name == "paper_id":
        return arxiv_id(value)
    if name.endswith("_at"):
        return datetime.fromisoformat(value)
    if name.endswith(TEXTS):
        return squash(value)
    return absolute(value) if name.endswith(ADDRESSES) else value


def said(item: dict[str, Any]) -> Counter[tuple[str, Any]]:
    """What the hub's item says, in the listing's names and forms."""
    names = KEPT_AS if "submittedOnDailyBy" in item["paper"] else KEPT_AS | SUBMITTER_AT_ITEM_LEVEL
    found: Counter[tuple[str, Any]] = Counter()
    for path, raw in leaves(item):
        if not is_left_out(path, item):
            name = names[path]  # a KeyError here is a field that is neither kept nor left out
            value = form(name, raw)
            if value not in ("", None):
                found[name, value] += 1
    return Counter(
        {leaf: 1 if leaf[0] == "details.media_urls[]" else number for leaf, number in found.items()}
    )


def kept(entry: Entry) -> Counter[tuple[str, Any]]:
    """What the entry says."""
    found = leaves(msgspec.to_builtins(entry, builtin_types=(datetime,)))
    return Counter((path, value) for path, value in found if path not in MADE_UP_HERE)


def api_answers(captures_dir: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(captures_dir / "api" / "daily_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def test_no_api_answer_loses_or_gains_anything(captures_dir: Path) -> None:
    answers = papers = 0
    for line in api_answers(captures_dir):
        listing = read(json.dumps(line["response"]).encode(), line["captured_at"], line["url"])
        answers += 1
        if not line["response"]:
            assert listing.fault is not None
            assert listing.fault.verdict is Verdict.EMPTY
            continue
        assert (listing.fault, listing.notes, listing.parser) == (None, (), "api")
        assert listing.list_id == ListId(ListKind.DAILY, line["page_date"])
        assert listing.truncated is (len(line["response"]) == 50)
        assert [e.rank for e in listing.entries] == list(range(1, len(line["response"]) + 1))
        for item, entry in zip(line["response"], listing.entries, strict=True):
            assert kept(entry) == said(item)
            papers += 1
    assert (answers, papers) == (529, 8435)


def test_the_copies_that_are_left_out_are_copies(captures_dir: Path) -> None:
    for line in api_answers(captures_dir):
        for item in line["response"]:
            paper = item["paper"]
            assert item.get("summary", paper["summary"]) == paper["summary"]
            assert item.get("organization") == paper.get("organization")
            if "submittedOnDailyBy" in paper and "submittedBy" in item:
                assert item["submittedBy"]["name"] == paper["submittedOnDailyBy"]["user"]


def test_an_answer_kept_as_bytes(captures_dir: Path) -> None:
    listing = read((captures_dir / "api" / "daily_papers_2026-05-08_captured_2026-05-11.json").read_bytes())
    assert (len(listing.entries), listing.fault) == (37, None)


def test_the_page_of_2024_has_every_field_of_its_json(captures_dir: Path) -> None:
    page = (captures_dir / PAGE_2024).read_bytes()
    listing = read(page)
    assert (listing.parser, listing.fault, listing.notes) == ("hydration", None, ())
    assert listing.list_id == ListId(ListKind.DAILY, "2024-08-01")
    items = props_of(page)["dailyPapers"]
    assert len(listing.entries) == len(items) == 13
    for item, entry in zip(items, listing.entries, strict=True):
        assert kept(entry) == said(item)


def test_the_page_of_2024_from_its_cards_alone(captures_dir: Path) -> None:
    page = (captures_dir / PAGE_2024).read_bytes()
    whole = read(page)
    cards = read(re.sub(rb'data-props="[^"]*"', b"", page), "2024-08-11T00:00:00+00:00")
    assert (cards.parser, cards.fault) == ("cards", None)
    assert cards.list_id == whole.list_id
    assert cards.page_date == date(2024, 8, 1)
    for one, other in zip(whole.entries, cards.entries, strict=True):
        assert (one.rank, one.paper_id, one.upvotes, one.num_comments) == (
            other.rank,
            other.paper_id,
            other.upvotes,
            other.num_comments,
        )
        assert one.details.title == other.details.title
        assert one.details.num_authors == other.details.num_authors
        assert (other.details.abstract, other.details.ai_summary) == (None, None)


def test_the_papers_page(captures_dir: Path) -> None:
    listing = read((captures_dir / PAPER_PAGE).read_bytes())
    [entry] = listing.entries
    assert (listing.list_id, listing.parser) == (ListId(ListKind.PAPER, "2509.24002"), "hydration")
    assert (entry.rank, entry.upvotes, entry.github_stars, entry.details.num_authors) == (None, 118, 182, 15)
    assert entry.details.submitter_organization is not None
    assert entry.details.abstract != entry.details.ai_summary


def test_the_trending_excerpt_is_two_papers(captures_dir: Path) -> None:
    listing = read((captures_dir / TRENDING).read_bytes())
    assert (listing.list_id, listing.parser) == (ListId(ListKind.TRENDING), "cards")
    assert [(e.rank, e.paper_id, e.upvotes) for e in listing.entries] == [
        (1, "2609.33757", 246),
        (2, "2006.15704", 13),
    ]
    assert [e.details.abstract for e in listing.entries] == [None, None]


def test_the_mirror_is_refused(captures_dir: Path) -> None:
    body = (captures_dir / MIRROR).read_bytes()
    for url in ("file:///x", "https://huggingface.co/papers"):
        fault = read(body, url=url).fault
        assert fault is not None
        assert fault.verdict is Verdict.FOREIGN


@pytest.mark.parametrize(
    ("name", "count", "page_date", "first", "last"),
    [
        ("000_5049cde866cabaa1.txt", 206, None, "Densely Connected", "EfficientDet: Scalable"),
        ("002_09f94097c21f8418.txt", 89, date(2025, 3, 12), "Mugs: A Multi", "Harnessing GPT-4V(ision)"),
        (
            "003_8e0d552606f43526.txt",
            72,
            date(2025, 3, 19),
            "ACAM-KD: Adaptive",
            "Google Landmarks Dataset v2",
        ),
    ],
)
def test_the_founding_texts(
    captures_dir: Path, name: str, count: int, page_date: date | None, first: str, last: str
) -> None:
    body = (captures_dir / "text" / name).read_bytes()
    listing = read(body, "2025-03-20T00:00:00+00:00")
    assert (listing.parser, listing.fault, listing.list_id) == ("text", None, None)
    assert (len(listing.entries), listing.page_date) == (count, page_date)
    assert [e.rank for e in listing.entries] == list(range(1, count + 1))
    titles = [e.details.title or "" for e in listing.entries]
    assert titles[0].startswith(first)
    assert titles[-1].startswith(last)
    assert all(len(e.details.abstract or "") > len(e.details.title or "") for e in listing.entries)
    in_order = [line.strip().removeprefix("Subscribe") for line in body.decode().splitlines() if line.strip()]
    wanted = [text for e in listing.entries for text in (e.details.title, e.details.abstract)]
    assert [squash(line) for line in in_order][-len(wanted) :] == wanted


@pytest.mark.parametrize(
    ("name", "list_id", "papers"),
    [
        (
            "papers_date_2024-08-01__bs4_get_text.txt",
            ListId(ListKind.DAILY, "2024-08-01"),
            {"The Llama 3 Herd of Models": (94, 5, 533)},
        ),
        (
            "search_page__2026-03-25__notebook_export__EXCERPT.txt",
            ListId(ListKind.SEARCH, "Intercode Bash"),
            {
                "Better than Your Teacher: LLM Agents that learn from Privileged AI Feedback": (1, None, 2),
                "Arctic-SnowCoder: Demystifying High-Quality Data in Code Pretraining": (19, 2, 3),
            },
        ),
        (
            "search_page__2026-06-29__reflink_text__EXCERPT.txt",
            ListId(ListKind.SEARCH, "Long-context ASR"),
            {
                "MURMUR: An Efficient Inference System for Long-Form ASR": (0, None, 3),
                "VIBEVOICE-ASR Technical Report": (24, 3, None),
            },
        ),
        (
            "trending_page__2026-10-07__structured_text__EXCERPT.md",
            ListId(ListKind.TRENDING),
            {"TradingAgents: Multi-Agents LLM Financial Trading Framework": (149, None, 4)},
        ),
    ],
)
def test_other_forms_of_text(
    captures_dir: Path, name: str, list_id: ListId, papers: dict[str, tuple[int | None, ...]]
) -> None:
    captured_at = "2024-08-11T00:00:00+00:00" if "2024" in name else "2026-10-08T00:00:00+00:00"
    listing = read((captures_dir / "text" / name).read_bytes(), captured_at)
    assert (listing.list_id, listing.fault) == (list_id, None)
    assert len(listing.entries) == (13 if list_id.kind is ListKind.DAILY else 3)
    found = {e.details.title: (e.upvotes, e.num_comments, e.details.num_authors) for e in listing.entries}
    assert papers.items() <= found.items()
    has_abstract = {bool(e.details.abstract) for e in listing.entries}
    assert has_abstract == {list_id.kind is ListKind.SEARCH}


def test_the_papers_page_as_text_says_what_the_page_says(captures_dir: Path) -> None:
    [text] = read((captures_dir / "text" / "paper_page_2509.24002__bs4_get_text.txt").read_bytes()).entries
    [page] = read((captures_dir / PAPER_PAGE).read_bytes()).entries
    assert (text.paper_id, text.upvotes, text.github_stars) == (
        page.paper_id,
        page.upvotes,
        page.github_stars,
    )
    assert text.details.title == page.details.title
    assert text.details.ai_summary == page.details.ai_summary
    assert text.details.abstract == page.details.abstract
    assert text.details.authors is not None
    assert page.details.authors is not None
    assert [a.name for a in text.details.authors] == [a.name for a in page.details.authors]
