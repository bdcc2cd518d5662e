"""The words of the project as small frozen types.

Everything here is data: no input or output, no clock, no configuration. Times are aware datetimes in UTC.
A value the hub did not give is ``None``; it is never 0 and never "".
"""

import re
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

import msgspec

HUB_URL = "https://huggingface.co"
"""The hub's own address, by which its pages name themselves and each other wherever they are served."""
CAPTURE_HASH_BITS = 20


class ListKind(StrEnum):
    """What a list ranks. ``paper`` is a paper's own page: a listing of one, without a rank."""

    TRENDING = "trending"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SEARCH = "search"
    PAPER = "paper"


DATED_KINDS = frozenset({ListKind.DAILY, ListKind.WEEKLY, ListKind.MONTHLY})


class Verdict(StrEnum):
    """May a listing be believed? Only ``ok`` becomes a snapshot, and only a snapshot may become a baseline."""

    OK = "ok"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    EMPTY = "empty"
    STALE = "stale"
    BLOCKED = "blocked"
    FOREIGN = "foreign"
    LAYOUT_CHANGED = "layout_changed"
    ERROR = "error"


class ChangeKind(StrEnum):
    """How a paper differs between two consecutive snapshots of one list.

    The first six exclude each other; ``revised`` and ``enriched`` may stand beside any of ``rose``, ``fell``
    and ``gained``. ``gained`` means more upvotes at the same rank.
    """

    ENTERED = "entered"
    RETURNED = "returned"
    LEFT = "left"
    ROSE = "rose"
    FELL = "fell"
    GAINED = "gained"
    REVISED = "revised"
    ENRICHED = "enriched"


class ListId(msgspec.Struct, frozen=True, order=True):
    """One ranking the hub publishes.

    ``key`` is "" for trending, ``2026-11-20`` for daily, ``2026-W47`` for weekly, ``2026-11`` for monthly,
    the query for search and the paper's id for paper. Written ``trending`` or ``daily:2026-11-20``.
    """

    kind: ListKind
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else str(self.kind)


_KEY_FORMS = {
    ListKind.TRENDING: re.compile(r""),
    ListKind.DAILY: re.compile(r"\d{4}-\d{2}-\d{2}"),
    ListKind.WEEKLY: re.compile(r"\d{4}-W\d{2}"),
    ListKind.MONTHLY: re.compile(r"\d{4}-\d{2}"),
    ListKind.SEARCH: re.compile(r"\S.*", re.DOTALL),
    ListKind.PAPER: re.compile(r"\S+"),
}
_KEY_EXAMPLES = {
    ListKind.TRENDING: "trending",
    ListKind.DAILY: "daily:2026-11-20",
    ListKind.WEEKLY: "weekly:2026-W47",
    ListKind.MONTHLY: "monthly:2026-11",
    ListKind.SEARCH: "search:speech recognition",
    ListKind.PAPER: "paper:2609.18063",
}


def parse_list_id(text: str) -> ListId:
    """Read ``trending`` or ``kind:key``.

    Raises:
        ValueError: unknown kind, or a key that is not a day, ISO week, month or query of that kind.
    """
    kind_text, _, key = text.strip().partition(":")
    try:
        kind = ListKind(kind_text)
    except ValueError:
        known = ", ".join(_KEY_EXAMPLES.values())
        raise ValueError(f"unknown list {text!r}: write one of {known}") from None
    list_id = ListId(kind, key.strip())
    check_list_id(list_id)
    return list_id


def read_source(text: str) -> ListId | ListKind:
    """What a digest may cover: a list, or ``daily``, ``weekly``, ``monthly`` for the newest of them.

    Raises:
        ValueError: neither.
    """
    name = text.strip()
    return ListKind(name) if name in DATED_KINDS else parse_list_id(name)


def check_list_id(list_id: ListId) -> None:
    """Raise ValueError unless the key fits the kind and, for dated kinds, names a day that exists."""
    fits = _KEY_FORMS[list_id.kind].fullmatch(list_id.key) is not None
    if fits and list_id.kind in DATED_KINDS:
        try:
            first_day(list_id)
        except ValueError:
            fits = False
    if not fits:
        raise ValueError(
            f"{str(list_id)!r} is not a {list_id.kind} list: write for example {_KEY_EXAMPLES[list_id.kind]}"
        )


def list_id_or_none(kind: str, key: str) -> ListId | None:
    """The list of that kind and key; None if there can be no such list."""
    try:
        list_id = ListId(ListKind(kind), key)
        check_list_id(list_id)
    except ValueError:
        return None
    return list_id


def first_day(list_id: ListId) -> date:
    """The first day of a dated list's period. Raises ValueError for a day, week or month that does not exist."""
    match list_id.kind:
        case ListKind.DAILY:
            return date.fromisoformat(list_id.key)
        case ListKind.WEEKLY:
            year, week = list_id.key.split("-W")
            return date.fromisocalendar(int(year), int(week), 1)
        case ListKind.MONTHLY:
            return date.fromisoformat(f"{list_id.key}-01")
        case _:
            raise ValueError(f"{list_id} has no date")


def dated_list(kind: ListKind, day: date) -> ListId:
    """The daily, weekly or monthly list that ``day`` belongs to. Raises ValueError for other kinds."""
    match kind:
        case ListKind.DAILY:
            return ListId(kind, day.isoformat())
        case ListKind.WEEKLY:
            year, week, _ = day.isocalendar()
            return ListId(kind, f"{year:04d}-W{week:02d}")
        case ListKind.MONTHLY:
            return ListId(kind, f"{day:%Y-%m}")
        case _:
            raise ValueError(f"{kind} lists have no date")


class Capture(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One answer of the hub as it came, or the failure to get one.

    ``body`` holds the bytes after content decoding. ``status`` is None when no answer came; then ``error``
    says why. ``asked`` is the list that was asked for, None when unknown (an import). ``part_of`` is the
    capture_id of the first page where a list took several answers.
    """

    captured_at: datetime
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    final_url: str | None = None
    asked: ListId | None = None
    error: str | None = None
    part_of: int | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return first_header(self.headers, name)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the body."""
        import hashlib

        return hashlib.sha256(self.body).hexdigest()

    @cached_property
    def capture_id(self) -> int:
        """A number that grows with time and fits in 53 bits: seconds since 1970, then 20 bits of content.

        It depends on nothing but the capture, so the same capture has the same number in every warehouse.
        """
        import hashlib

        content = f"{self.captured_at.isoformat()}\n{self.url}\n{self.status}\n{self.sha256}\n{self.error}"
        tail = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4]) >> (32 - CAPTURE_HASH_BITS)
        return (int(self.captured_at.timestamp()) << CAPTURE_HASH_BITS) | tail


class Author(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One author as the hub lists them; ``username`` is set when the author is claimed by a member."""

    name: str | None = None
    username: str | None = None
    fullname: str | None = None
    status: str | None = None
    status_changed_at: datetime | None = None
    hidden: bool | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member of the hub: who submitted a paper."""

    username: str | None = None
    fullname: str | None = None


class Organization(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation of the hub. ``name`` is its handle in URLs."""

    name: str | None = None
    fullname: str | None = None
    avatar_url: str | None = None


class Details(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a listing says of a paper besides its place and its counts.

    ``title`` and ``abstract`` have their white space collapsed; the title may be unknown where the id is not.
    ``submitted_at`` is when it was put on the daily list; ``published_at`` is arXiv's date.
    """

    title: str | None = None
    abstract: str | None = None
    authors: tuple[Author, ...] | None = None
    num_authors: int | None = None
    published_at: datetime | None = None
    submitted_at: datetime | None = None
    submitted_by: Member | None = None
    organization: Organization | None = None
    submitter_organization: Organization | None = None
    github_url: str | None = None
    github_added_by: str | None = None
    project_url: str | None = None
    ai_summary: str | None = None
    ai_summary_model: str | None = None
    ai_keywords: tuple[str, ...] | None = None
    thumbnail_url: str | None = None
    media_urls: tuple[str, ...] | None = None
    discussion_id: str | None = None
    author_participates: bool | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One paper on one listing.

    ``paper_id`` is the arXiv id as text without its version, None where the capture does not give one (plain
    text); then the details hold the title. ``rank`` counts from 1 and is None on a paper's own page.
    """

    rank: int | None
    paper_id: str | None
    details: Details
    upvotes: int | None = None
    num_comments: int | None = None
    github_stars: int | None = None

    @property
    def key(self) -> str:
        """What identifies the paper: its id, else a key made from its title."""
        return self.paper_id or title_key(self.details.title or "")


class Judgement(msgspec.Struct, frozen=True):
    """A verdict and its reason in words that a person can act on."""

    verdict: Verdict
    reason: str


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What a parser made of a capture: ordered entries, nothing lost, nothing invented.

    ``list_id`` is the list the answer itself claims to be, which after a redirect differs from the list
    asked for. ``fault`` is set when the capture is no readable listing; then there are no entries.
    ``truncated`` says that the answer stopped at the hub's limit and the list may go on. ``page`` counts
    from 0. ``page_date`` is the day the answer itself shows. ``notes`` are oddities worth a row in the
    quality table.
    """

    list_id: ListId | None
    entries: tuple[Entry, ...] = ()
    parser: str | None = None
    page: int = 0
    truncated: bool = False
    page_date: date | None = None
    notes: tuple[str, ...] = ()
    fault: Judgement | None = None


def first_header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    """The value of the first header of that name, whatever its case; None if there is none."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)


def squash(text: str) -> str:
    """Collapse white space to single spaces: what makes a re-wrapped title the same title."""
    return " ".join(text.split())


_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


def title_key(title: str) -> str:
    """The key of a paper known by its title only; blind to case, punctuation, spacing and accents' form."""
    import hashlib
    import unicodedata

    if title.isascii():
        # As most titles are; then it takes a tenth of the time.
        folded = title.lower().encode()
        letters = folded.translate(None, _ASCII_SIGNS)
    else:
        text = unicodedata.normalize("NFKC", title).casefold()
        folded = text.encode()
        letters = "".join(filter(str.isalnum, text)).encode()
    return "title:" + hashlib.sha256(letters or folded).hexdigest()[:16]


_ARXIV_ID = re.compile(r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)


def paper_id_of(text: str) -> str:
    """The paper's id that ``text`` gives: an arXiv id without its version, anything else as it stands."""
    return arxiv_id(text) or text.strip()


def arxiv_id(text: str) -> str | None:
    """The arXiv id in ``text`` as text, its version stripped; None if ``text`` is no arXiv id."""
    match = _ARXIV_ID.fullmatch(text.strip())
    return match["id"] if match else None
