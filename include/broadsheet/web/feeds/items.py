"""From a change of a list to the item that tells of it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request

from broadsheet.digest.edition import MOST_NAME, MOST_TITLE, Paper
from broadsheet.digest.links import arxiv_address, code_address, paper_address
from broadsheet.digest.text import clean, opening
from broadsheet.digest.words import capital
from broadsheet.model import ChangeKind
from broadsheet.warehouse.rows import Record, list_of
from broadsheet.warehouse.search import Hit
from broadsheet.web.feeds.asking import EventKind
from broadsheet.web.feeds.feed import Facts, Item
from broadsheet.web.feeds.names import Names
from broadsheet.web.feeds.papers import Told
from broadsheet.web.sentences import sentence
from broadsheet.web.site import Site
from broadsheet.web.wording import list_name, list_path, paper_path

MOST_AUTHORS = 50
MOST_KEYWORDS = 20
MOST_SUMMARY = 400

_LEADS = {
    EventKind.BACK: "Back: ",
    EventKind.RISING: "Rising to {rank}: ",
    ChangeKind.RETURNED: "Back: ",
    ChangeKind.LEFT: "Left: ",
    ChangeKind.ROSE: "Up to {rank}: ",
    ChangeKind.FELL: "Down to {rank}: ",
    ChangeKind.GAINED: "More votes: ",
    ChangeKind.REVISED: "Revised: ",
    ChangeKind.ENRICHED: "Added to: ",
}
"""What stands before a paper's title; nothing where it is new."""


class ItemMaker:
    """Makes the items of one answer."""

    def __init__(self, site: Site, request: Request) -> None:
        self.names = Names(site.settings.public_url)
        self._site = site
        self._request = request

    def address(self, path: str) -> str:
        """The whole address of a path of this site."""
        return self._site.address(self._request, path)

    def of_change(self, kind: EventKind | ChangeKind, change: Record, told: Told) -> Item:
        """The item of a change, which has the columns of the stream; ``kind`` is its type."""
        list_id = list_of(change)
        paper = told.paper
        # A paper enters a list once; so its name does not change when a late capture shows that it did so earlier.
        once = kind in {EventKind.NEW, ChangeKind.ENTERED}
        lead = _LEADS.get(kind, "").format(rank=change["rank"])
        seen = change["captured_at"]
        return self._item(
            paper,
            id=self.names.of(str(list_id), paper.paper_id, kind, *([] if once else [change["snapshot_id"]])),
            title=lead + _title(paper),
            published=seen,
            updated=max(seen, told.told_at),
            facts=Facts(
                type=kind,
                list_id=str(list_id),
                paper_id=paper.paper_id,
                rank=change["rank"],
                previous_rank=change["previous_rank"],
                upvotes=change["upvotes"],
                gained=_gained(change),
                seq=change["seq"],
            ),
            words={
                "words": capital(sentence(change)),
                "at": seen,
                "list_name": list_name(list_id),
                "list_url": self.address(list_path(list_id)),
            },
        )

    def of_found(self, hit: Hit, told: Told) -> Item:
        """The item of a paper that a search found: when it was first seen on any list."""
        seen = hit.first_seen_at
        return self._item(
            told.paper,
            id=self.names.of("found", hit.paper_id),
            title=_title(told.paper),
            published=seen,
            updated=max(seen, told.told_at),
            facts=Facts(type="found", paper_id=hit.paper_id, upvotes=hit.upvotes),
            words={"words": "First seen", "at": seen, "list_name": "", "list_url": ""},
        )

    def _item(self, paper: Paper, *, words: Mapping[str, Any], **item: Any) -> Item:
        """``words`` is what the template says of the event; ``item`` is what does not follow from the paper."""
        url = self.address(paper_path(paper.paper_id))
        related = self._related(paper)
        authors = _cleaned(paper.authors[:MOST_AUTHORS])
        summary = clean(paper.ai_summary) if paper.ai_summary else ""
        abstract = clean(paper.abstract) if paper.abstract else ""
        content = {
            "authors": authors,
            "others": max(0, max(paper.num_authors or 0, len(paper.authors)) - len(authors)),
            "organization": clean(paper.organization, MOST_NAME) if paper.organization else "",
            "ai_summary": summary,
            "abstract": abstract,
            "url": url,
            "related": related,
        }
        return Item(
            url=url,
            html=self._site.templates.render(self._request, "feeds/item.html", {**content, **words}),
            summary=opening(f"AI summary: {summary}" if summary else abstract, MOST_SUMMARY),
            authors=authors,
            keywords=_cleaned(paper.ai_keywords[:MOST_KEYWORDS]),
            related=related,
            **item,
        )

    def _related(self, paper: Paper) -> tuple[tuple[str, str], ...]:
        found = (
            ("arXiv", arxiv_address(paper.paper_id)),
            ("Paper page", paper_address(self._site.settings.hub_url, paper.paper_id)),
            ("Code", code_address(paper.github_url)),
        )
        return tuple((title, address) for title, address in found if address)


def _title(paper: Paper) -> str:
    return clean(paper.title or "", MOST_TITLE) or quote(paper.paper_id, safe=":/")


def _cleaned(texts: tuple[str, ...]) -> tuple[str, ...]:
    lines = (clean(text, MOST_NAME) for text in texts)
    return tuple(dict.fromkeys(line for line in lines if line))


def _gained(change: Record) -> int | None:
    if change["upvotes"] is None or change["previous_upvotes"] is None:
        return None
    return int(change["upvotes"] - change["previous_upvotes"])
