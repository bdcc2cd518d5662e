"""The digest's own phrases, shared by every form it takes."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from broadsheet.digest.edition import Digest, Edition, Item, SectionName
from broadsheet.digest.text import clip
from broadsheet.model import DATED_KINDS, ListId, ListKind, first_day

TITLES = {
    SectionName.NEW: "New",
    SectionName.BACK: "Back",
    SectionName.RISING: "Rising",
    SectionName.STILL_HERE: "Still here",
    SectionName.LEFT: "Left",
}
MOST_NAMES = 3
"""How many authors a byline names."""
PREHEADER = (40, 90)
"""The fewest and the most characters that inboxes show beside a subject."""

_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_DETAILS = {
    "title": "title",
    "abstract": "abstract",
    "ai_summary": "AI summary",
    "github_url": "code",
    "organization": "organisation",
    "project_url": "project page",
}


def subject(digest: Digest) -> str:
    """``Trending papers of 20 Nov 2026: 5 new, 2 back, 3 rising``; further lists follow after semicolons."""
    groups = [list(group) for _, group in groupby(digest.editions, key=attrgetter("source"))]
    telling = [group for group in groups if not all(edition.quiet for edition in group)] or groups[:1]
    today = _local_date(digest)
    if not telling:
        return f"Papers of {_day(today)}: nothing is known yet"
    first, *others = telling
    lead = f"{_name(first[0].list_id)} of {_period(first[0].list_id, today)}: {counts(first)}"
    further = (f"{_name(group[0].list_id)}: {counts(group)}" for group in others)
    return "; ".join([lead, *(part[0].lower() + part[1:] for part in further)])


def counts(editions: Iterable[Edition]) -> str:
    """``5 new, 2 back, 3 rising``; only where there is none of these, how many left."""
    editions = list(editions)
    if all(edition.introduction for edition in editions):
        entries = sum(edition.entries for edition in editions)
        return f"a first look at {'all ' if entries > 1 else ''}{entries:,}"
    found = [
        f"{count} {word}"
        for name, word in (
            (SectionName.NEW, "new"),
            (SectionName.BACK, "back"),
            (SectionName.RISING, "rising"),
        )
        if (count := sum(len(edition.items(name)) for edition in editions))
    ]
    left = sum(len(edition.items(SectionName.LEFT)) for edition in editions)
    return ", ".join(found) or (f"{left} left" if left else "nothing new")


def preheader(digest: Digest) -> str:
    """The first titles, as the line that inboxes show beside the subject."""
    titles = [
        item.title
        for name in (SectionName.NEW, SectionName.BACK, SectionName.RISING, SectionName.STILL_HERE)
        for edition in digest.editions
        for item in edition.items(name)
    ]
    fewest, most = PREHEADER
    line = ""
    for title in titles:
        line = f"{line} · {title}" if line else title
        if len(line) >= fewest:
            break
    if len(line) < fewest:
        line = (
            f"{line} · the hub's papers and how they moved"
            if line
            else "The hub's papers and how they moved today"
        )
    return clip(line, most)


def dateline(digest: Digest) -> str:
    """``Friday, 20 November 2026``."""
    day = _local_date(digest)
    return f"{day:%A}, {day.day} {day:%B %Y}"


def heading(edition: Edition) -> str:
    """``Trending papers`` or ``Daily papers of 20 Nov 2026``."""
    name = _name(edition.list_id)
    if edition.list_id.kind not in DATED_KINDS:
        return name
    return f"{name} of {_period(edition.list_id, edition.until.date())}"


def sentence(edition: Edition) -> str:
    """The counts in a sentence."""
    if edition.introduction:
        return f"A first look at this list: {_papers(edition.entries)} in order, all new to you."
    found = [
        (len(edition.items(SectionName.NEW)), "is new", "are new"),
        (len(edition.items(SectionName.BACK)), "is back", "are back"),
        (len(edition.items(SectionName.RISING)), "is rising", "are rising"),
        (len(edition.items(SectionName.LEFT)), "has left", "have left"),
    ]
    phrases = [
        f"{_papers(count) if index == 0 else _number(count)} {one if count == 1 else many}"
        for index, (count, one, many) in enumerate(each for each in found if each[0])
    ]
    if not phrases:
        return "Nothing entered, came back, rose or left."
    text = _enumerate(phrases)
    return f"{text[0].upper()}{text[1:]}."


def compared(edition: Edition, timezone: str) -> str:
    """Which two boards were compared, with their times in the digest's zone."""
    if edition.from_snapshot == edition.to_snapshot:
        return f"The page has not changed since {_moment(edition.as_of, timezone)}."
    as_of = f"The page as of {_moment(edition.as_of, timezone)}"
    if edition.compared_with is None:
        return f"{as_of}."
    return f"{as_of}, compared with {_moment(edition.compared_with, timezone)}."


def mark(item: Item) -> str:
    """``▲12`` or ``▼3`` for a paper that moved among the ranks, else ""."""
    if not item.movement:
        return ""
    return f"▲{item.movement}" if item.movement > 0 else f"▼{-item.movement}"


def byline(item: Item) -> str:
    """The organisation and the first authors, as far as they are known."""
    names = list(item.authors[:MOST_NAMES])
    others = item.num_authors - len(names)
    if others == 1 and len(item.authors) > len(names):
        names, others = list(item.authors[: MOST_NAMES + 1]), 0
    if names and others:
        authors = f"{', '.join(names)} and {others} {'other' if others == 1 else 'others'}"
    else:
        authors = _enumerate(names)
    return " · ".join(part for part in (item.organization, authors) if part)


def votes(item: Item) -> str:
    """``140 upvotes (+32)``; "" where they are unknown."""
    if item.upvotes is None:
        return ""
    count = f"{item.upvotes:,} {'upvote' if item.upvotes == 1 else 'upvotes'}"
    if not item.gained:
        return count
    return f"{count} ({'+' if item.gained > 0 else '−'}{abs(item.gained):,})"


def facts(item: Item, timezone: str) -> tuple[str, ...]:
    """What there is to say of the paper's place, votes, time on the list and changed details, a phrase each."""
    moved = ""
    if item.movement and item.movement > 0:
        moved = f"up {item.movement} {'place' if item.movement == 1 else 'places'} from {item.previous_rank}"
    stay = f"{item.days} days on the list" if item.days > 1 else ""
    return _line(moved, away(item, timezone), votes(item), stay, *changed(item))


def aside(item: Item, timezone: str) -> tuple[str, ...]:
    """The same for a paper that is told in a line."""
    if item.section is SectionName.LEFT:
        rank = f"last at rank {item.previous_rank}" if item.previous_rank else ""
        return _line(rank, f"{item.days} {'day' if item.days == 1 else 'days'} on the list")
    return _line(away(item, timezone), votes(item), *changed(item))


def away(item: Item, timezone: str) -> str:
    """``away since 12 Nov 2026, then at rank 31``; "" unless the paper is back."""
    if item.absent_since is None:
        return ""
    since = f"away since {_day(item.absent_since.astimezone(ZoneInfo(timezone)).date())}"
    return f"{since}, then at rank {item.previous_rank}" if item.previous_rank else since


def changed(item: Item) -> tuple[str, ...]:
    """``abstract revised``, ``code added``: the details that are worth a remark."""
    revised = [f"{_DETAILS[name]} revised" for name in item.revised if name in _DETAILS]
    added = [f"{_DETAILS[name]} added" for name in item.enriched if name in _DETAILS]
    return (*revised, *added)


def links(item: Item) -> tuple[tuple[str, str], ...]:
    """The paper's addresses, each with its text."""
    code = "Code" if item.github_stars is None else f"Code, {item.github_stars:,} {_stars(item.github_stars)}"
    found = (("Paper page", item.paper_url), ("arXiv", item.arxiv_url), (code, item.code_url))
    return tuple((text, url) for text, url in found if url)


def omitted(count: int) -> str:
    """The line that stands for papers left out."""
    return f"and {_number(count)} more"


def _line(*phrases: str) -> tuple[str, ...]:
    """The phrases there are, the first with a capital."""
    first, *others = [phrase for phrase in phrases if phrase] or [""]
    return (first[0].upper() + first[1:], *others) if first else ()


def _stars(count: int) -> str:
    return "star" if count == 1 else "stars"


def _name(list_id: ListId) -> str:
    match list_id.kind:
        case ListKind.SEARCH:
            return f"Papers on “{clip(list_id.key, 60)}”"
        case ListKind.PAPER:
            return f"Paper {list_id.key}"
        case kind:
            return f"{kind.capitalize()} papers"


def _period(list_id: ListId, today: date) -> str:
    match list_id.kind:
        case ListKind.DAILY:
            return _day(first_day(list_id))
        case ListKind.WEEKLY:
            year, week = list_id.key.split("-W")
            return f"week {int(week)}, {year}"
        case ListKind.MONTHLY:
            return f"{first_day(list_id):%B %Y}"
        case _:
            return _day(today)


def _local_date(digest: Digest) -> date:
    return digest.until.astimezone(ZoneInfo(digest.timezone)).date()


def _moment(moment: datetime, timezone: str) -> str:
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{_day(local.date())}, {local:%H:%M %Z}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _papers(count: int) -> str:
    return f"{_number(count)} {'paper' if count == 1 else 'papers'}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def _enumerate(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
