"""What a reader may ask of a list's page: its order, and which papers."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Annotated

import msgspec
from fastapi import Query

from broadsheet.digest.edition import SectionName
from broadsheet.digest.text import clean
from broadsheet.web.shown import ShownPaper

MOST_OFFERED = 60
"""How many organisations and keywords a page offers to choose from."""
MOST_ASKED = 200


class Order(StrEnum):
    """The orders a list can be read in."""

    RANK = "rank"
    VOTES = "votes"
    GAINED = "gained"
    NEWEST = "newest"
    STARS = "stars"


ORDERS = {
    Order.RANK: "rank",
    Order.VOTES: "upvotes",
    Order.GAINED: "upvotes gained",
    Order.NEWEST: "newest",
    Order.STARS: "stars",
}
"""Each order in words."""

_LEAST_FIRST: dict[Order, Callable[[ShownPaper], int | None]] = {
    Order.VOTES: lambda paper: _negative(paper.item.upvotes),
    Order.GAINED: lambda paper: _negative(paper.item.gained),
    Order.NEWEST: lambda paper: paper.item.days,
    Order.STARS: lambda paper: _negative(paper.item.github_stars),
}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which papers of a list, and in which order. ``new`` wants those that were not there before."""

    sort: Order = Order.RANK
    organization: str = ""
    keyword: str = ""
    code: bool = False
    new: bool = False

    @property
    def filtered(self) -> bool:
        """Whether papers may be left out."""
        return bool(self.organization or self.keyword or self.code or self.new)

    def asked(self, sort: Order) -> dict[str, str]:
        """The parameters of an address that makes this choice in another order."""
        given = {
            "sort": "" if sort is Order.RANK else str(sort),
            "organization": self.organization,
            "keyword": self.keyword,
            "code": "1" if self.code else "",
            "new": "1" if self.new else "",
        }
        return {name: value for name, value in given.items() if value}

    def of(self, papers: Sequence[ShownPaper]) -> list[ShownPaper]:
        """The papers chosen, in the order chosen; what the hub did not say stands last."""
        found = [paper for paper in papers if self._wants(paper)]
        if (measure := _LEAST_FIRST.get(self.sort)) is not None:
            found.sort(key=lambda paper: (measure(paper) is None, measure(paper)))
        return found

    def _wants(self, paper: ShownPaper) -> bool:
        item = paper.item
        return (
            (not self.organization or _folded(item.organization or "") == _folded(self.organization))
            and (not self.keyword or _folded(self.keyword) in map(_folded, paper.keywords))
            and (not self.code or item.code_url is not None)
            and (not self.new or item.section in {SectionName.NEW, SectionName.BACK})
        )


def read_choice(
    sort: Order = Order.RANK,
    organization: Annotated[str, Query(max_length=MOST_ASKED)] = "",
    keyword: Annotated[str, Query(max_length=MOST_ASKED)] = "",
    code: bool = False,
    new: bool = False,
) -> Choice:
    """The choice that an address makes, as a dependency of FastAPI."""
    return Choice(sort=sort, organization=organization, keyword=keyword, code=code, new=new)


def organizations(papers: Sequence[ShownPaper]) -> list[str]:
    """The organisations on a list, those with most papers first."""
    return _most_frequent(paper.item.organization for paper in papers if paper.item.organization)


def keywords(papers: Sequence[ShownPaper]) -> list[str]:
    """The AI keywords on a list, those of most papers first."""
    return _most_frequent(clean(keyword) for paper in papers for keyword in paper.keywords)


def _most_frequent(names: Iterable[str]) -> list[str]:
    counts = Counter(names)
    return sorted(counts, key=lambda name: (-counts[name], _folded(name)))[:MOST_OFFERED]


def _folded(name: str) -> str:
    return clean(name).casefold()


def _negative(number: int | None) -> int | None:
    return None if number is None else -number
