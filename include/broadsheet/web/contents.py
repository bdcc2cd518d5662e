"""What the template of a list is filled with, on the front page and in the archive."""

from typing import Any

from broadsheet.digest.edition import WORTH_READING, Item
from broadsheet.digest.headlines import compared, sentence, tally
from broadsheet.digest.words import TITLES, capital, papers
from broadsheet.web.choosing import ORDERS, Choice, keywords, organizations
from broadsheet.web.shown import ShownList

MOST_INDEXED = 8
"""How many papers of a section are named beside the list."""


def list_content(shown: ShownList, choice: Choice) -> dict[str, Any]:
    """A list's papers as chosen, what could be chosen of them, and its news in words."""
    return {
        "shown": shown,
        "papers": choice.of(shown.papers),
        "choice": choice,
        "orders": ORDERS,
        "organizations": organizations(shown.papers),
        "keywords": keywords(shown.papers),
        "summary": _summary(shown),
        "compared": compared(shown.edition, "UTC"),
        "news": _news(shown),
        "most_indexed": MOST_INDEXED,
    }


def _summary(shown: ShownList) -> str:
    if not shown.compared:
        return f"{capital(papers(len(shown.papers)))}."
    return sentence(tally(shown.edition))


def _news(shown: ShownList) -> dict[str, tuple[Item, ...]]:
    """What came and rose since the board before, under its headings."""
    names = WORTH_READING if shown.compared else ()
    return {TITLES[name]: items for name in names if (items := shown.edition.items(name))}
