"""Where an answer leads: the target of a redirect, the next page of a list. Both only within the hub."""

from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

import msgspec
from requests.utils import parse_header_links, requote_uri

from broadsheet.hub.transfer import Exchange
from broadsheet.hub.urls import API_MAX_LIMIT, REDIRECTS, api_url
from broadsheet.model import Capture, ListId

_DEFAULT_PORTS = {"http": 80, "https": 443}


class LeadsAstrayError(Exception):
    """The answer leads off the hub, or nowhere; the message says where."""


def redirect_target(answer: Exchange, url: str, hub_url: str) -> str | None:
    """Where the answer to ``url`` redirects to; None when it does not, or is not whole.

    Raises:
        LeadsAstrayError: off the hub (another scheme, host or port), or without a usable Location.
    """
    if answer.status not in REDIRECTS or answer.error is not None:
        return None
    return _resolve(answer.header("Location") or "", url, hub_url, "the hub redirects")


def next_page(capture: Capture, list_id: ListId, number: int, hub_url: str) -> str | None:
    """The address of page ``number`` (from 0) of an API list, when the page before it tells that there is one.

    It tells so by a Link header (RFC 8288), or by being as full as it can be.

    Raises:
        LeadsAstrayError: the link leads off the hub.
    """
    papers = papers_in(capture.body)
    if not papers:
        return None
    for name, value in capture.headers:
        for link in parse_header_links(value) if name.lower() == "link" else ():
            if link.get("rel", "").lower() == "next":
                return _resolve(link["url"], capture.final_url or capture.url, hub_url, "the next page leads")
    return api_url(list_id, hub_url, number) if papers >= API_MAX_LIMIT else None


def papers_in(body: bytes) -> int | None:
    """How many papers an answer of the API holds; None when it is no answer of the API."""
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    if isinstance(content, list):
        return len(content)
    return 1 if isinstance(content, dict) else None


def _resolve(reference: str, base: str, hub_url: str, what: str) -> str:
    """The absolute address of a reference, which came as octets read as Latin-1."""
    try:
        text = reference.strip().encode("latin-1").decode("utf-8", "replace")
        url = urldefrag(urljoin(base, text)).url if text else ""
        on_the_hub = bool(url) and _origin(urlsplit(url)) == _origin(urlsplit(hub_url))
    except ValueError:
        raise LeadsAstrayError(f"{what} to an address that is none: {reference!r}") from None
    if not url:
        raise LeadsAstrayError(f"{what} nowhere: the Location is missing")
    if not on_the_hub:
        raise LeadsAstrayError(f"{what} off the hub: {url}")
    return str(requote_uri(url))


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None, str | None]:
    """Scheme, host and port (RFC 6454), and any user name, which has no place in the hub's addresses."""
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme), parts.username
