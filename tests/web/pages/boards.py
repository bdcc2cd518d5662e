"""A list's page as a reader sees it."""

from typing import NamedTuple

from web.markup import Markup, inside, text


class Row(NamedTuple):
    """A paper on the page: rank and movement as they are written."""

    rank: int
    movement: str
    title: str
    address: str
    figures: str


def rows(page: Markup) -> list[Row]:
    """The papers of the list in the order they stand in."""
    return [_row(entry) for entry in page.all("li", "entry")]


def leads(page: Markup) -> list[str]:
    """The titles set larger."""
    return [text(inside(each, "headline")[0]) for each in page.all("article")]


def _row(entry) -> Row:
    (rank,) = inside(entry, "rank")
    (headline,) = inside(entry, "headline")
    (figures,) = inside(entry, "figures")
    movement = inside(entry, "move")
    return Row(
        rank=int(text(rank).removeprefix("Rank ")),
        movement=text(movement[0]) if movement else "",
        title=text(headline),
        address=headline[0].get("href"),
        figures=text(figures),
    )
