"""The hub's API: arrays of items from ``/api/daily_papers`` and its kin, one object from ``/api/papers/<id>``."""

from typing import Any

import msgspec

from broadsheet.hub.urls import api_limit, api_page, list_from_url
from broadsheet.model import Capture, Judgement, ListId, Listing, ListKind, Verdict
from broadsheet.parsing import hydration, loose, wire
from broadsheet.parsing.items import Board, board, paper_entry
from broadsheet.parsing.shown import addressed_list

PARSER = "api"


def parse(body: bytes, capture: Capture) -> Listing | None:
    """The listing in a JSON answer, None if ``body`` is no JSON array or object.

    A JSON object or array of another shape gives a listing with the fault `layout_changed`, the hub's own
    error object one with `error`.
    """
    notes: list[str] = []
    try:
        found = board(wire.decode_items(body), _first_rank(capture))
    except msgspec.ValidationError:
        raw: Any = _decode(body)
        if isinstance(raw, dict):
            return _object(raw, body, capture)
        if not isinstance(raw, list):
            return None
        found = board(loose.read_items(raw, notes), _first_rank(capture), notes)
    except wire.UNDECODABLE:
        return None
    return _array(found, capture)


def _decode(body: bytes) -> Any:
    try:
        return wire.decode_any(body)
    except wire.UNDECODABLE:
        return None


def _array(found: Board, capture: Capture) -> Listing:
    page, limit = api_page(_address(capture)), api_limit(_address(capture))
    list_id = addressed_list(capture) or capture.asked
    fault = found.fault
    if fault is None and not found.entries:
        beyond = f"page {page + 1} of " if page else ""
        fault = Judgement(Verdict.EMPTY, f"the API lists no papers on {beyond}{list_id or 'this list'}")
    return Listing(
        list_id=list_id,
        entries=found.entries,
        parser=PARSER,
        page=page,
        truncated=_has_next(capture) or found.items >= limit,
        notes=found.notes,
        fault=fault,
    )


def _object(raw: dict[str, Any], body: bytes, capture: Capture) -> Listing:
    list_id = addressed_list(capture) or capture.asked
    if "error" in raw:
        fault = Judgement(Verdict.ERROR, f"the hub answered with an error: {str(raw['error'])[:200]}")
        return Listing(list_id=list_id, parser=PARSER, fault=fault)
    notes: list[str] = []
    if "dailyPapers" in raw:
        listing = hydration.parse_list(body, capture)
    elif "paper" in raw:
        listing = hydration.parse_paper(body)
    else:
        listing = _paper(raw, notes)
    if listing is not None:
        return listing
    keys = ", ".join(sorted(map(str, raw))[:8])
    fault = Judgement(Verdict.LAYOUT_CHANGED, f"a JSON object that holds neither papers nor a paper: {keys}")
    return Listing(list_id=list_id, parser=PARSER, notes=tuple(notes), fault=fault)


def _paper(raw: dict[str, Any], notes: list[str]) -> Listing | None:
    try:
        paper = loose.read_struct(wire.WirePaper, raw, "the paper", notes)
    except loose.UnreadableError:
        return None
    entry = paper_entry(wire.PaperProps(paper=paper))
    if entry is None or entry.paper_id is None:
        return None
    return Listing(
        list_id=ListId(ListKind.PAPER, entry.paper_id), entries=(entry,), parser=PARSER, notes=tuple(notes)
    )


def _address(capture: Capture) -> str:
    """The API's address that was answered: after a redirect the last one, if that still is the API's."""
    final = capture.final_url
    return final if final is not None and list_from_url(final) is not None else capture.url


def _first_rank(capture: Capture) -> int:
    address = _address(capture)
    return api_page(address) * api_limit(address) + 1


def _has_next(capture: Capture) -> bool:
    """Whether a Link header (RFC 8288) names a next page."""
    links = (value for name, value in capture.headers if name.lower() == "link")
    return any('rel="next"' in link or "rel=next" in link for link in links)
