"""What a program made of an event, worked out from its own reports and the script's truth."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from bench.peers.script import Day, Event, Form, News, papers
from bench.peers.watching import Report

PORT = re.compile(r"http://127\.0\.0\.1:\d+")
"""The list's address differs from run to run; the evidence need not."""


class Verdict(StrEnum):
    """How a program did on one event; the first that holds, in this order."""

    FALSE_NEWS = "false news"
    MISSES = "misses"
    MAILS_TWICE = "mails twice"
    SILENT = "silent"
    SAYS_BROKEN = "says it is broken"
    RIGHT = "right"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict and the counts behind it, of the reader who fared worst; ``evidence`` is a line that shows it."""

    event: Event
    verdict: Verdict
    evidence: str
    false: int
    missed: int
    twice: int
    broken_days: int
    complaints: int


class Told(msgspec.Struct, frozen=True):
    """One run on one day, and what it told."""

    day: Day
    report: Report


def judge(event: Event, told: Sequence[Told], readers: Iterable[str]) -> Cell:
    """The cell of ``event``, from all that was told on its days; each of ``readers`` was to be told everything."""
    return min(
        (_judge(event, told, reader) for reader in readers),
        key=lambda cell: list(Verdict).index(cell.verdict),
    )


def _judge(event: Event, told: Sequence[Told], reader: str) -> Cell:
    days = {each.day.number: each.day for each in told}
    news = frozenset(item for day in days.values() for item in day.news)
    claims = Counter(claim for each in told for claim in _claims(each, reader))
    false = sum(count for claim, count in claims.items() if claim not in news)
    missed = sorted(news - claims.keys())
    twice = {claim: count for claim, count in claims.items() if claim in news and count > 1}
    broken = [day for day in days.values() if day.step.form is not Form.SOUND]
    complaints = {
        each.day.number: each.report.complaint
        for each in told
        if each.day in broken and each.report.complaint
    }
    verdict = _verdict(
        false, missed, twice, needs_words=_needs_words(broken, told, reader), complaints=complaints
    )
    return Cell(
        event=event,
        verdict=verdict,
        evidence=PORT.sub("http://hub", _evidence(verdict, told, reader, missed, twice, complaints)),
        false=false,
        missed=len(missed),
        twice=sum(twice.values()) - len(twice),
        broken_days=len(broken),
        complaints=len(complaints),
    )


def _verdict(
    false: int,
    missed: Sequence[News],
    twice: Mapping[News, int],
    *,
    needs_words: bool,
    complaints: Mapping[int, str],
) -> Verdict:
    if false:
        return Verdict.FALSE_NEWS
    if missed:
        return Verdict.MISSES
    if twice:
        return Verdict.MAILS_TWICE
    if needs_words:
        return Verdict.SAYS_BROKEN if complaints else Verdict.SILENT
    return Verdict.RIGHT


def _needs_words(broken: Sequence[Day], told: Sequence[Told], reader: str) -> bool:
    """Whether news of a broken day was not told on that day: then something has to be said."""
    claimed = {(each.day.number, claim) for each in told for claim in _claims(each, reader)}
    return any((day.number, item) not in claimed for day in broken for item in day.news)


def _claims(told: Told, reader: str) -> list[News]:
    return [claim for notice in told.report.notices if notice.reader == reader for claim in notice.claims]


def _evidence(
    verdict: Verdict,
    told: Sequence[Told],
    reader: str,
    missed: Sequence[News],
    twice: Mapping[News, int],
    complaints: Mapping[int, str],
) -> str:
    """One line that shows it, with the day (counted from 1)."""
    match verdict:
        case Verdict.FALSE_NEWS:
            news = {item for each in told for item in each.day.news}
            return _notices_in_words(told, reader, lambda claim: claim not in news, "false")
        case Verdict.MISSES:
            return f"never told: {in_words(missed[0])}"
        case Verdict.MAILS_TWICE:
            return f"told {max(twice.values())} times: {in_words(max(twice, key=lambda claim: twice[claim]))}"
        case Verdict.SAYS_BROKEN:
            number, complaint = next(iter(complaints.items()))
            return f"day {number + 1}: “{complaint}”"
        case Verdict.SILENT:
            days = dict.fromkeys(each.day.number + 1 for each in told if each.day.step.form is not Form.SOUND)
            return f"days {', '.join(map(str, days))}: nothing told, nothing complained of"
        case Verdict.RIGHT:
            return _notices_in_words(told, reader, lambda _: True, "true")


def _notices_in_words(told: Sequence[Told], reader: str, wanted: Callable[[News], bool], word: str) -> str:
    """The first notice that claims what is wanted, or else any; its heading, and the first of those claims."""
    notices = [
        (each.day, notice) for each in told for notice in each.report.notices if notice.reader == reader
    ]
    for day, notice in notices:
        claims = [claim for claim in notice.claims if wanted(claim)]
        if claims:
            return f"day {day.number + 1}, “{notice.heading}”: {len(claims)} {word}, such as {in_words(claims[0])}"
    if notices:
        day, notice = notices[0]
        return f"day {day.number + 1}, “{notice.heading}”: nobody came, nobody left"
    return "nothing to tell, and nothing told"


def in_words(news: News) -> str:
    """Such as “Some Title” came."""
    return f"“{papers()[news.paper].title}” {news.kind}"
