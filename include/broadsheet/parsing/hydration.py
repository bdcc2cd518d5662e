"""The JSON that a page was rendered from: the best source there is.

It stands in one attribute (``data-props``) of the element with ``data-target="DailyPapers"`` or
``"PaperContent"``, the most stable anchor of the page since 2023.
"""

from typing import Any

import msgspec

from broadsheet.model import Capture, Judgement, ListId, Listing, ListKind, Verdict
from broadsheet.parsing import loose, wire
from broadsheet.parsing.items import Board, board, paper_entry
from broadsheet.parsing.page import LIST_TARGET, Page
from broadsheet.parsing.shown import addressed_list, props_day, props_list

PARSER = "hydration"

PERIOD_LIMIT = 105
"""Where the pages of weeks and months stop."""


def parse(page: Page, capture: Capture) -> Listing | None:
    """The listing in the page's props; None if there are none or they cannot be read."""
    for target, props in page.props:
        is_list = target == LIST_TARGET
        listing = parse_list(props, capture, page.addresses) if is_list else parse_paper(props)
        if listing is not None:
            return listing
    return None


def parse_list(props: str | bytes, capture: Capture, addresses: tuple[str, ...] = ()) -> Listing | None:
    """The listing in the JSON of a list page; None if it is no such JSON."""
    try:
        shown = wire.decode_list_props(props)
    except msgspec.ValidationError:
        return _parse_loosely(props, capture, addresses)
    except wire.UNDECODABLE:
        return None
    return None if shown.items is None else _listing(shown, board(shown.items), capture, addresses)


def parse_paper(props: str | bytes) -> Listing | None:
    """The listing of one in the JSON of a paper's page; None if it is no such JSON."""
    notes: list[str] = []
    try:
        shown = wire.decode_paper_props(props)
    except msgspec.ValidationError:
        try:
            shown = loose.read_struct(wire.PaperProps, wire.decode_any(props), "the page", notes)
        except (*wire.UNDECODABLE, loose.UnreadableError):
            return None
    except wire.UNDECODABLE:
        return None
    entry = paper_entry(shown)
    if entry is None or entry.paper_id is None:
        return None
    return Listing(
        list_id=ListId(ListKind.PAPER, entry.paper_id), entries=(entry,), parser=PARSER, notes=tuple(notes)
    )


def _parse_loosely(props: str | bytes, capture: Capture, addresses: tuple[str, ...]) -> Listing | None:
    try:
        raw: Any = wire.decode_any(props)
    except wire.UNDECODABLE:
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("dailyPapers"), list):
        return None
    notes: list[str] = []
    items = loose.read_items(raw["dailyPapers"], notes)
    shown = msgspec.convert(
        {key: value for key, value in raw.items() if key != "dailyPapers"}, wire.ListProps
    )
    return _listing(shown, board(items, notes=notes), capture, addresses)


def _listing(shown: wire.ListProps, found: Board, capture: Capture, addresses: tuple[str, ...]) -> Listing:
    list_id = props_list(shown) or addressed_list(capture, *addresses) or capture.asked
    fault = found.fault
    if fault is None and not found.entries:
        fault = Judgement(Verdict.EMPTY, f"the page of {list_id or 'a list'} holds no papers")
    return Listing(
        list_id=list_id,
        entries=found.entries,
        parser=PARSER,
        page_date=props_day(shown),
        truncated=list_id is not None
        and list_id.kind in (ListKind.WEEKLY, ListKind.MONTHLY)
        and found.items >= PERIOD_LIMIT,
        notes=found.notes,
        fault=fault,
    )
