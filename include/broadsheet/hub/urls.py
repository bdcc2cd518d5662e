"""The addresses of the hub's lists, as a page and over the API, and the way back from an address to its list.

The forms of every era are understood (`/papers?date=` of 2023 as well as `/papers/date/` of today); the ones
written are today's.
"""

import re
from urllib.parse import SplitResult, parse_qs, quote, urlencode, urlsplit

from broadsheet.model import ListId, ListKind, arxiv_id, list_id_or_none

API_DEFAULT_LIMIT = 50
"""How many papers the API gives when it is not asked for a number."""
API_MAX_LIMIT = 100
"""The most papers the API gives in one answer."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""The statuses that lead to another address (RFC 9110 section 15.4)."""

_PAGE_PATH = "/papers"
_API_PATH = "/api/daily_papers"
_PAPER_API_PATH = "/api/papers"
_SEARCH_API_PATH = "/api/papers/search"

_PERIOD_SEGMENTS = {ListKind.DAILY: "date", ListKind.WEEKLY: "week", ListKind.MONTHLY: "month"}
_PERIODS_BY_SEGMENT = {segment: kind for kind, segment in _PERIOD_SEGMENTS.items()}


def api_url(list_id: ListId, hub_url: str, page: int = 0, limit: int | None = API_MAX_LIMIT) -> str | None:
    """The API's address of one page (counted from 0) of a list.

    ``limit=None`` leaves the number of papers to the hub. None when the API has no such page: search and a
    single paper come in one answer.
    """
    base = hub_url.rstrip("/")
    paging = ({"limit": str(limit)} if limit is not None else {}) | ({"p": str(page)} if page else {})
    match list_id.kind:
        case ListKind.PAPER:
            return f"{base}{_PAPER_API_PATH}/{quote(list_id.key)}" if page == 0 else None
        case ListKind.SEARCH:
            query = urlencode({"q": list_id.key} | paging)
            return f"{base}{_SEARCH_API_PATH}?{query}" if page == 0 else None
        case ListKind.TRENDING:
            return f"{base}{_API_PATH}?{urlencode({'sort': 'trending'} | paging)}"
        case ListKind.DAILY | ListKind.WEEKLY | ListKind.MONTHLY:
            return f"{base}{_API_PATH}?{urlencode({_PERIOD_SEGMENTS[list_id.kind]: list_id.key} | paging)}"


def page_url(list_id: ListId, hub_url: str) -> str:
    """The address of a list's HTML page."""
    base = hub_url.rstrip("/") + _PAGE_PATH
    match list_id.kind:
        case ListKind.TRENDING:
            return f"{base}/trending"
        case ListKind.SEARCH:
            return f"{base}?{urlencode({'q': list_id.key})}"
        case ListKind.PAPER:
            return f"{base}/{quote(list_id.key)}"
        case ListKind.DAILY | ListKind.WEEKLY | ListKind.MONTHLY:
            return f"{base}/{_PERIOD_SEGMENTS[list_id.kind]}/{list_id.key}"


def is_papers_url(url: str) -> bool:
    """Whether an address, on whatever host, is one under which the hub keeps lists or papers."""
    path = _path(url)
    return any(
        path == root or path.startswith(f"{root}/") for root in (_PAGE_PATH, _API_PATH, _PAPER_API_PATH)
    )


def list_from_url(url: str) -> ListId | None:
    """The list that an address names, whatever its host; None where it names none or one that cannot exist.

    The bare `/papers` and `/api/daily_papers` name none: what they show depends on the day they are asked.
    """
    path, query = _path(url), _query(url)
    if path == _API_PATH:
        return _period_in_query(query) or (
            ListId(ListKind.TRENDING) if query.get("sort") == "trending" else None
        )
    if path == _PAGE_PATH:
        return _search_in_query(query) or _period_in_query(query)
    if path == _SEARCH_API_PATH:
        return _search_in_query(query)
    if path.startswith(f"{_PAPER_API_PATH}/"):
        return _paper(path.removeprefix(f"{_PAPER_API_PATH}/"))
    if path.startswith(f"{_PAGE_PATH}/"):
        return _list_under_papers(path.removeprefix(f"{_PAGE_PATH}/"))
    return None


def api_page(url: str) -> int:
    """Which page of a list an API address asks for, counted from 0."""
    return _number(_query(url).get("p"), default=0)


def api_limit(url: str) -> int:
    """How many papers an API address may bring at most."""
    return min(_number(_query(url).get("limit"), default=API_DEFAULT_LIMIT), API_MAX_LIMIT)


def split(url: str) -> SplitResult:
    """The parts of an address; all empty where it is malformed, such as ``http://[``."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _path(url: str) -> str:
    return re.sub(r"/{2,}", "/", split(url).path).rstrip("/")


def _query(url: str) -> dict[str, str]:
    """The first value of every parameter."""
    return {name: values[0] for name, values in parse_qs(split(url).query).items()}


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else default


def _list_under_papers(rest: str) -> ListId | None:
    if rest == "trending":
        return ListId(ListKind.TRENDING)
    segment, _, key = rest.partition("/")
    kind = _PERIODS_BY_SEGMENT.get(segment)
    return list_id_or_none(kind, key) if kind is not None else _paper(rest)


def _period_in_query(query: dict[str, str]) -> ListId | None:
    for kind, name in _PERIOD_SEGMENTS.items():
        if name in query:
            return list_id_or_none(kind, query[name])
    return None


def _search_in_query(query: dict[str, str]) -> ListId | None:
    words = query.get("q", "").strip()
    return ListId(ListKind.SEARCH, words) if words else None


def _paper(text: str) -> ListId | None:
    paper_id = arxiv_id(text)
    return ListId(ListKind.PAPER, paper_id) if paper_id is not None else None
