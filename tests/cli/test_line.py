"""How a command's words become the arguments that its signature declares."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest

from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.line import parser_of, read
from broadsheet.errors import UsageError


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def paint(
    things: Annotated[list[str], Argument(help="What to paint.", metavar="THING…")],
    colour: Annotated[Colour, Option("-c", "--colour", help="100% of it.")] = Colour.RED,
    coats: Annotated[int, Option(min=1, max=9, help="How many.")] = 2,
    thin: Annotated[float | None, Option(help="How thin.")] = None,
    only: Annotated[list[Colour] | None, Option(help="Over these only.")] = None,
    between: Annotated[tuple[str, str] | None, Option(help="Two days.", metavar="A B")] = None,
    plan: Annotated[Path | None, Option(help="A file.")] = None,
    gloss: Annotated[bool, Option("--gloss/--no-gloss", help="Shining.")] = True,
    dry_run: Annotated[bool, Option("--dry-run", help="Nothing.")] = False,
) -> None:
    """Paint things.

    In a second
    paragraph.
    """


DEFAULTS = {
    "things": ["door"],
    "colour": Colour.RED,
    "coats": 2,
    "thin": None,
    "only": None,
    "between": None,
    "plan": None,
    "gloss": True,
    "dry_run": False,
}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("door", {}),
        ("door --colour blue", {"colour": Colour.BLUE}),
        ("door -c blue", {"colour": Colour.BLUE}),
        ("--colour=blue door", {"colour": Colour.BLUE}),
        ("door --coats 3 wall", {"things": ["door", "wall"], "coats": 3}),
        ("door --thin 0.5", {"thin": 0.5}),
        ("door --only red --only blue", {"only": [Colour.RED, Colour.BLUE]}),
        ("--between a b door", {"between": ("a", "b")}),
        ("door --plan -x", {"plan": Path("-x")}),
        ("door --plan --dry-run", {"plan": Path("--dry-run")}),
        ("door --no-gloss --dry-run", {"gloss": False, "dry_run": True}),
        ("--dry-run -- -door --colour", {"things": ["-door", "--colour"], "dry_run": True}),
        ("-", {"things": ["-"]}),
    ],
)
def test_words_are_read_as_declared(words: str, said: dict) -> None:
    found = read("paint", paint, words.split())
    between = found["between"]
    assert found | {"between": between and tuple(between)} == DEFAULTS | said


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("", "the following arguments are required: THING…; `broadsheet paint --help` tells what it takes"),
        ("door --col blue", "unrecognized arguments: --col"),
        ("door --coats 0", "argument --coats: 0 is not from 1 to 9"),
        ("door --coats many", "argument --coats: 'many' is not a number"),
        ("door --coats", "--coats takes a value"),
        ("door -c pink", "argument -c/--colour: 'pink' is not one of red, blue"),
        ("door --dry-run=yes", "argument --dry-run: ignored explicit argument 'yes'"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(words: str, error: str) -> None:
    with pytest.raises(UsageError) as caught:
        read("paint", paint, words.split())
    assert error in str(caught.value)


def test_help_tells_everything_that_is_declared() -> None:
    told = " ".join(parser_of("paint", paint).format_help().split())
    assert told.startswith("Usage: broadsheet paint [options] THING… Paint things. In a second paragraph.")
    for part in (
        "THING… What to paint.",
        "--colour red|blue 100% of it. (default: red)",
        "--coats N How many. (default: 2)",
        "--thin NUMBER How thin.",
        "--between A B Two days.",
        "--plan FILE A file.",
        "--gloss, --no-gloss Shining. (default: --gloss)",
        "--dry-run Nothing.",
    ):
        assert part in told
