"""The phrases about papers, shared by every form of a digest."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from broadsheet.digest.edition import Item, SectionName
from broadsheet.digest.text import clean

TITLES = {
    SectionName.NEW: "New",
    SectionName.BACK: "Back",
    SectionName.RISING: "Rising",
    SectionName.STILL_HERE: "Still here",
    SectionName.LEFT: "Left",
}
ON_TOP = "On top"
MOST_NAMES = 3
"""How many authors a byline names."""
MOST_WHY = 160
"""How many characters of what a reader asked for are repeated to them."""

_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
DETAILS = {
    "title": "title",
    "abstract": "abstract",
    "ai_summary": "AI summary",
    "github_url": "code",
    "organization": "organisation",
    "project_url": "project page",
}
"""The details of a paper that are worth a word when they change, by their names in the tables."""


def title(name: SectionName, *, on_top: bool) -> str:
    """A section's title; ``on_top`` in a quiet digest, which has one section only."""
    return ON_TOP if on_top else TITLES[name]


def mark(movement: int | None) -> str:
    """``▲12`` or ``▼3`` for a paper that moved among the ranks, else ""."""
    if not movement:
        return ""
    return f"▲{movement}" if movement > 0 else f"▼{-movement}"


def byline(item: Item) -> str:
    """The organisation and the first authors, as far as they are known."""
    names = list(item.authors[:MOST_NAMES])
    others = item.num_authors - len(names)
    if others == 1 and len(item.authors) > len(names):
        names, others = list(item.authors[: MOST_NAMES + 1]), 0
    if names and others:
        authors = f"{', '.join(names)} and {others} {'other' if others == 1 else 'others'}"
    else:
        authors = enumerate_words(names)
    return " · ".join(part for part in (item.organization, authors) if part)


def votes(upvotes: int | None, gained: int | None) -> str:
    """``140 upvotes (+32)``; "" where they are unknown."""
    if upvotes is None:
        return ""
    count = f"{upvotes:,} {'upvote' if upvotes == 1 else 'upvotes'}"
    return f"{count} ({'+' if gained > 0 else '−'}{abs(gained):,})" if gained else count


def facts(item: Item, timezone: str) -> tuple[str, ...]:
    """What there is to say of the paper's place, votes, time on the list and changed details, a phrase each."""
    moved = ""
    if item.movement and item.movement > 0:
        moved = f"up {item.movement} {'place' if item.movement == 1 else 'places'} from {item.previous_rank}"
    stay = f"{item.days} days on the list" if item.days > 1 else ""
    return _line(moved, away(item, timezone), votes(item.upvotes, item.gained), stay, *changed(item))


def aside(item: Item, timezone: str) -> tuple[str, ...]:
    """The same for a paper that is told in a line."""
    if item.section is SectionName.LEFT:
        rank = f"last at rank {item.previous_rank}" if item.previous_rank else ""
        return _line(rank, f"{item.days} {'day' if item.days == 1 else 'days'} on the list")
    return _line(away(item, timezone), votes(item.upvotes, item.gained), *changed(item))


def away(item: Item, timezone: str) -> str:
    """``away since 12 Nov 2026, then at rank 31``; "" unless the paper is back."""
    if item.absent_since is None:
        return ""
    since = f"away since {day(item.absent_since.astimezone(ZoneInfo(timezone)).date())}"
    return f"{since}, then at rank {item.previous_rank}" if item.previous_rank else since


def changed(item: Item) -> tuple[str, ...]:
    """``abstract revised``, ``code added``: the details that are worth a remark."""
    revised = [f"{DETAILS[name]} revised" for name in item.revised if name in DETAILS]
    added = [f"{DETAILS[name]} added" for name in item.enriched if name in DETAILS]
    return (*revised, *added)


def links(item: Item) -> tuple[tuple[str, str], ...]:
    """The paper's addresses, each with its text."""
    code = "Code" if item.github_stars is None else f"Code, {item.github_stars:,} {_stars(item.github_stars)}"
    found = (("Paper page", item.paper_url), ("arXiv", item.arxiv_url), (code, item.code_url))
    return tuple((text, url) for text, url in found if url)


def why(asked_for: str) -> str:
    """``You asked for robotics, author Fei-Fei Li``."""
    return f"You asked for {clean(asked_for, MOST_WHY)}"


def omitted(count: int) -> str:
    """The line that stands for papers left out."""
    return f"and {number(count)} more"


def number(count: int) -> str:
    """In letters up to twelve."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def papers(count: int) -> str:
    """``one paper``, ``two papers``."""
    return f"{number(count)} {'paper' if count == 1 else 'papers'}"


def day(date: date) -> str:
    """``9 Nov 2026``."""
    return f"{date.day} {date:%b %Y}"


def long_day(date: date) -> str:
    """``Friday, 20 November 2026``."""
    return f"{date:%A}, {date.day} {date:%B %Y}"


def enumerate_words(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _line(*phrases: str) -> tuple[str, ...]:
    """The phrases there are, the first with a capital."""
    first, *others = [phrase for phrase in phrases if phrase] or [""]
    return (capital(first), *others) if first else ()


def capital(text: str) -> str:
    """``text`` with a capital at its start."""
    return text[:1].upper() + text[1:]


def _stars(count: int) -> str:
    return "star" if count == 1 else "stars"
