"""Searching: the language, the order, and that nothing a person may write breaks it."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.digest.folding import folded_words
from broadsheet.model import Capture
from broadsheet.warehouse import indexing
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.search import MOST_HITS, search
from broadsheet.warehouse.store import connect, migrate

DAILY = "https://huggingface.co/api/daily_papers?date=2026-11-02"
PAPERS: list[dict[str, Any]] = [
    {
        "id": "2611.00001",
        "title": "World Models for Robots",
        "summary": "We train a model of the world. The robot's model is small.",
        "ai_summary": "Small models of worlds.",
        "ai_keywords": ["world model", "robotics"],
        "authors": [{"name": "Fei-Fei Li"}, {"name": "José García"}],
        "organization": {"name": "nvidia", "fullname": "NVIDIA Research"},
        "publishedAt": "2026-10-31T23:59:59.000Z",
    },
    {
        "id": "2611.00002",
        "title": "A model world, and another model",
        "summary": "Modelling the Müller cells of the retina: a medical study in C++ and C#.",
        "authors": [{"name": "Li Wei"}, {"name": "Fei Zhang"}],
        "organization": {"name": "acme", "fullname": "Acme Labs"},
        "publishedAt": "2026-11-01T00:00:00.000Z",
    },
    {
        "id": "2611.00003",
        "title": "扩散模型与机器人",
        "summary": "Diffusion policies for robotic hands. State-of-the-art on GPT-4o.",
        "ai_keywords": ["diffusion policy", "large language models"],
        "authors": [{"name": "Li Fei-Fei"}],
        "publishedAt": "2026-11-20T12:00:00.000Z",
    },
    {"id": "2611.00004", "title": "Untold", "summary": "Nothing is known of when it was written."},
]


@pytest.fixture(scope="module")
def papers(
    api_answer: Callable[..., Capture], api_item: Callable[..., dict[str, Any]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three papers on a daily list, and the last two of four on trending some hours later."""
    connection = duckdb.connect()
    migrate(connection, Path(":memory:"))
    items = [{"paper": paper} for paper in PAPERS]
    load(connection, [Arrival(capture=api_answer(items[:3], 0, DAILY))])
    trending = [*items[2:], *(api_item(f"2600.{n:05d}", title="Filler") for n in range(48))]
    load(connection, [Arrival(capture=api_answer(trending, 2))])
    yield connection
    connection.close()


def found(con: duckdb.DuckDBPyConnection, question: str) -> list[str]:
    """The last digits of the papers found, in order, fillers left out."""
    hits = search(con, question, limit=MOST_HITS).hits
    return [hit.paper_id[-1] for hit in hits if hit.paper_id.startswith("2611")]


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
def test_the_language(papers: duckdb.DuckDBPyConnection, question: str, ids: str) -> None:
    in_order = found(papers, question)
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


def test_a_hit_tells_what_a_list_of_results_needs(papers: duckdb.DuckDBPyConnection) -> None:
    first, second = search(papers, "world model").hits
    assert (first.rank, second.rank) == (1, 2)
    assert first.score > second.score > 0
    assert first.title == "World Models for Robots"
    assert first.matched == (
        "world: title, abstract, AI summary, AI keywords",
        "model: title, abstract, AI summary, AI keywords",
    )
    assert second.matched == ("world: title", "model: title")
    assert first.organization == "NVIDIA Research"
    assert first.published_at == datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    assert first.first_seen_at == first.last_seen_at == datetime(2026, 11, 2, 6, tzinfo=UTC)
    (both,) = search(papers, "diffusion").hits
    assert both.lists == ("daily:2026-11-02", "trending")
    assert both.last_seen_at == datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_pages_follow_each_other(papers: duckdb.DuckDBPyConnection) -> None:
    whole = search(papers, "list:trending", limit=MOST_HITS)
    pages = [search(papers, "list:trending", limit=20, offset=offset) for offset in (0, 20, 40, 60)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total} == {50}
    assert search(papers, "list:trending", limit=0).total == 50
    with pytest.raises(ValueError, match="0 to 1000"):
        search(papers, "x", limit=MOST_HITS + 1)


def test_plain_sql_finds_the_same(papers: duckdb.DuckDBPyConnection) -> None:
    rows = papers.execute("SELECT paper_id, score FROM search_papers('model world')").fetchall()
    assert rows == [(hit.paper_id, hit.score) for hit in search(papers, "model world").hits]
    joined = papers.execute("FROM search_papers('diffusion') JOIN trending_now USING (paper_id)").fetchall()
    assert len(joined) == 1


NASTY = [
    '"',
    '"""',
    'world "unbalanced',
    ":::",
    "author:",
    "list:",
    'list:""',
    "since:9999-99-99",
    "since:0000",
    "until:9999-12-31",
    "since:294247",
    "*",
    "-*",
    '-"',
    "a" * 10_000,
    "a " * 10_000,
    "扩" * 10_000,
    '"' + "a " * 10_000,
    "\0",
    "world\0model",
    "'; DROP TABLE papers; --",
    "$1 ? {} %s \\ \\d (",
    'author:"c++ c# (.*) [a"',
    "\u202eworld",
    "\ud7ff\U0010ffff",
    "0" * 400,
]


@pytest.mark.parametrize("question", NASTY)
def test_garbage_is_answered(papers: duckdb.DuckDBPyConnection, question: str) -> None:
    answer = search(papers, question)
    assert answer.total >= len(answer.hits)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from('ab :"-*,\0\n') | st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.lists(
        st.sampled_from(
            ["author:", "list:", "since:", "until:", '"', "-", "*", "model", "2026", " ", ":", "daily"]
        ),
        max_size=12,
    ).map("".join)
)
def test_any_text_is_answered(papers: duckdb.DuckDBPyConnection, question: str) -> None:
    answer = search(papers, question, limit=5)
    assert len(answer.hits) == min(5, answer.total)


WORDS = ["alpha", "betas", "beta", "class", "queries", "query", "delta"]
STEMS = {"betas": "beta", "queries": "query"}
K1, B = 1.2, 0.75
WEIGHTS = {"title": 3, "summary": 1, "ai_summary": 1, "ai_keywords": 2}

some_words = st.lists(st.sampled_from(WORDS), max_size=6)
corpora = st.lists(st.fixed_dictionaries(dict.fromkeys(WEIGHTS, some_words)), min_size=1, max_size=8)


def stem(word: str) -> str:
    return STEMS.get(word, word)


def bm25(corpus: Sequence[dict[str, list[str]]], wanted: set[str]) -> dict[int, float]:
    """Okapi BM25 of every document that holds all the words, each word counted with the weight of its field."""
    counts = [
        Counter(
            {
                word: sum(WEIGHTS[f] * [stem(w) for w in words].count(word) for f, words in doc.items())
                for word in map(stem, WORDS)
            }
        )
        for doc in corpus
    ]
    mean = sum(c.total() for c in counts) / len(counts)
    scores = {}
    for number, tf in enumerate(counts):
        if all(tf[word] for word in wanted):
            scores[number] = 0.0
            for word in wanted:
                df = sum(1 for c in counts if c[word])
                idf = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
                norm = K1 * (1 - B + B * tf.total() / mean)
                scores[number] += idf * tf[word] * (K1 + 1) / (tf[word] + norm)
    return scores


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpora, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_the_order_is_bm25s(
    api_answer: Callable[..., Capture], corpus: list[dict[str, list[str]]], question: list[str]
) -> None:
    items = [
        {
            "paper": {
                "id": f"2611.{number:05d}",
                **{field: " ".join(words) for field, words in doc.items() if field != "ai_keywords"},
                "ai_keywords": doc["ai_keywords"],
            }
        }
        for number, doc in enumerate(corpus)
    ]
    with duckdb.connect() as con:
        migrate(con, Path(":memory:"))
        load(con, [Arrival(capture=api_answer(items, 0, DAILY))])
        hits = search(con, " ".join(question)).hits
    expected = bm25(corpus, {stem(word) for word in question})
    assert {int(hit.paper_id[5:]): hit.score for hit in hits} == pytest.approx(expected, abs=1e-4)
    assert [hit.paper_id for hit in hits] == [
        hit.paper_id for hit in sorted(hits, key=lambda hit: (-hit.score, hit.paper_id))
    ]


def test_a_paper_is_found_by_what_is_told_of_it_later_and_no_more_by_what_was_reworded(
    con: duckdb.DuckDBPyConnection,
    api_answer: Callable[..., Capture],
    api_item: Callable[..., dict[str, Any]],
) -> None:
    first = api_item("2611.00001", title="Quiet nets", summary="Of silence.")
    load(con, [Arrival(capture=api_answer([first], 0, DAILY))])
    assert found(con, "nets silence") == ["1"]
    second = api_item("2611.00001", title="Loud nets", ai_summary="Of noise.")
    load(con, [Arrival(capture=api_answer([second], 2, DAILY))])
    assert found(con, "nets silence noise loud") == ["1"]
    assert found(con, "quiet") == []
    assert search(con, "nets").total == 1


def test_a_poll_that_tells_no_new_words_writes_none(
    con: duckdb.DuckDBPyConnection,
    api_answer: Callable[..., Capture],
    board: Callable[..., list[dict[str, Any]]],
) -> None:
    def kept() -> list[Any]:
        counts = "SELECT (SELECT count(*) FROM postings), next_document FROM warehouse_info"
        return con.execute(counts).fetchall() + con.execute("FROM search_documents").fetchall()

    load(con, [Arrival(capture=api_answer(board("2611.00001", votes=1), 0))])
    before = kept()
    load(con, [Arrival(capture=api_answer(board("2611.00001", votes=9), 2))])
    assert kept() == before
    load(con, [Arrival(capture=api_answer(board("2611.00002", "2611.00001", votes=9), 4))])
    assert len(kept()) == len(before) + 1


def test_sorting_the_postings_changes_no_answer(
    papers: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = ["world model", "robot*", "author:li -author:wei", "list:trending"]
    before = [search(papers, question) for question in questions]
    monkeypatch.setattr(indexing, "UNSORTED", 0)
    papers.execute("BEGIN")
    indexing.index_papers(papers, [])
    sorted_rows = papers.execute("SELECT sorted_postings FROM warehouse_info").fetchall()
    assert sorted_rows == papers.execute("SELECT count(*) FROM postings").fetchall() != [(0,)]
    assert [search(papers, question) for question in questions] == before
    papers.execute("ROLLBACK")


def test_a_file_of_version_2_is_searchable_once_it_is_opened(
    tmp_path: Path, api_answer: Callable[..., Capture]
) -> None:
    file = tmp_path / "old.duckdb"
    with connect(file) as con:
        migrate(con, file)
        load(con, [Arrival(capture=api_answer([{"paper": paper} for paper in PAPERS], 0, DAILY))])
        for table in ("search_documents", "postings", "search_terms"):
            con.execute(f"DROP TABLE {table}")
        for column in ("next_document", "sorted_postings"):
            con.execute(f"ALTER TABLE warehouse_info DROP {column}")
        con.execute("UPDATE warehouse_info SET schema_version = 2")
    with connect(file) as con:
        migrate(con, file)
        assert found(con, '"world model"') == ["1"]


def test_words_are_those_that_topics_are_matched_by(con: duckdb.DuckDBPyConnection) -> None:
    text = "Self-supervised Müller's C++, C# a#b GPT-4o 扩散模型 ﬁne ＡＢＣ１ Straße ÆØ ΛΟΓΟΣ x_y 3.5 l² “q” — ŁÓDŹ"
    assert con.execute("SELECT search_folded(?)", [text]).fetchall() == [(list(folded_words(text)),)]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("models", "model"),
        ("studies", "study"),
        ("LLMs", "llm"),
        ("class", "class"),
        ("corpus", "corpus"),
        ("gas", "gas"),
        ("axes", "axe"),
    ],
)
def test_a_plural_is_found_by_its_singular(
    con: duckdb.DuckDBPyConnection, plural: str, singular: str
) -> None:
    assert con.execute("SELECT search_words(?)", [plural]).fetchall() == [([singular],)]


DOCS = (Path(__file__).parents[2] / "docs" / "search.md").read_text(encoding="utf-8")


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
