"""docs/benchmarks.md: a table of all numbers, and for each of them a drawing and its contenders."""

from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .figures import figure, goal_in_words, outcome_in_words, share, spread
from .keeping import Book
from .measurement import Measurement
from .numbers import NUMBERS, Number
from .plots import draw

BESIDE = Number("Also measured", "What no number asks for, and readers may still want to know.")


class Chapter(NamedTuple):
    """A number with all that was measured for it; ``key`` names its drawing."""

    key: str
    number: int | None
    name: str
    what: str
    measurements: list[Measurement]

    @property
    def measured(self) -> list[Measurement]:
        """Those that have figures."""
        return [each for each in self.measurements if each.contenders]

    @property
    def goals(self) -> int:
        """How many goals were put to the test."""
        return sum(len(each.outcomes()) for each in self.measurements)


def chapters(book: Book) -> list[Chapter]:
    """All numbers, measured or not, then the rest."""
    by_number = {
        number: list(found) for number, found in groupby(book.measurements(), key=lambda each: each.number)
    }
    found = [
        Chapter(f"{number:02}", number, *NUMBERS[number], by_number.get(number, [])) for number in NUMBERS
    ]
    return [*found, Chapter("also", None, *BESIDE, by_number[None])] if None in by_number else found


def write_report(docs: Path, book: Book) -> None:
    """Write benchmarks.md and benchmarks/*.svg into that folder."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # it is Markdown
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"figure": figure, "spread": spread, "cell": _cell}
    environment.globals |= {
        "share": share,
        "goal_in_words": goal_in_words,
        "outcome_in_words": outcome_in_words,
    }
    found = chapters(book)
    template = environment.get_template("benchmarks.md.j2")
    (docs / "benchmarks.md").write_text(template.render(book=book, chapters=found), encoding="utf-8")
    for chapter in found:
        if chapter.measured:
            drawing = draw(chapter.measured, f"{chapter.name}: {_in_words(chapter)}")
            (docs / "benchmarks" / f"{chapter.key}.svg").write_text(drawing, encoding="utf-8")


def _in_words(chapter: Chapter) -> str:
    return "; ".join(
        f"{contender.name} {figure(contender.minimum, measurement.unit)}"
        for measurement in chapter.measured
        for contender in measurement.contenders
    )


def _cell(words: str) -> str:
    """Words for a cell of a Markdown table."""
    return words.replace("|", "\\|")
