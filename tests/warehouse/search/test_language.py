"""The language of the search: what each form of a question finds, and how it is told to be understood."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from broadsheet.warehouse.search import MOST_HITS, Found, search


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("world", "12"),
        ("WORLD  model", "12"),
        ("worlds models", "12"),
        ("world, model", "12"),
        ("world robot", "1"),
        ('"world model"', "1"),
        ('"world models"', "1"),
        ('"model world"', "2"),
        ("“model world”", "2"),
        ('"models robotics"', ""),
        ("robot*", "13"),
        ("robots*", "1"),
        ('"diffusion pol"*', "3"),
        ('"diffusion policies*"', "3"),
        ("world -medical", "1"),
        ("world -robot", "2"),
        ('world -"model world"', "1"),
        ('world -"world models for"', "2"),
        ("world -nothing", "12"),
        ("muller", "2"),
        ("MÜLLER", "2"),
        ("c++", "2"),
        ("c#", "2"),
        ("c", ""),
        ("state-of-the-art", "3"),
        ("art-of-state", ""),
        ("GPT-4o", "3"),
        ("扩散", "3"),
        ("散扩", ""),
        ("机器 diffusion", "3"),
        ('author:"Fei-Fei Li"', "1"),
        ("author:li", "321"),
        ('author:"fei li"', "1"),
        ("author: garcia", "1"),
        ("author:gar*", "1"),
        ('author:"jose gar*"', "1"),
        ("-author:wei author:li", "31"),
        ("org:nvidia", "1"),
        ('organisation:"nvidia research"', "1"),
        ('organization:"research nvidia"', ""),
        ("ORG:acm*", "2"),
        ("keyword:diffusion", "3"),
        ('keyword:"world model"', "1"),
        ('keyword:"language model*"', "3"),
        ('keyword:"model robotics"', ""),
        ("list:daily", "321"),
        ("list:Daily:2026-11-02", "321"),
        ("list:daily:2026-11*", "321"),
        ("list:daily:2026-11-03", ""),
        ("list:trending", "34"),
        ("list:trending list:daily", "3"),
        ("list:daily -list:trending", "21"),
        ("model list:trending", "3"),
        ("since:2026-11-01 list:daily", "32"),
        ("until:2026-10 list:daily", "1"),
        ("until:2026-10-31", "1"),
        ("since:2026 until:2026-11-01 world", "21"),
        ("since:2026-11-02", "34"),
        ("since:2026-11-02 untold", "4"),
        ("since:2026-11-03 untold", ""),
        ("Untold: known", "4"),
        ("", ""),
        ("   ", ""),
        ("-medical", ""),
        ("-list:trending", ""),
        ("world -", "12"),
        ("world since:yesterday", "12"),
    ],
)
def test_the_language(
    papers: duckdb.DuckDBPyConnection, ask: Callable[..., Found], question: str, ids: str
) -> None:
    hits = ask(papers, question, limit=MOST_HITS).hits
    # The last digits, fillers left out.
    in_order = [hit.paper_id[-1] for hit in hits if hit.paper_id.startswith("2611")]
    assert sorted(in_order) == sorted(ids)
    if ":" in question and "world" not in question:
        assert "".join(in_order) == ids, "where only filters are asked for, the newest comes first"


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        (
            '"world model" robot* -medical author:"Fei-Fei Li"',
            [
                "Papers with the phrase “world model”, a word that begins with “robot” and “Fei-Fei Li” in one "
                "author's name.",
                "Without “medical”.",
            ],
        ),
        (
            "list:daily -list:trending since:2026-11",
            [
                "Only papers that were on the list daily.",
                "No papers that were on the list trending.",
                "Published since 2026-11.",
            ],
        ),
        ("-a", ["Without “a”.", "Nothing is looked for: write at least one word that is wanted."]),
        (
            "::: since:soon -until:2026",
            [
                "Left out: ::: (neither letters nor digits).",
                "Left out: soon (no day, month or year such as 2026-11-20).",
                "Left out: 2026 (a date cannot be excluded).",
            ],
        ),
        ("", []),
    ],
)
def test_it_says_how_it_understood(
    papers: duckdb.DuckDBPyConnection, question: str, sentences: list[str]
) -> None:
    assert list(search(papers, question).explanation) == sentences


DOCS = (Path(__file__).parents[3] / "docs" / "search.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sql",
    [sql for block in re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL) for sql in block.strip().splitlines()],
)
def test_the_queries_of_the_guide_run(papers: duckdb.DuckDBPyConnection, sql: str) -> None:
    assert papers.execute(sql).fetchall()


def test_the_questions_of_the_guide_are_understood_in_full(papers: duckdb.DuckDBPyConnection) -> None:
    table = DOCS[DOCS.index("| write |") : DOCS.index("- Everything that is written")]
    written = [
        part for row in table.strip().splitlines()[2:] for part in re.findall(r"`([^`]+)`", row.split("|")[1])
    ]
    assert len(written) >= 15
    for question in written:
        assert [item.ignored for item in search(papers, question).items] == [None] * (
            1 + (question == "world model")
        )
