"""The recipes of docs/cookbook.md: a question, its SQL, and the first rows of the answer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from broadsheet.commands.closed import asked
from broadsheet.commands.formats import NUMBERS
from broadsheet.commands.output import Column, table

if TYPE_CHECKING:
    import duckdb

COOKBOOK = Path(__file__).resolve().parents[2] / "docs" / "cookbook.md"
SHOWN_ROWS = 5
SECONDS = 60.0
_PARTS = re.compile(
    r"^### (?P<question>.+)$|^```sql\n(?P<sql>(?:(?!```).*\n)+)```\n```\n(?P<answer>(?:(?!```).*\n)*)```$",
    re.MULTILINE,
)


class Recipe(msgspec.Struct, frozen=True):
    """One query of the cookbook, below the question (the heading) that it answers."""

    question: str
    sql: str
    answer: str


def recipes(text: str) -> Iterator[Recipe]:
    """Every query that is shown with its answer, in order."""
    question = ""
    for part in _PARTS.finditer(text):
        if part["question"] is not None:
            question = part["question"]
        else:
            yield Recipe(question, part["sql"].rstrip("\n"), part["answer"].rstrip("\n"))


def ask(connection: "duckdb.DuckDBPyConnection", sql: str) -> str:
    """The answer as `broadsheet sql` prints it, but of the rows only the first, and how many there are."""
    with asked(connection, sql, SECONDS) as answer:
        columns = [
            Column(str(place), name, number=str(kind) in NUMBERS)
            for place, (name, kind, *_) in enumerate(answer.description)
        ]
        rows = [{str(place): value for place, value in enumerate(row)} for row in answer.fetchall()]
    more = "…\n" if len(rows) > SHOWN_ROWS else ""
    count = f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
    return table(rows[:SHOWN_ROWS], columns) + more + count
