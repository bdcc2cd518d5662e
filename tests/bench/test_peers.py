"""The table beside other programs: script and verdicts are what they say, and Broadsheet's own row is right."""

import os
import re
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from packaging.utils import canonicalize_name

from bench.peers import script
from bench.peers.__main__ import CONTESTANTS
from bench.peers.living import live_through
from bench.peers.ours import COMMAND, Broadsheet
from bench.peers.script import Event, Form, Kind, News, history, papers
from bench.peers.table import Row, days_of
from bench.peers.verdicts import Cell, Told, Verdict, judge
from bench.peers.watching import Ended, Notice, Report
from broadsheet import cli

pytestmark = pytest.mark.long

BROKEN = {Event.EMPTY, Event.PARTIAL, Event.UNAVAILABLE, Event.STALE, Event.LAYOUT}


def within(*arguments: str, **variables: str) -> Ended:
    """A command of Broadsheet in this process, with these settings."""
    out, err = StringIO(), StringIO()
    with patch.dict(os.environ, variables), redirect_stdout(out), redirect_stderr(err):
        code = cli.run([*arguments[len(COMMAND) :]])
    return Ended(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def row(tmp_path_factory: pytest.TempPathFactory) -> Row:
    """Broadsheet's own sixty days. What is killed in them is a process of its own."""
    folder: Path = tmp_path_factory.mktemp("sixty-days")
    watcher, cells = live_through(folder, lambda place: Broadsheet(place, within))
    return Row(name=watcher.name, version="", setup=watcher.setup, cells=cells)


@pytest.mark.parametrize("event", Event)
def test_broadsheet_tells_what_is_news_once_and_nothing_else(row: Row, event: Event) -> None:
    cell = row.cell(event)
    assert (cell.false, cell.missed, cell.twice) == (0, 0, 0), cell.evidence
    assert cell.verdict is (Verdict.SAYS_BROKEN if event in BROKEN else Verdict.RIGHT), cell.evidence


def test_broadsheet_calls_what_returns_back(row: Row) -> None:
    assert "1 back" in row.cell(Event.COME_BACK).evidence


def test_the_script_holds_what_the_page_says_of_it() -> None:
    days = history()
    assert len(days) == 60
    assert {day.step.event for day in days} == set(Event)
    assert days_of(Event.REORDERED) == "8–10"
    assert days_of(Event.NEWCOMER) == "4, 6"
    assert days_of(Event.QUIET) == "all others"
    assert {day.step.event for day in days if day.step.form is not Form.SOUND} == BROKEN
    for event in BROKEN:
        hidden = [
            day for day in days if day.step.event is event and day.step.form is not Form.SOUND and day.news
        ]
        assert hidden, f"nothing is news while there is {event}: nobody could miss it"


def test_news_is_what_two_boards_do_not_share() -> None:
    before, *days = history()
    for day in days:
        came = {News(Kind.CAME, paper) for paper in set(day.board) - set(before.board)}
        left = {News(Kind.LEFT, paper) for paper in set(before.board) - set(day.board)}
        assert day.news == came | left
        before = day


def told(event: Event, *runs: tuple[int, list[News], str | None]) -> Cell:
    """The verdict on runs on days of an event, counted from its first: what each claimed, and complained of."""
    days = [day for day in history() if day.step.event is event]
    reports = [
        Told(
            days[number],
            Report(
                notices=(Notice(reader="somebody", heading="News", claims=tuple(claims)),),
                complaint=complaint,
            ),
        )
        for number, claims, complaint in runs
    ]
    return judge(event, [*(Told(day, Report()) for day in days), *reports], ["somebody"])


def truth(event: Event) -> list[News]:
    """All that is news on the days of an event."""
    return [item for day in history() if day.step.event is event for item in day.news]


def test_what_is_told_once_is_right() -> None:
    assert told(Event.NEWCOMER, (1, truth(Event.NEWCOMER), None)).verdict is Verdict.RIGHT


def test_what_is_never_told_is_missed() -> None:
    cell = told(Event.NEWCOMER, (0, truth(Event.NEWCOMER)[:1], None))
    assert (cell.verdict, cell.missed) == (Verdict.MISSES, 2)


def test_what_is_told_again_is_mailed_twice() -> None:
    news = truth(Event.RERUN)
    cell = told(Event.RERUN, (0, news, None), (0, news, None))
    assert (cell.verdict, cell.twice) == (Verdict.MAILS_TWICE, 2)


def test_one_false_claim_outweighs_all_that_is_right() -> None:
    false = News(Kind.LEFT, next(iter(papers())))
    cell = told(Event.NEWCOMER, (1, [*truth(Event.NEWCOMER), false], None))
    assert (cell.verdict, cell.false, cell.missed) == (Verdict.FALSE_NEWS, 1, 0)
    assert "left" in cell.evidence


def test_a_reader_who_is_left_out_misses_everything() -> None:
    days = [day for day in history() if day.step.event is Event.NEWCOMER]
    notice = Notice(reader="somebody", heading="News", claims=tuple(truth(Event.NEWCOMER)))
    reports = [Told(day, Report(notices=(notice,) if day == days[-1] else ())) for day in days]
    assert judge(Event.NEWCOMER, reports, ["somebody"]).verdict is Verdict.RIGHT
    cell = judge(Event.NEWCOMER, reports, ["somebody", "somebody else"])
    assert cell.verdict is Verdict.MISSES


def test_a_complaint_on_another_day_does_not_count() -> None:
    cell = told(Event.UNAVAILABLE, (3, truth(Event.UNAVAILABLE), "it was broken"))
    assert (cell.verdict, cell.complaints) == (Verdict.SILENT, 0)


def test_who_tells_late_has_to_say_that_something_is_broken() -> None:
    news = truth(Event.UNAVAILABLE)
    assert told(Event.UNAVAILABLE, (3, news, None)).verdict is Verdict.SILENT
    cell = told(Event.UNAVAILABLE, (0, [], "503"), (3, news, None))
    assert (cell.verdict, cell.evidence) == (Verdict.SAYS_BROKEN, "day 34: “503”")


def test_who_reads_through_a_fault_need_not_say_anything() -> None:
    assert told(Event.LAYOUT, (1, truth(Event.LAYOUT), None)).verdict is Verdict.RIGHT


@pytest.mark.parametrize("package", sorted({each.package for each in CONTESTANTS.values() if each.package}))
def test_every_other_program_is_locked_with_its_hashes(package: str) -> None:
    lock = (Path(script.__file__).parent / f"{package}.txt").read_text()
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", lock) if "==" in entry]
    assert any(entry.startswith(f"{canonicalize_name(package)}==") for entry in entries)
    assert not [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert "://" not in lock
