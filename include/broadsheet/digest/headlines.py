"""The phrases about whole editions and digests: subject, headings, counts in a sentence, why there is a mail."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from broadsheet.digest.edition import NEWS, WORTH_READING, Edition, SectionName
from broadsheet.digest.text import clip
from broadsheet.digest.words import capital, day, enumerate_words, long_day, number, papers
from broadsheet.model import DATED_KINDS, ListId, ListKind, first_day, read_source

PREHEADER = (40, 90)
"""The fewest and the most characters that inboxes show beside a subject."""
MOST_LISTS = 6
"""How many lists the foot names."""


class Tally(msgspec.Struct, frozen=True):
    """How many papers of an edition one reader is told of: all that the headlines need to know.

    ``counts`` are those of the sections in their order. ``chosen`` says that wishes left papers out.
    """

    edition: Edition
    counts: tuple[int, ...]
    chosen: bool

    def __getitem__(self, name: SectionName) -> int:
        return self.counts[_ORDER[name]]

    @property
    def quiet(self) -> bool:
        """Whether nothing entered, came back, rose or left."""
        return sum(self.counts) == self[SectionName.STILL_HERE]


_ORDER = {name: index for index, name in enumerate(SectionName)}


def tally(edition: Edition) -> Tally:
    """Count an edition's papers."""
    return Tally(edition, tuple(len(edition.items(name)) for name in SectionName), edition.chosen)


def subject(tallies: Iterable[Tally], until: datetime, timezone: str) -> str:
    """``Trending papers of 20 Nov 2026: 5 new, 2 back, 3 rising``; further lists follow after semicolons."""
    groups = [list(group) for _, group in groupby(tallies, key=lambda each: each.edition.source)]
    telling = [group for group in groups if not all(each.quiet for each in group)] or groups[:1]
    today = until.astimezone(ZoneInfo(timezone)).date()
    if not telling:
        return f"Papers of {day(today)}: nothing is known yet"
    first, *others = telling
    list_id = first[0].edition.list_id
    lead = f"{_name(list_id)} of {_period(list_id, today)}: {counts(first)}"
    further = (f"{_name(group[0].edition.list_id)}: {counts(group)}" for group in others)
    return "; ".join([lead, *(part[0].lower() + part[1:] for part in further)])


def counts(tallies: Sequence[Tally]) -> str:
    """``5 new, 2 back, 3 rising``; only where there is none of these, how many left."""
    if all(each.edition.introduction for each in tallies):
        return _first_look(tallies)
    words = {SectionName.NEW: "new", SectionName.BACK: "back", SectionName.RISING: "rising"}
    found = [
        f"{count} {words[name]}" for name in WORTH_READING if (count := sum(each[name] for each in tallies))
    ]
    left = sum(each[SectionName.LEFT] for each in tallies)
    return ", ".join(found) or (f"{left} left" if left else "nothing new")


def _first_look(tallies: Sequence[Tally]) -> str:
    entries = sum(each.edition.entries for each in tallies)
    if any(each.chosen for each in tallies):
        return f"a first look at {sum(sum(each.counts) for each in tallies):,} of {entries:,}"
    return f"a first look at {'all ' if entries > 1 else ''}{entries:,}"


def preheader(titles: Iterable[str]) -> str:
    """The first titles, as the line that inboxes show beside the subject."""
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


def dateline(until: datetime, timezone: str) -> str:
    """``Friday, 20 November 2026``."""
    return long_day(until.astimezone(ZoneInfo(timezone)).date())


def heading(edition: Edition) -> str:
    """``Trending papers`` or ``Daily papers of 20 Nov 2026``."""
    name = _name(edition.list_id)
    if edition.list_id.kind not in DATED_KINDS:
        return name
    return f"{name} of {_period(edition.list_id, edition.until.date())}"


def sentence(told: Tally, *, all_quiet: bool = False) -> str:
    """The counts in a sentence; ``all_quiet`` if no list of the digest has any news."""
    if told.edition.introduction:
        return _introduction(told)
    verbs = {
        SectionName.NEW: ("is new", "are new"),
        SectionName.BACK: ("is back", "are back"),
        SectionName.RISING: ("is rising", "are rising"),
        SectionName.LEFT: ("has left", "have left"),
    }
    found = [(told[name], *verbs[name]) for name in NEWS if told[name]]
    phrases = [
        f"{papers(count) if index == 0 else number(count)} {one if count == 1 else many}"
        for index, (count, one, many) in enumerate(found)
    ]
    if not phrases:
        lead = "All quiet: nothing" if all_quiet else "Nothing"
        return f"{lead}{' you asked for' if told.chosen else ''} entered, came back, rose or left."
    lead = "of what you asked for, " if told.chosen else ""
    return capital(f"{lead}{enumerate_words(phrases)}.")


def _introduction(told: Tally) -> str:
    entries = told.edition.entries
    if not told.chosen:
        return f"A first look at this list: {papers(entries)} in order, all new to you."
    chosen = sum(told.counts)
    match = "is what you asked for" if chosen <= 1 else "are what you asked for"
    found = number(chosen) if chosen else "none"
    return f"A first look at this list: {found} of its {papers(entries)} {match}."


def compared(edition: Edition, timezone: str) -> str:
    """Which two boards were compared, with their times in the reader's zone."""
    if edition.from_snapshot == edition.to_snapshot:
        return f"The list has not changed since {_moment(edition.as_of, timezone)}."
    as_of = f"The list as of {_moment(edition.as_of, timezone)}"
    if edition.compared_with is None:
        return f"{as_of}."
    return f"{as_of}, compared with {_moment(edition.compared_with, timezone)}."


def omitted_editions(count: int) -> str:
    """The line that stands for lists left out."""
    return f"and {number(count)} {'list' if count == 1 else 'lists'} more"


def reason(sources: Sequence[str]) -> str:
    """``You get this mail because you subscribed to trending papers and daily papers.``; "" for no sources."""
    names = [_name_of_source(source) for source in dict.fromkeys(sources)]
    if not names:
        return ""
    if len(names) > MOST_LISTS:
        names = [*names[:MOST_LISTS], f"{number(len(names) - MOST_LISTS)} more"]
    return f"You get this mail because you subscribed to {enumerate_words(names)}."


def _name_of_source(source: str) -> str:
    asked = read_source(source)
    name = _name(asked if isinstance(asked, ListId) else ListId(asked))
    return name[0].lower() + name[1:]


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
            return day(first_day(list_id))
        case ListKind.WEEKLY:
            year, week = list_id.key.split("-W")
            return f"week {int(week)}, {year}"
        case ListKind.MONTHLY:
            return f"{first_day(list_id):%B %Y}"
        case _:
            return day(today)


def _moment(moment: datetime, timezone: str) -> str:
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{day(local.date())}, {local:%H:%M %Z}"
