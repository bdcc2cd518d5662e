"""Feeds made of what a publication tells: the events of lists, on topics or not, and changes as they are numbered."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.exceptions import HTTPException

from broadsheet.digest.text import clean
from broadsheet.model import ChangeKind, ListId, ListKind
from broadsheet.web.feeds.asking import EventKind, Part
from broadsheet.web.feeds.events import Wanted, collect
from broadsheet.web.feeds.feed import Feed, Item
from broadsheet.web.feeds.items import ItemMaker
from broadsheet.web.feeds.papers import Papers
from broadsheet.web.mounting import path_of
from broadsheet.web.published import Reading
from broadsheet.web.questions import newest_snapshot_at
from broadsheet.web.scope import Scope
from broadsheet.web.selection import Selection, changes_before
from broadsheet.web.site import Site
from broadsheet.web.wording import list_path

MOST_NAME = 200


class Head(NamedTuple):
    """What a feed says of itself. ``name`` is what it is called by for ever, ``page`` the path of its page."""

    name: tuple[str, ...]
    title: str
    description: str
    page: str


class FeedMaker:
    """Makes the feed that a request asks for, or a part of it."""

    def __init__(self, site: Site, request: Request, reading: Reading) -> None:
        self.items = ItemMaker(site, request)
        self.reading = reading
        self.hub_url = site.settings.hub_url
        self._site = site
        self._request = request
        self._papers = Papers(reading.con)

    def of_events(self, wanted: Wanted, part: Part) -> Feed:
        """What befell papers on lists.

        Raises:
            HTTPException: 404, none of the lists was ever seen.
        """
        con = self.reading.con
        newest_at = newest_snapshot_at(con, wanted.scope.kind, wanted.scope.key)
        if newest_at is None:
            raise HTTPException(404, f"{wanted.scope.name}: nothing is known of it.")
        found, place = collect(con, wanted, part.limit, part.place)
        told = self._papers.told(event.change["paper_id"] for event in found)
        items = [
            self.items.of_change(event.kind, event.change, told[event.change["paper_id"]]) for event in found
        ]
        kinds = () if wanted.kinds == tuple(EventKind) else wanted.kinds
        topics = clean(str(wanted.topics), MOST_NAME)
        head = Head(
            ("events", str(wanted.scope), str(wanted.topics), ",".join(kinds)),
            f"{wanted.scope.name}: {topics}" if topics else wanted.scope.name,
            f"Papers that are {' or '.join(kinds or EventKind)}, as they are seen.",
            scope_path(wanted.scope),
        )
        return self.feed(head, items, "" if place is None else str(place), newest_at)

    def of_changes(self, selection: Selection, part: Part) -> Feed:
        """The numbered stream of changes."""
        found = changes_before(self.reading.con, part.number, selection, most=part.limit + 1)
        changes = found[: part.limit]
        told = self._papers.told(change["paper_id"] for change in changes)
        head = Head(
            ("changes", str(selection.scope), ",".join(selection.kinds)),
            f"Changes: {selection.scope.name}",
            f"Changes of papers: {', '.join(selection.kinds)}.",
            f"/changes?{selection.query()}",
        )
        items = [
            self.items.of_change(ChangeKind(change["change"]), change, told[change["paper_id"]])
            for change in changes
        ]
        following = str(changes[-1]["seq"]) if len(found) > len(changes) else ""
        return self.feed(head, items, following, self.reading.published_at)

    def render(self, template: str, content: Mapping[str, Any]) -> str:
        """A template's text; in it ``address`` gives the whole address of a path."""
        return self._site.templates.render(
            self._request, template, {"address": self.items.address, **content}
        )

    def feed(self, head: Head, items: Iterable[Item], following: str, quiet_since: datetime) -> Feed:
        """A feed around its items. Its next part begins behind the place ``following``; "": there is none.
        ``quiet_since`` is the time of a feed without items.
        """
        shown = tuple(items)
        return Feed(
            id=self.items.names.of("feed", *head.name),
            scheme=self.items.names.of("event"),
            title=f"Broadsheet: {head.title}",
            description=head.description,
            page_url=self.items.address(head.page),
            url=self._part(),
            first=self._part(before=""),
            next=self._part(before=following) if following else None,
            icon=self.items.address("/static/icon.svg"),
            updated=max((item.updated for item in shown), default=quiet_since),
            items=shown,
        )

    def _part(self, **other: str) -> str:
        """The address asked for, with other parameters."""
        kept = [pair for pair in self._request.query_params.multi_items() if pair[0] not in other]
        query = urlencode([pair for pair in (*kept, *other.items()) if pair[1]])
        path = quote(path_of(self._request.scope))
        return self.items.address(f"{path}?{query}" if query else path)


def scope_path(scope: Scope) -> str:
    """The path of the page of a list, or of the newest of a kind."""
    return list_path(ListId(scope.kind or ListKind.TRENDING, scope.key or ""))
