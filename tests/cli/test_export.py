"""Data out: whole files, nothing overwritten unasked."""

import csv
import io
import json

import duckdb
import pyarrow.parquet
import pytest

from broadsheet.commands.export import TABLES


@pytest.fixture
def published(published):
    """The small published file, with what citations say of papers."""
    with duckdb.connect(str(published)) as connection:
        for column in (
            "organization VARCHAR",
            "abstract VARCHAR",
            "ai_keywords VARCHAR[]",
            "github_url VARCHAR",
        ):
            connection.execute(f"ALTER TABLE papers ADD COLUMN {column}")
    return published


def test_parquet_is_a_file_a_table(broadsheet, published, tmp_path):
    assert broadsheet("export", tmp_path / "out").code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        f"{name}.parquet" for name in TABLES
    )
    papers = pyarrow.parquet.read_table(tmp_path / "out" / "papers.parquet")
    assert papers.column("authors").to_pylist()[0] == ["Ada Lovelace", "Team X, Y and Z"]


def test_jsonl_is_an_object_a_line(broadsheet, published, tmp_path):
    broadsheet("export", tmp_path / "out", "--format", "jsonl")
    lines = (tmp_path / "out" / "captures.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"capture_id": 1, "captured_at": "2026-11-20T07:00:00Z", "verdict": "ok"}
    ]
    assert (tmp_path / "out" / "changes.jsonl").read_text() == ""


def test_csv_has_headings(broadsheet, published, tmp_path):
    broadsheet("export", tmp_path / "out", "--format", "csv")
    text = (tmp_path / "out" / "papers.csv").read_text()
    assert len(list(csv.DictReader(io.StringIO(text)))) == 3


@pytest.mark.parametrize(
    ("form", "name", "entry"),
    [
        ("bibtex", "papers.bib", "@misc{"),
        ("ris", "papers.ris", "TY  - UNPB"),
        ("csl-json", "papers.csl.json", '"type":"article"'),
        ("markdown", "papers.md", "\n- "),
    ],
)
def test_citations_are_one_file_of_the_papers(form, name, entry, broadsheet, published, tmp_path):
    result = broadsheet("export", tmp_path / "out", "--format", form)
    assert result.code == 0
    assert f"3 papers in {tmp_path / 'out' / name}" in result.err
    assert [file.name for file in (tmp_path / "out").iterdir()] == [name]
    assert (tmp_path / "out" / name).read_text().count(entry) == 3


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_a_folder_is_made_whole_or_not_at_all(form, broadsheet, published, tmp_path):
    with duckdb.connect(str(published)) as connection:
        connection.execute("DROP TABLE quality")
    before = sorted(tmp_path.iterdir())
    result = broadsheet("export", tmp_path / "out", "--format", form)
    assert result.code != 0
    assert "quality" in result.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_that_exists_keeps_its_files_when_an_export_fails(broadsheet, published, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "captures.csv").write_text("mine")
    with duckdb.connect(str(published)) as connection:
        connection.execute("DROP TABLE quality")
    assert broadsheet("export", tmp_path / "mine", "--format", "csv", "--force").code != 0
    assert (tmp_path / "mine" / "captures.csv").read_text() == "mine"
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["captures.csv"]


def test_a_folder_with_something_in_it_is_left_alone(broadsheet, published, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "papers.csv").write_text("mine")
    result = broadsheet("export", tmp_path / "mine", "--format", "csv")
    assert result.code == 2
    assert "--force" in result.err
    assert (tmp_path / "mine" / "papers.csv").read_text() == "mine"


def test_force_replaces_only_files_of_the_same_names(broadsheet, published, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "papers.csv").write_text("mine")
    (tmp_path / "mine" / "diary.txt").write_text("mine")
    assert broadsheet("export", tmp_path / "mine", "--format", "csv", "--force").code == 0
    assert (tmp_path / "mine" / "papers.csv").read_text() != "mine"
    assert (tmp_path / "mine" / "diary.txt").read_text() == "mine"


def test_a_file_is_no_folder(broadsheet, published, tmp_path):
    (tmp_path / "file").write_text("x")
    assert broadsheet("export", tmp_path / "file").code == 2


def test_nothing_is_made_before_something_is_published(broadsheet, home, tmp_path):
    result = broadsheet("export", tmp_path / "out")
    assert result.code == 1
    assert "published" in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["xls", ""])
def test_an_unknown_format_is_a_usage_error(form, broadsheet, published, tmp_path):
    assert broadsheet("export", tmp_path / "out", "--format", form).code == 2
