"""The archive through today's parsers."""

import json

import duckdb
import pytest

DIFFERENCE = {"capture_id", "captured_at", "list", "what", "stored", "replayed"}


def spoil(home, sql):
    """Change both files, as an older parser's work would differ."""
    for path in (home / "warehouse.duckdb", home / "published" / "papers.duckdb"):
        with duckdb.connect(str(path)) as connection:
            connection.execute(sql)


def replayed(broadsheet):
    result = broadsheet("replay", "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_nothing_differs_after_a_load(three_days):
    found = replayed(three_days)
    assert set(found) == {"captures", "differences"}
    assert (found["captures"], found["differences"]) == (6, [])
    assert "none would differ" in three_days("replay").out


@pytest.mark.parametrize(
    ("what", "sql"),
    [
        ("verdict", "UPDATE open_captures SET verdict = 'partial' WHERE verdict = 'ok'"),
        ("parser", "UPDATE open_captures SET parser = 'cards' WHERE verdict = 'ok'"),
        ("list", "UPDATE open_captures SET list_key = 'x' WHERE verdict = 'ok'"),
        ("entries", "UPDATE open_captures SET entries = 49 WHERE verdict = 'ok'"),
        ("order", "UPDATE open_observations SET rank = 51 - rank"),
        ("counts", "UPDATE open_observations SET upvotes = 0 WHERE upvotes > 0"),
        ("texts", "DELETE FROM open_showings"),
        ("missing", "DELETE FROM open_captures WHERE verdict = 'ok'"),
    ],
)
def test_every_kind_of_difference_is_reported(what, sql, three_days, home):
    spoil(home, sql)
    found = replayed(three_days)["differences"]
    assert all(set(row) == DIFFERENCE for row in found)
    assert {row["what"] for row in found} == {what}
    assert len({row["capture_id"] for row in found}) == 3


def test_a_replay_changes_nothing(three_days, home):
    spoil(home, "UPDATE open_captures SET verdict = 'partial'")
    files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    replayed(three_days)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == files


def test_apply_builds_it_anew_and_numbers_go_on(three_days, home):
    before = json.loads(three_days("changes", "trending", "--json").out)
    spoil(home, "UPDATE open_captures SET verdict = 'partial'; DELETE FROM open_observations")
    result = three_days("replay", "--apply", "--json")
    assert result.code == 0, result.err
    assert set(json.loads(result.out)) == {"captures", "verdicts", "seconds"}
    assert replayed(three_days)["differences"] == []
    after = json.loads(three_days("changes", "trending", "--json").out)
    assert min(row["seq"] for row in after) > max(row["seq"] for row in before)
    assert [row | {"seq": 0} for row in after] == [row | {"seq": 0} for row in before]


def test_apply_mends_a_broken_file(three_days, home):
    (home / "warehouse.duckdb").write_bytes(b"broken" * 1000)
    assert three_days("poll", "trending").code == 1
    result = three_days("replay", "--apply")
    assert result.code == 0, result.err
    assert three_days("list", "trending").code == 0


def test_without_a_warehouse_it_says_what_to_do(broadsheet):
    assert broadsheet("replay").code == 1
