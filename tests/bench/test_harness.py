"""What the measurements' own figures rest on: goals, words, drawings, the page and what is kept."""

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest
from msgspec.structs import replace

from bench.harness.contest import contest
from bench.harness.figures import figure
from bench.harness.keeping import Book, Results, read_book, write_book
from bench.harness.machine import Machine
from bench.harness.measurement import Contender, Measurement, Unit, below, faster, within
from bench.harness.report import chapters, write_report

DOCS = Path(__file__).resolve().parents[2] / "docs"
MACHINE = Machine(
    processor="A <processor>", cores=2, memory=24, kernel="Linux 6", versions={"Python": "3.11"}
)
SLOW = "a | slow way"
RACE = Measurement(
    number=5,
    title="A race & more",
    contenders=[Contender("ours", (0.002, 0.004, 0.003)), Contender(SLOW, (0.5, 0.4, 0.6))],
    goals=[faster(150, SLOW), faster(250, SLOW), within(1.5, "ours", of=SLOW), below(0.002)],
)
SIZE = Measurement(
    number=6, title="A size", contenders=[Contender("ours", (4.28,))], goals=[below(4.5)], unit=Unit.BYTES
)
ABSENT = Measurement(number=10, title="Sending", missing="smtp-sink is not installed")


def book(*measurements: Measurement) -> Book:
    results = Results(
        module="racing",
        measured_at=datetime(2026, 11, 27, 14, tzinfo=UTC),
        full=False,
        measurements=list(measurements),
    )
    return Book(machine=MACHINE, results=[results])


def test_a_goal_is_judged_by_the_best_round_of_each() -> None:
    assert [(outcome.value, outcome.reached) for outcome in RACE.outcomes()] == [
        (pytest.approx(200), True),
        (pytest.approx(200), False),
        (pytest.approx(200), False),
        (0.002, True),
    ]


def test_a_goal_cannot_name_who_did_not_run() -> None:
    with pytest.raises(ValueError, match="'html5lib', which did not run"):
        replace(RACE, goals=[faster(2, "html5lib")]).__post_init__()


def test_contenders_that_disagree_are_not_timed() -> None:
    with pytest.raises(AssertionError, match="wrong does not say what right says"):
        contest({"right": lambda: 2, "wrong": lambda: 3})


def test_contenders_take_turns_and_keep_each_round() -> None:
    turns: list[str] = []
    found = contest({name: lambda name=name: turns.append(name) for name in "ab"}, rounds=3)
    assert turns == [*"ab", *"abbaab"]
    assert [len(each.rounds) for each in found] == [3, 3]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.00123456, Unit.SECONDS, "1.23 ms"),
        (12.0, Unit.SECONDS, "12 s"),
        (90.0, Unit.SECONDS, "1.5 min"),
        (791_000, Unit.BYTES, "791 kB"),
        (4.28, Unit.BYTES, "4.28 B"),
        (0.0, Unit.COUNT, "0"),
        (1_000_000.0, Unit.COUNT, "1,000,000"),
    ],
)
def test_figures_are_read_with_three_digits(value: float, unit: Unit, words: str) -> None:
    assert figure(value, unit) == words


def test_the_page_says_what_is_reached_what_is_missed_and_what_is_not_measured(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    write_report(tmp_path, book(RACE, SIZE, ABSENT))
    page = (tmp_path / "benchmarks.md").read_text()
    assert "| 5 | A race & more | ≥ 150 × faster than a \\| slow way | 200 × | reached |" in page
    assert "| 5 | A race & more | ≥ 250 × faster than a \\| slow way | 200 × | **missed** |" in page
    assert "| 6 | A size | ≤ 4.5 B | 4.28 B | reached |" in page
    assert "| 13 | The demo | | not measured | |" in page
    assert "not measured, smtp-sink is not installed" in page
    assert {path.name for path in (tmp_path / "benchmarks").iterdir()} == {"05.svg", "06.svg"}


def test_a_drawing_is_an_svg_whose_bars_end_in_the_order_of_their_figures(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    write_report(tmp_path, book(RACE))
    root = ET.fromstring((tmp_path / "benchmarks" / "05.svg").read_text())
    ours, slow = (float(bar.attrib["width"]) for bar in root.iter("{http://www.w3.org/2000/svg}rect"))
    assert 0 < ours < slow <= float(root.attrib["width"])
    assert "A race & more" in {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}


def test_results_are_kept_for_the_same_machine_and_dropped_for_another(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_book(path, book(RACE, ABSENT))
    assert read_book(path, MACHINE) == book(RACE, ABSENT)
    assert read_book(path, replace(MACHINE, versions={"Python": "3.12"})).results == []


def test_a_module_measured_anew_takes_the_place_of_its_former_results() -> None:
    before = book(RACE)
    anew = replace(before.results[0], measurements=[SIZE])
    assert before.with_results(anew, ["racing"]).measurements() == [SIZE]


def test_every_number_has_a_chapter() -> None:
    assert [chapter.number for chapter in chapters(book(RACE))] == list(range(1, 15))


def test_the_published_page_and_its_drawings_say_what_the_raw_results_say(tmp_path: Path) -> None:
    kept = msgspec.json.decode((DOCS / "benchmarks" / "results.json").read_bytes(), type=Book)
    (tmp_path / "benchmarks").mkdir()
    write_report(tmp_path, kept)
    made = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path: (DOCS / path).read_text() for path in made} == made
    assert {path.name for path in (DOCS / "benchmarks").glob("*.svg")} == {
        path.name for path in made if path.suffix == ".svg"
    }
