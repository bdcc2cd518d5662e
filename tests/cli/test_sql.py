"""SQL for people: five formats, read-only, and nothing beyond the one file."""

import csv
import io
import json
import os
import time

import duckdb
import pyarrow.parquet
import pytest

ATTACKS = [
    "COPY papers TO '{out}'",
    "COPY (SELECT 1) TO '{out}' (FORMAT parquet)",
    "EXPLAIN COPY papers TO '{out}'",
    "EXPLAIN ANALYZE COPY papers TO '{out}'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{secret}'",
    "ATTACH '{out}'",
    "ATTACH '{secret}' AS other (READ_ONLY)",
    "DETACH papers",
    "FROM read_csv('{secret}')",
    "FROM read_text('{secret}')",
    "FROM read_blob('{secret}')",
    "FROM read_json('{secret}')",
    "FROM read_parquet('{secret}')",
    "FROM parquet_metadata('{secret}')",
    "FROM sniff_csv('{secret}')",
    "FROM glob('{folder}/*')",
    "FROM '{secret}'",
    'FROM "{secret}"',
    "FROM query_table('{secret}')",
    "FROM query('COPY papers TO ''{out}''')",
    "FROM read_text('/proc/self/environ')",
    "SELECT getenv('PATH')",
    "FROM 'http://127.0.0.1:9/x.parquet'",
    "FROM read_csv('https://127.0.0.1:9/x.csv')",
    "FROM 's3://bucket/x.parquet'",
    "INSTALL httpfs",
    "INSTALL fts FROM community",
    "LOAD httpfs",
    "LOAD '{secret}'",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "RESET memory_limit",
    "PRAGMA enable_profiling",
    "PRAGMA memory_limit = '100GB'",
    "CREATE TABLE x (a INTEGER)",
    "CREATE TEMP TABLE x (a INTEGER)",
    "CREATE MACRO m() AS 1",
    "CREATE SECRET s (TYPE s3)",
    "INSERT INTO papers (paper_id) VALUES ('x')",
    "UPDATE papers SET title = 'x'",
    "DELETE FROM papers",
    "TRUNCATE papers",
    "DROP TABLE papers",
    "ALTER TABLE papers ADD COLUMN x INTEGER",
    "MERGE INTO papers USING (SELECT 'x' AS i) n ON n.i = paper_id WHEN MATCHED THEN DELETE",
    "WITH x AS (SELECT 1) INSERT INTO papers (paper_id) SELECT 'x'",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "USE memory",
    "PREPARE q AS DELETE FROM papers",
    "EXECUTE q",
    "SELECT 1; DROP TABLE papers",
    "SELECT 1; SELECT 2",
    "SELECT * FROM papers; -- x\nDELETE FROM papers",
    "COMMENT ON TABLE papers IS 'x'",
    "FROM sqlite_scan('{secret}', 'x')",
    "FROM postgres_scan('host=127.0.0.1', 'public', 'x')",
    "FROM connection",
    "",
    ";",
    "/* nothing */",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_but_reading_gets_through(attack, broadsheet, published, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("the,secret\n1,2\n")
    before = published.read_bytes()
    out = tmp_path / "out"
    result = broadsheet("sql", attack.format(out=out, secret=secret, folder=tmp_path))
    assert result.code in {1, 2}
    assert result.out == ""
    assert result.err.startswith("broadsheet: ")
    assert "the,secret" not in result.err
    assert not out.exists()
    assert published.read_bytes() == before
    assert sorted(path.name for path in published.parent.iterdir()) == [published.name]


@pytest.mark.parametrize(
    "question",
    [
        "SELECT 1 AS a", "FROM papers", "WITH x AS (SELECT 1 AS a) FROM x", "VALUES (1)", "DESCRIBE papers",
        "SHOW TABLES", "SUMMARIZE papers", "EXPLAIN FROM papers", "EXPLAIN ANALYZE FROM papers",
        "TABLE papers", "SELECT 1;",
        "PIVOT (SELECT 'a' AS k, 1 AS v) ON k IN ('a') USING sum(v)",
    ],
)  # fmt: skip
def test_questions_get_through(question, broadsheet, published):
    result = broadsheet("sql", question)
    assert (result.code, result.err) == (0, "")
    assert result.out


def test_a_table_is_readable_and_cannot_steer_the_terminal(broadsheet, published):
    out = broadsheet("sql", "SELECT paper_id, title, upvotes, published_at FROM papers ORDER BY paper_id").out
    assert (
        "2611.00001               Plain & simple: 100% of $\\mathcal{O}(n)$        12   2026-11-03 10:20\n"
        in out
    )
    assert "\x1b" not in out
    assert out.endswith("3 rows\n")


def test_json_is_exact(broadsheet, published):
    rows = json.loads(broadsheet("sql", "FROM papers ORDER BY paper_id", "--json").out)
    assert rows[0] == {
        "paper_id": "2611.00001",
        "title": "Plain & simple: 100% of $\\mathcal{O}(n)$",
        "authors": ["Ada Lovelace", "Team X, Y and Z"],
        "published_at": "2026-11-03T10:20:30Z",
        "upvotes": 12,
        "score": 1.5,
    }
    assert rows[1]["title"] == "An escape\x1b[2J | and a bar\nand a line"
    assert rows[1]["upvotes"] is None
    assert rows[2]["upvotes"] == 0


def test_json_of_nothing_is_an_empty_array(broadsheet, published):
    assert broadsheet("sql", "FROM papers LIMIT 0", "--format", "json").out == "[]\n"


def test_csv_keeps_every_value(broadsheet, published):
    text = broadsheet("sql", "FROM papers ORDER BY paper_id", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert rows[0]["authors"] == '["Ada Lovelace", "Team X, Y and Z"]'
    assert rows[1]["title"] == "An escape\x1b[2J | and a bar\nand a line"
    assert [row["upvotes"] for row in rows] == ["12", "", "0"]


def test_markdown_escapes_bars_and_lines(broadsheet, published):
    lines = broadsheet(
        "sql", "SELECT title FROM papers ORDER BY paper_id", "--format", "markdown"
    ).out.splitlines()
    assert lines[:2] == ["| title |", "| --- |"]
    assert lines[3] == "| An escape [2J \\| and a bar and a line |"
    assert len(lines) == 5


def test_parquet_goes_to_a_file(broadsheet, published, tmp_path):
    path = tmp_path / "papers.parquet"
    assert broadsheet("sql", "FROM papers ORDER BY paper_id", "--format", "parquet", "-o", path).code == 0
    table = pyarrow.parquet.read_table(path)
    assert table.column("upvotes").to_pylist() == [12, None, 0]
    with duckdb.connect() as connection:
        assert connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone() == (3,)


def test_parquet_without_a_file_is_a_usage_error(broadsheet, published):
    assert broadsheet("sql", "FROM papers", "--format", "parquet").code == 2


def test_a_file_is_left_alone_when_the_query_fails_in_the_middle(broadsheet, published, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    query = "SELECT CASE WHEN range = 200000 THEN error('stop') ELSE range::VARCHAR END FROM range(300000)"
    assert broadsheet("sql", query, "--format", "csv", "-o", path).code == 1
    assert path.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".broadsheet", "out.csv"]


def test_a_file_gets_the_usual_permissions(broadsheet, published, tmp_path):
    path = tmp_path / "out.csv"
    broadsheet("sql", "FROM papers", "--format", "csv", "-o", path)
    mask = os.umask(0)
    os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask


def test_times_with_a_zone_are_told_in_utc(broadsheet, published):
    query = "SELECT TIMESTAMPTZ '2026-11-20 08:00:00+01' AS t, now() AS n"
    row = json.loads(broadsheet("sql", query, "--json").out)[0]
    assert row["t"] == "2026-11-20T07:00:00Z"
    assert row["n"].endswith("Z")


def test_the_question_can_come_from_standard_input(published, spawn, monkeypatch):
    read, write = os.pipe()
    os.write(write, b"SELECT 41 + 1 AS answer")
    os.close(write)
    monkeypatch.setattr("sys.stdin", os.fdopen(read))
    from broadsheet import cli

    assert cli.run(["sql", "-", "--json"]) == 0


def test_a_wrong_question_is_a_usage_error_that_shows_where(broadsheet, published):
    result = broadsheet("sql", "SELECT titel FROM papers")
    assert result.code == 2
    assert "titel" in result.err
    assert "title" in result.err


def test_a_question_that_takes_too_long_is_stopped(broadsheet, published):
    query = "SELECT count(*) FROM range(100000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"
    started = time.monotonic()
    result = broadsheet("sql", query, "--timeout", "0.3")
    assert result.code == 1
    assert "--timeout" in result.err
    assert time.monotonic() - started < 10


def test_a_question_that_takes_too_much_memory_is_stopped(broadsheet, published, tmp_path):
    result = broadsheet("sql", "SELECT list(range::HUGEINT) FROM range(500000000)")
    assert result.code == 1
    assert "memory" in result.err
    assert sorted(path.name for path in published.parent.iterdir()) == [published.name]


def test_the_published_file_can_be_asked_while_others_ask(spawn, published):
    many = [spawn("sql", "SELECT count(*) AS n FROM papers", "--json") for _ in range(4)]
    assert [process.communicate() for process in many] == [('[{"n":3}]\n', "")] * 4


@pytest.mark.parametrize("content", [b"", b"not a database", b"\x00" * 20000])
def test_a_broken_file_is_a_clear_error(content, broadsheet, published):
    published.write_bytes(content)
    result = broadsheet("sql", "FROM papers")
    assert result.code in {1, 2}
    assert "Traceback" not in result.err
