"""The one door: whatever the hub answered, in whatever form it was kept, becomes a listing.

What the bytes are decides, not what the headers call them: imports come with any content type or none.
"""

import codecs
import re

from bs4.exceptions import ParserRejectedMarkup
from msgspec.structs import replace

from broadsheet.hosts import is_this_machine
from broadsheet.hub.robots import PATH as ROBOTS_PATH
from broadsheet.hub.urls import REDIRECTS, list_from_url, split
from broadsheet.model import Capture, Judgement, Listing, ListKind, Verdict
from broadsheet.parsing import api, cards, hydration, text
from broadsheet.parsing.page import PAPER_TARGET, Page, cut, skim
from broadsheet.parsing.shown import addressed_list

HUB_DOMAINS = ("huggingface.co", "hf.co")
"""The names under which the hub declares its pages, whatever address they were fetched from."""

_REFUSED = "the hub refuses, or asks for proof of a person"
_STATUSES = {
    202: Judgement(Verdict.BLOCKED, f"202: {_REFUSED}"),
    304: Judgement(Verdict.UNCHANGED, "304: the hub says that nothing changed since the last answer"),
    403: Judgement(Verdict.BLOCKED, f"403: {_REFUSED}"),
    404: Judgement(Verdict.ERROR, "404: the hub holds no such list or paper"),
    405: Judgement(Verdict.BLOCKED, f"405: {_REFUSED}"),
    429: Judgement(Verdict.BLOCKED, "429: too many requests"),
}

_MARKUP = re.compile(rb"(?i)<(?:!doctype\s+html|html|head|body|main|div|article)\b")
_CHALLENGE = re.compile(
    rb"(?i)awswaf|aws-waf|captcha|challenge-(?:container|platform)|cf-chl|verify you are human"
)
_MARKUP_OPENING = 4096


def parse(capture: Capture) -> Listing:
    """Read a capture. Never raises, whatever its bytes: what cannot be read becomes the listing's fault."""
    fault = _fault_of_answer(capture)
    if fault is not None:
        return _faulty(capture, fault)
    listing = _read(capture.body.removeprefix(codecs.BOM_UTF8).strip(), capture)
    asked = capture.asked
    if asked is not None and listing.list_id not in (None, asked):
        note = f"asked for {asked}, answered with {listing.list_id}"
        return replace(listing, notes=(*listing.notes, note))
    return listing


def _fault_of_answer(capture: Capture) -> Judgement | None:
    """What is wrong before a byte of the body is read."""
    status = capture.status
    if status is None:
        return Judgement(Verdict.ERROR, capture.error or "no answer came")
    if capture.error is None and (aside := _aside(capture)) is not None:
        return aside
    if status in _STATUSES:
        return _STATUSES[status]
    if not 200 <= status < 300:
        return Judgement(
            Verdict.ERROR, f"{status}: {capture.error or _error_text(capture) or 'no list came'}"
        )
    if capture.error is not None:
        return Judgement(Verdict.ERROR, capture.error)
    return _fault_of_length(capture)


def _aside(capture: Capture) -> Judgement | None:
    """What was asked on the way to a list and never holds one: the rules for robots, a redirect."""
    location = capture.header("Location")
    if split(capture.url).path == ROBOTS_PATH:
        return Judgement(Verdict.EMPTY, f"{capture.status}: the hub's rules for robots, which hold no list")
    if capture.status in REDIRECTS and location is not None:
        return Judgement(Verdict.EMPTY, f"{capture.status}: the hub sends on to {location}")
    return None


def _fault_of_length(capture: Capture) -> Judgement | None:
    if not capture.body.strip():
        return Judgement(Verdict.ERROR, f"{capture.status}: the answer is empty")
    length = capture.header("Content-Length") or ""
    encoded = capture.header("Content-Encoding") or capture.header("Transfer-Encoding")
    if length.isascii() and length.isdigit() and not encoded and int(length[:18]) > len(capture.body):
        return Judgement(Verdict.ERROR, f"the answer is cut: {len(capture.body)} of {length} bytes came")
    return None


def _error_text(capture: Capture) -> str | None:
    """The hub's own words in an error answer."""
    listing = api.parse(capture.body, capture)
    return listing.fault.reason if listing is not None and listing.fault is not None else None


def _read(body: bytes, capture: Capture) -> Listing:
    if body[:1] in (b"[", b"{"):
        listing = api.parse(body, capture)
        if listing is not None:
            return listing
        if body[:1] == b"{" or b"json" in (capture.header("Content-Type") or "").lower().encode():
            return _faulty(capture, Judgement(Verdict.ERROR, "the answer is no valid JSON: cut or damaged"))
    if body[:1] == b"<" and _MARKUP.search(body, 0, _MARKUP_OPENING):
        return _read_page(body, capture)
    listing = text.parse(body, capture)
    if listing is not None:
        return listing
    return _faulty(capture, _fault_of_text(body))


def _fault_of_text(body: bytes) -> Judgement:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return Judgement(Verdict.ERROR, f"{len(body)} bytes that are neither JSON nor HTML nor UTF-8 text")
    return Judgement(Verdict.FOREIGN, "text without the marks of a papers page of the hub")


def _read_page(body: bytes, capture: Capture) -> Listing:
    page = cut(body)
    listing = _read_props(page, capture) if page is not None else None
    if listing is not None:
        return listing
    try:
        page = skim(body)
    except ParserRejectedMarkup:
        return _faulty(capture, Judgement(Verdict.ERROR, "the answer cannot be read as HTML"))
    return _read_props(page, capture) or _read_cards(page, body, capture)


def _read_props(page: Page, capture: Capture) -> Listing | None:
    foreign = _foreign(page)
    return _faulty(capture, foreign) if foreign is not None else hydration.parse(page, capture)


def _read_cards(page: Page, body: bytes, capture: Capture) -> Listing:
    fault = _fault_of_page(page, body, capture)
    if fault is None and b"</html" not in body.lower():
        fault = Judgement(Verdict.ERROR, f"the page is cut after {len(body)} bytes")
    listing = cards.parse(page, capture) if fault is None else None
    return listing or _faulty(
        capture,
        fault
        or Judgement(
            Verdict.LAYOUT_CHANGED, "the hub's page, but neither its JSON nor cards of papers can be read"
        ),
    )


def _foreign(page: Page) -> Judgement | None:
    """A page that declares an address that is not the hub's."""
    for address in page.addresses:
        host = split(address).hostname or ""
        if host and not _is_hub(host) and not is_this_machine(host):
            return Judgement(Verdict.FOREIGN, f"the page declares itself as {host}, which is not the hub")
    return None


def _fault_of_page(page: Page, body: bytes, capture: Capture) -> Judgement | None:
    """Why a page without readable props is no list, if its cards need not be looked for."""
    declared = page.addresses[0] if page.addresses else ""
    path = split(declared or capture.final_url or capture.url).path
    if path == "/login" or path.startswith("/login/"):
        return Judgement(Verdict.BLOCKED, "the hub asks for a login")
    if not page.targets and not declared:
        return _fault_of_stranger(body, capture)
    if declared and path != "/papers" and not path.startswith("/papers/"):
        return Judgement(Verdict.ERROR, f"the hub's page {path[:80] or '/'}, which lists no papers")
    if PAPER_TARGET in page.targets or _is_paper(declared):
        return Judgement(Verdict.LAYOUT_CHANGED, "a paper's page whose JSON cannot be read")
    return None


def _fault_of_stranger(body: bytes, capture: Capture) -> Judgement:
    """What a page is that neither declares an address nor has any part of the hub's pages."""
    host = split(capture.final_url or capture.url).hostname or ""
    if _CHALLENGE.search(body) is not None:
        return Judgement(Verdict.BLOCKED, "a challenge page: the hub asks for proof of a person")
    if _is_hub(host) or is_this_machine(host):
        return Judgement(
            Verdict.BLOCKED, "a page without any part of the hub's pages: a challenge or maintenance"
        )
    return Judgement(Verdict.FOREIGN, "nothing on the page says that it is the hub's")


def _faulty(capture: Capture, fault: Judgement) -> Listing:
    """A listing that holds nothing but why; filed under the list that was asked for."""
    return Listing(list_id=capture.asked or addressed_list(capture), fault=fault)


def _is_paper(address: str) -> bool:
    list_id = list_from_url(address)
    return list_id is not None and list_id.kind is ListKind.PAPER


def _is_hub(host: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in HUB_DOMAINS)
