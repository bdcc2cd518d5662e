"""What docs/cookbook.md shows can be asked, answers as it shows, and is right."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.commands.closed import open_closed
from broadsheet.settings import Settings
from docs.recipes import COOKBOOK, Recipe, ask, recipes

TEXT = COOKBOOK.read_text(encoding="utf-8")
RECIPES = list(recipes(TEXT))
SNIPPETS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
SHOWN_FILE = ".broadsheet/demo/published/papers.duckdb"


@pytest.fixture(scope="module")
def con(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_closed(published) as connection:
        yield connection


Answers = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def answers(con: duckdb.DuckDBPyConnection) -> Answers:
    """All rows of the recipe whose question begins so."""

    def fetch(beginning: str) -> list[dict[str, Any]]:
        (recipe,) = [one for one in RECIPES if one.question.startswith(beginning)]
        result = con.execute(recipe.sql)
        columns = [column[0] for column in result.description]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    return fetch


@pytest.fixture(scope="module")
def trending(con: duckdb.DuckDBPyConnection) -> dict[Any, dict[str, tuple[int, int]]]:
    """The trending list's snapshots in order: time -> paper -> (rank, votes), from the bare tables."""
    found: dict[Any, dict[str, tuple[int, int]]] = defaultdict(dict)
    rows = con.execute(
        "SELECT captured_at, paper_id, rank, upvotes FROM observations JOIN snapshots USING (snapshot_id) "
        "WHERE list_kind = 'trending' ORDER BY captured_at"
    ).fetchall()
    for moment, paper, rank, upvotes in rows:
        found[moment][paper] = (rank, upvotes)
    return dict(found)


def days(distance: timedelta) -> int:
    """Whole days between two mornings; the first is a microsecond late."""
    return round(distance / timedelta(days=1))


@pytest.mark.parametrize("recipe", RECIPES, ids=[recipe.question for recipe in RECIPES])
def test_a_query_answers_as_shown(recipe: Recipe, con: duckdb.DuckDBPyConnection) -> None:
    answer = ask(con, recipe.sql)
    assert not answer.endswith("\n0 rows")
    assert answer == recipe.answer, "after a change on purpose: python tests/docs/rewrite_cookbook.py"


def test_all_queries_are_found() -> None:
    assert len(RECIPES) == TEXT.count("```sql\n") >= 30


def test_two_moments_are_compared_paper_by_paper(answers: Answers, trending: Any) -> None:
    moments = list(trending)
    now, was = trending[moments[-1]], next(trending[at] for at in moments if at.day == 8)
    told = {row["paper_id"]: (row["was"], row["now"]) for row in answers("What differs")}
    assert told == {paper: (was.get(paper, [None])[0], now.get(paper, [None])[0]) for paper in now | was}


def test_stays_are_unbroken_in_the_order_of_snapshots(answers: Answers, trending: Any) -> None:
    told = {
        (row["paper_id"], row["came"], row["seen_last"]): row["snapshots"] for row in answers("Which stays")
    }
    stays: dict[tuple[str, Any, Any], int] = {}
    for paper in {paper for paper, _, _ in told}:
        for there, group in groupby(trending, lambda moment, paper=paper: paper in trending[moment]):
            stay = list(group)
            if there:
                stays[paper, stay[0], stay[-1]] = len(stay)
    assert told == stays


def test_half_life_counts_only_whose_age_can_be_known(answers: Answers, trending: Any) -> None:
    moments = list(trending)
    came: dict[str, Any] = {}
    for moment in moments:
        for paper in trending[moment]:
            came.setdefault(paper, moment)
    newcomers = {paper: at for paper, at in came.items() if at != moments[0]}
    could, did = Counter[int](), Counter[int]()
    for paper, at in newcomers.items():
        for moment in moments:
            if moment >= at:
                could[days(moment - at)] += 1
                did[days(moment - at)] += paper in trending[moment]
    assert {
        row["days"]: (row["papers"], row["still_there"]) for row in answers("How long does a paper stay")
    } == {age: (could[age], did[age]) for age in could}


def test_first_places_last_until_the_next_snapshot(answers: Answers, trending: Any) -> None:
    held = Counter[str]()
    moments = list(trending)
    for moment, after in pairwise(moments):
        (first,) = [paper for paper, (rank, _) in trending[moment].items() if rank == 1]
        held[first] += 24 * days(after - moment)
    told = {row["paper_id"]: row["hours"] for row in answers("Who held the first place") if row["hours"]}
    assert told == {paper: hours for paper, hours in held.items() if hours}


def test_training_rows_know_nothing_of_the_future(answers: Answers, trending: Any) -> None:
    rows = answers("Training data")
    moments = list(trending)
    expected = {}
    for moment in moments:
        horizon = moment + timedelta(days=3)
        for paper, (_, votes) in trending[moment].items():
            later = [at for at in moments if moment < at <= horizon and paper in trending[at]]
            if later and horizon <= moments[-1]:
                expected[paper, moment] = trending[later[-1]][paper][1] - votes
    assert {(row["paper_id"], row["captured_at"]): row["gained_in_3_days"] for row in rows} == expected


def test_training_rows_hold_the_text_of_their_time(answers: Answers, con: duckdb.DuckDBPyConnection) -> None:
    told = con.execute(
        "SELECT paper_id, captured_at, len(ai_keywords), github_url IS NOT NULL FROM showings "
        "JOIN revisions USING (paper_id, revision_id) ORDER BY captured_at, snapshot_id"
    ).fetchall()
    for row in answers("Training data"):
        before = [text for text in told if text[0] == row["paper_id"] and text[1] <= row["captured_at"]]
        newest = [text[2:] for text in before if text[1] == before[-1][1]]
        assert (row["keywords"], row["code"]) in newest


def test_lag_from_daily_to_trending(answers: Answers, con: duckdb.DuckDBPyConnection, trending: Any) -> None:
    moments = list(trending)
    lags = Counter[int]()
    listed = con.execute(
        "SELECT paper_id, min(CAST(list_key AS DATE)) FROM rank_history WHERE list_kind = 'daily' GROUP BY paper_id"
    ).fetchall()
    for paper, day in listed:
        came = next((at for at in moments if paper in trending[at]), None)
        if came and came != moments[0]:
            lags[(came.date() - day).days] += 1
    assert {row["days_later"]: row["papers"] for row in answers("First on a daily list")} == lags


def test_the_sample_is_the_one_that_md5_draws(answers: Answers, con: duckdb.DuckDBPyConnection) -> None:
    papers = [paper for (paper,) in con.execute("SELECT paper_id FROM papers").fetchall()]
    drawn = {
        paper
        for paper in papers
        if int(hashlib.md5(f"{paper}my sample".encode()).hexdigest()[:8], 16) % 100 == 0
    }
    assert {row["paper_id"] for row in answers("A sample")} == drawn


def test_digests_add_up(answers: Answers) -> None:
    for row in answers("What became of the digests"):
        assert row["due"] == row["sent"] + row["left_out"] + row["lost"]


def test_the_file_of_ones_own_is_joined(
    fortnight: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own,) = [snippet for snippet in SNIPPETS if "my-papers.csv" in snippet]
    (tmp_path / "my-papers.csv").write_text("paper_id,note\n2611.69205,to read\n2611.60300,not there\n")
    monkeypatch.chdir(tmp_path)
    exec(own.replace(SHOWN_FILE, str(fortnight.published_path)), {})
    printed = capsys.readouterr().out
    assert re.search(r"to read +│ +1 │", printed)
    assert re.search(r"not there +│ +NULL", printed)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_the_snippets_of_other_libraries_run(library: str, fortnight: Settings) -> None:
    (snippet,) = [snippet for snippet in SNIPPETS if (".df()" if library == "pandas" else ".pl()") in snippet]
    code = compile(snippet.replace(SHOWN_FILE, str(fortnight.published_path)), library, "exec")
    pytest.importorskip(library)
    exec(code, {})
