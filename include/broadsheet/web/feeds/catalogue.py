"""Which feeds there are, for people and in OPML 2.0 (http://opml.org/spec2.opml)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree
from lxml.builder import E

from broadsheet.digest.text import clean
from broadsheet.model import ListId, ListKind
from broadsheet.web.questions import ask
from broadsheet.web.wording import kind_name, list_name, list_path, segment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEDIA_TYPE = "text/x-opml; charset=utf-8"


class Offer(NamedTuple):
    """A feed: ``path`` without its ending, ``page`` the path of its page."""

    path: str
    name: str
    brings: str
    page: str


_CHANGES = Offer(
    "/feeds/changes",
    "Changes",
    "every paper that enters, returns to or leaves any list, change by change",
    "/changes",
)
_EDITIONS = Offer(
    "/feeds/editions/trending",
    "Trending papers, day by day",
    "an item a day: what was new, back and rising, and what left",
    "/editions",
)
_BRINGS = {
    ListKind.TRENDING: "papers that are new, back or rising among the trending ones",
    ListKind.DAILY: "papers that are new on the list of a day, as they are put there",
    ListKind.WEEKLY: "papers that are new, back or rising on the list of a week",
    ListKind.MONTHLY: "papers that are new, back or rising on the list of a month",
    ListKind.SEARCH: "papers that are new, back or rising among what the hub finds",
}


def offers(con: "DuckDBPyConnection") -> list[Offer]:
    """The feeds of all lists that are known, trending first, then what tells of them otherwise."""
    order = list(_BRINGS)
    known = [(order.index(ListKind(row["list_kind"])), row["key"]) for row in ask(con, "feeds/known")]
    lists = [_offer(order[place], key) for place, key in sorted(known)]
    editions = [_EDITIONS] if (order.index(ListKind.TRENDING), "") in known else []
    return [*lists, *editions, _CHANGES]


def _offer(kind: ListKind, key: str) -> Offer:
    if kind is ListKind.SEARCH:
        list_id = ListId(kind, key)
        return Offer(f"/feeds/search/{segment(key)}", list_name(list_id), _BRINGS[kind], list_path(list_id))
    return Offer(f"/feeds/{kind}", kind_name(kind), _BRINGS[kind], f"/lists/{kind}")


def opml(feeds: Iterable[Offer], address: Callable[[str], str], made_at: datetime) -> bytes:
    """The feeds as an outline that readers import. ``address`` gives the whole address of a path."""
    outlines = (
        E.outline(
            type="rss",
            text=clean(feed.name),
            title=f"Broadsheet: {clean(feed.name)}",
            description=feed.brings,
            xmlUrl=address(f"{feed.path}.atom"),
            htmlUrl=address(feed.page),
        )
        for feed in feeds
    )
    head = E.head(
        E.title("Broadsheet"), E.dateCreated(format_datetime(made_at)), E.docs("http://opml.org/spec2.opml")
    )
    document = E.opml(head, E.body(*outlines), version="2.0")
    text: bytes = etree.tostring(document, xml_declaration=True, encoding="utf-8")
    return text
