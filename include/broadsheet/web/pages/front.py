"""The front page: what trends now."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from broadsheet.digest.edition import Item, SectionName
from broadsheet.digest.headlines import compared, sentence, tally
from broadsheet.digest.words import TITLES, capital
from broadsheet.digest.words import papers as count_papers
from broadsheet.model import ListId, ListKind
from broadsheet.web.choosing import ORDERS, Choice, keywords, organizations, read_choice
from broadsheet.web.published import Reading
from broadsheet.web.shown import A_DAY, ShownList, show, stand
from broadsheet.web.site import site_of

router = APIRouter(include_in_schema=False)

TRENDING = ListId(ListKind.TRENDING)
LEADS = 3
"""How many papers are set larger than the rest, the first of them largest."""

MOST_INDEXED = 8
"""How many papers of a section stand beside the list."""


@router.get("/")
def front(request: Request, choice: Annotated[Choice, Depends(read_choice)]) -> Response:
    """The trending list now, its first papers set as a newspaper sets what leads."""
    site = site_of(request)

    def read(reading: Reading) -> Mapping[str, Any]:
        now = stand(reading.con, TRENDING)
        fixed = {
            "canonical": site.address(request, "/"),
            "place": "/",
            "asked_for": {"at": "", "since": ""},
            "subscribing": site.settings.web_subscribe == "open",
        }
        if now is None:
            return fixed | {"shown": None}
        at = now.newest_at
        shown = show(reading.con, TRENDING, at, at - A_DAY, hub_url=site.settings.hub_url)
        return fixed | {"leads": _leads(shown, choice)} | chosen(shown, choice)

    return site.page(request, "front.html", read)


def chosen(shown: ShownList, choice: Choice) -> dict[str, Any]:
    """What the templates of a list need: its papers as chosen, what could be chosen, and its summary in words."""
    return {
        "shown": shown,
        "papers": choice.of(shown.papers),
        "choice": choice,
        "orders": ORDERS,
        "organizations": organizations(shown.papers),
        "keywords": keywords(shown.papers),
        "summary": _summary(shown),
        "news": _news(shown),
        "most_indexed": MOST_INDEXED,
        "compared": compared(shown.edition, "UTC"),
    }


def _leads(shown: ShownList, choice: Choice) -> int:
    return LEADS if choice == Choice() and len(shown.papers) > LEADS else 0


def _summary(shown: ShownList) -> str:
    if not shown.compared:
        return f"{capital(count_papers(len(shown.papers)))}."
    return sentence(tally(shown.edition))


def _news(shown: ShownList) -> dict[str, tuple[Item, ...]]:
    """What came and rose since the board before, under its headings."""
    names = (SectionName.NEW, SectionName.BACK, SectionName.RISING) if shown.compared else ()
    return {TITLES[name]: items for name in names if (items := shown.edition.items(name))}
