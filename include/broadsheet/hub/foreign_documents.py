"""Single documents that somebody saved: an HTML page, an answer of the API, a page's text."""

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import msgspec

from broadsheet.hub.foreign_lines import checked_address, is_address
from broadsheet.hub.urls import api_url, list_from_url, page_url
from broadsheet.model import HUB_URL, Capture, ListId, ListKind, arxiv_id, list_id_or_none
from broadsheet.times import as_utc, midnight

_HEAD_LINES = 40
_HEAD_BYTES = 1 << 17
_TEXT_SUFFIXES = frozenset({".txt", ".md"})

_DAY = r"\d{4}-\d{2}-\d{2}"
_CAPTURED_DAY = re.compile(rf"(?:captured|taken)\D{{0,9}}({_DAY})", re.IGNORECASE)
_ANY_DAY = re.compile(rf"(?<!\d)({_DAY})(?!\d)")
_PERIODS = (
    (ListKind.WEEKLY, re.compile(r"(?<!\d)(\d{4}-W\d{2})(?!\d)")),
    (ListKind.DAILY, _ANY_DAY),
    (ListKind.MONTHLY, re.compile(r"(?<!\d)(\d{4}-\d{2})(?![\d-])")),
)
_HEADER_LINE = re.compile(r"\s*(?:[-*]\s+)?([A-Za-z][A-Za-z_ ]*?)(?:\s*\(UTC\))?\s*:\s+(\S.*)", re.IGNORECASE)
_URL_NAMES = frozenset({"url", "source url", "source_url"})
_TIME_NAMES = frozenset({"captured", "captured at", "captured_at"})


def suffix_of(file: Path) -> str:
    """What a file's name says of its form, such as ``.html``; a .gz behind it says nothing."""
    return Path(file.name.removesuffix(".gz")).suffix.lower()


class Known(msgspec.Struct, frozen=True):
    """What is known of a file besides its content: what the user said, and what its name tells."""

    file: Path
    list_id: ListId | None = None
    captured_at: datetime | None = None

    @property
    def is_named_as_text(self) -> bool:
        """Whether a content that begins like JSON may be prose nevertheless."""
        return suffix_of(self.file) in _TEXT_SUFFIXES

    @property
    def address(self) -> str:
        """The address of a document that tells none: the list's page, else the file's name alone."""
        if self.list_id is not None:
            return page_url(self.list_id, HUB_URL)
        return f"file:///{quote(self.file.name)}"

    @property
    def time(self) -> datetime:
        """When it was taken: as the user said, by the file's name, else when the file was changed."""
        if self.captured_at is not None:
            return as_utc(self.captured_at)
        names = [*_CAPTURED_DAY.findall(self.file.name), *reversed(_ANY_DAY.findall(self.file.name))]
        days = [day for name in names if (day := _day(name)) is not None]
        if days:
            return midnight(days[0])
        return datetime.fromtimestamp(self.file.stat().st_mtime, UTC)

    @property
    def list_in_name(self) -> ListId | None:
        """The list that the file's name speaks of, as in ``daily_papers_2026-05-08_captured_2026-05-11.json``."""
        for kind, pattern in _PERIODS:
            for key in pattern.findall(_CAPTURED_DAY.sub("", self.file.name)):
                if (list_id := list_id_or_none(kind, key)) is not None:
                    return list_id
        return ListId(ListKind.TRENDING) if "trending" in self.file.name.lower() else None


def html_capture(body: bytes, known: Known) -> Capture:
    """A saved page. Its address stands in its head, as canonical link or og:url."""
    head = _Head()
    head.feed(body[:_HEAD_BYTES].decode("utf-8", "replace"))
    return _capture(body, known, "text/html; charset=utf-8", url=head.url)


def json_capture(body: bytes, known: Known) -> Capture:
    """A saved answer of the API.

    Raises:
        ValueError: no JSON, or it is not told which list it shows.
    """
    try:
        content = msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise ValueError(
            f"line 1: this is neither one JSON document ({error}) nor lines of captures (with captured_at and url)"
        ) from None
    list_id = known.list_id or _paper_in(content) or known.list_in_name
    if list_id is None:
        raise ValueError(
            "the answer does not tell which list it shows: name it with --list, as daily:2026-11-20"
        )
    url = api_url(list_id, HUB_URL, limit=None)
    return _capture(body, known, "application/json; charset=utf-8", url=url)


def text_capture(body: bytes, known: Known) -> Capture:
    """A page's text. Lines such as ``- URL: …`` and ``- Captured (UTC): …`` at its beginning are heeded."""
    url, at = None, None
    for line in body.decode("utf-8", "replace").splitlines()[:_HEAD_LINES]:
        match = _HEADER_LINE.fullmatch(line)
        if match is None:
            continue
        name, value = match[1].lower(), match[2].strip().strip("<>\"'")
        if name in _URL_NAMES and url is None:
            url = checked_address(value)
        elif name in _TIME_NAMES and at is None:
            at = _time(value)
    return _capture(body, known, "text/plain; charset=utf-8", url=url, at=at)


def _capture(
    body: bytes, known: Known, content_type: str, *, url: str | None, at: datetime | None = None
) -> Capture:
    address = url or known.address
    return Capture(
        captured_at=at or known.time,
        url=address,
        status=200,
        headers=(("Content-Type", content_type),),
        body=body,
        asked=known.list_id or list_from_url(address),
    )


def _paper_in(content: object) -> ListId | None:
    """A single paper names itself."""
    paper_id = content.get("id") if isinstance(content, dict) else None
    known_id = arxiv_id(paper_id) if isinstance(paper_id, str) else None
    return ListId(ListKind.PAPER, known_id) if known_id is not None else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> datetime | None:
    try:
        return as_utc(datetime.fromisoformat(text))
    except ValueError:
        return None


class _Head(HTMLParser):
    """Finds a page's own address; the body is not looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.url: str | None = None
        self._done = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "body":
            self._done = True
        if self._done or self.url is not None:
            return
        if tag == "link" and (values.get("rel") or "").lower() == "canonical":
            self._keep(values.get("href"))
        elif tag == "meta" and values.get("property") == "og:url":
            self._keep(values.get("content"))

    def _keep(self, url: str | None) -> None:
        if url and is_address(url):
            self.url = url
