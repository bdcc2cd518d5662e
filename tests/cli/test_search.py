"""Looking for papers on the command line."""

import json

import duckdb


def test_the_table_tells_rank_paper_title_score_and_why(three_days):
    result = three_days("search", "world model", "--limit", "3")
    assert result.code == 0
    heading, _, first, *_ = result.out.splitlines()
    assert heading.split() == ["Rank", "Paper", "Title", "Score", "Why"]
    assert first.split()[0] == "1"
    assert "world: " in first
    assert "model: " in first


def test_json_is_what_sql_finds(three_days):
    answer = json.loads(three_days("search", "model", "--json").out)
    rows = json.loads(three_days("sql", "SELECT paper_id, score FROM search_papers('model')", "--json").out)
    assert answer["total"] == len(rows) > 1
    assert [{"paper_id": hit["paper_id"], "score": hit["score"]} for hit in answer["hits"]] == rows[:20]
    assert answer["explanation"] == ["Papers with “model”."]
    assert answer["items"][0]["words"] == ["model"]
    assert {"rank", "matched", "published_at", "last_seen_at", "upvotes", "lists"} <= set(answer["hits"][0])


def test_what_was_left_out_is_said_unasked(three_days):
    result = three_days("search", "model since:soon")
    assert result.code == 0
    assert "Left out: soon (no day, month or year such as 2026-11-20)." in result.err
    assert "Left out" not in result.out


def test_explain_tells_how_it_was_understood_and_ordered(three_days):
    result = three_days("search", '"world model" -medical', "--explain")
    assert "Papers with the phrase “world model”.\nWithout “medical”.\nThe order is BM25's" in result.err


def test_nothing_found_is_said_with_what_was_looked_for(three_days):
    result = three_days("search", "zyzzyva")
    assert (result.code, result.out) == (0, "no papers found\n")
    assert "Papers with “zyzzyva”." in result.err


def test_a_text_may_be_blank_or_begin_with_what_is_unwanted(three_days):
    blank = three_days("search", " ")
    assert (blank.code, blank.out, blank.err) == (0, "no papers found\n", "")
    unwanted = three_days("search", "--json", "--", "-zyzzyva model")
    assert json.loads(unwanted.out)["total"] > 1


def test_a_file_of_an_older_release_is_a_clear_error(broadsheet, published):
    with duckdb.connect(str(published)) as connection:
        assert connection.execute("SELECT 1 FROM papers LIMIT 1").fetchall()
    result = broadsheet("search", "model")
    assert result.code == 1
    assert "older Broadsheet" in result.err
    assert "Traceback" not in result.err
