"""Opening, making and migrating the warehouse's file."""

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.model import Capture
from broadsheet.settings import Settings
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.store import (
    SCHEMA_VERSION,
    WarehouseError,
    connect,
    migrate,
    open_published,
    open_writer,
    schema_version,
)


def test_a_new_file_gets_todays_schema(settings: Settings) -> None:
    with open_writer(settings) as con:
        assert schema_version(con, settings.warehouse_path) == SCHEMA_VERSION
        assert con.execute("FROM trending_now").fetchall() == []


def test_an_older_file_is_migrated_and_keeps_its_rows(
    tmp_path: Path, api_answer: Callable[..., Capture], api_item: Callable[..., dict[str, Any]]
) -> None:
    file = tmp_path / "old.duckdb"
    with connect(file) as con:
        migrate(con, file)
        load(con, [Arrival(capture=api_answer([api_item("2611.00001")], url=daily("2026-11-02")))])
    steps = [
        (SCHEMA_VERSION + 1, "ALTER TABLE open_quality ADD COLUMN severity VARCHAR;"),
        (
            SCHEMA_VERSION + 2,
            "UPDATE open_quality SET severity = 'low'; ALTER TABLE open_captures ADD COLUMN more VARCHAR;",
        ),
    ]
    with connect(file) as con:
        migrate(con, file, version=SCHEMA_VERSION + 2, migrations=steps)
        assert schema_version(con, file) == SCHEMA_VERSION + 2
        assert con.execute("SELECT more FROM captures").fetchall() == [(None,)]
        assert con.execute("SELECT paper_id FROM observations").fetchall() == [("2611.00001",)]


def test_a_file_of_version_1_becomes_todays_and_keeps_its_rows(tmp_path: Path) -> None:
    old, new = tmp_path / "old.duckdb", tmp_path / "new.duckdb"
    with connect(old) as con:
        con.execute((Path(__file__).parent / "schema_1.sql").read_text())
        con.execute("INSERT INTO warehouse_info VALUES (1, 5, ''); INSERT INTO quality VALUES (1, 'kept')")
    with connect(old) as migrated, connect(new) as made:
        migrate(migrated, old)
        migrate(made, new)
        columns = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() ORDER BY ALL"
        assert migrated.execute(columns).fetchall() == made.execute(columns).fetchall()
        assert migrated.execute("FROM quality").fetchall() == [(1, "kept")]
        kept = migrated.execute("SELECT schema_version, next_seq FROM warehouse_info").fetchall()
        assert kept == [(SCHEMA_VERSION, 5)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "old.duckdb"
    steps = [(SCHEMA_VERSION + 1, "CREATE TABLE more (x INTEGER); SELECT nothing FROM nowhere;")]
    with connect(file) as con:
        migrate(con, file)
        with pytest.raises(duckdb.Error, match="nowhere"):
            migrate(con, file, version=SCHEMA_VERSION + 1, migrations=steps)
        assert schema_version(con, file) == SCHEMA_VERSION
        assert con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'more'").fetchall() == []


def test_a_file_from_the_future_is_refused_and_left_alone(settings: Settings) -> None:
    with open_writer(settings) as con:
        con.execute("UPDATE warehouse_info SET schema_version = 99")
    before = settings.warehouse_path.read_bytes()
    with (
        pytest.raises(WarehouseError, match="schema version 99, this Broadsheet knows up to"),
        open_writer(settings),
    ):
        pass
    assert settings.warehouse_path.read_bytes() == before


def test_views_of_another_release_are_made_anew(settings: Settings) -> None:
    with open_writer(settings) as con:
        con.execute("CREATE OR REPLACE VIEW newcomers AS SELECT 'old' AS release")
        con.execute("UPDATE warehouse_info SET views_sha256 = 'of another release'")
    with open_writer(settings) as con:
        assert con.execute("FROM newcomers").fetchall() == []


def test_somebody_elses_file_is_refused(settings: Settings) -> None:
    settings.home_path.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse_path)) as con:
        con.execute("CREATE TABLE invoices (n INTEGER)")
    with pytest.raises(WarehouseError, match="not Broadsheet's"), open_writer(settings):
        pass


@pytest.mark.parametrize("content", [b"not a database at all" * 400, b"\0" * 20_000])
def test_a_broken_file_is_named_with_the_way_out(settings: Settings, content: bytes) -> None:
    settings.home_path.mkdir(parents=True)
    settings.warehouse_path.write_bytes(content)
    with pytest.raises(WarehouseError, match="replay --apply"), open_writer(settings):
        pass
    assert settings.warehouse_path.read_bytes() == content


@pytest.fixture
def most_bytes_a_file() -> Iterator[Callable[[int], None]]:
    """Let no file grow beyond so many bytes: what a full disk does, without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("rows", "why"), [(1_000_000, "Could not write file"), (4_000, "did not take in its log")]
)
def test_a_full_disk_is_named_and_what_was_committed_is_kept(
    rows: int, why: str, settings: Settings, most_bytes_a_file: Callable[[int], None]
) -> None:
    with open_writer(settings) as con:
        con.execute("INSERT INTO open_quality VALUES (1, 'kept')")
    room = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    most_bytes_a_file(settings.warehouse_path.stat().st_size + 100_000)
    with pytest.raises(WarehouseError, match=why), open_writer(settings) as con:
        con.execute("INSERT INTO open_quality SELECT 2, uuid() FROM range(?)", [rows])
    most_bytes_a_file(room)
    with open_writer(settings) as con:
        assert con.execute("SELECT note FROM quality WHERE capture_id = 1").fetchall() == [("kept",)]
        found = con.execute("SELECT count(*) FROM quality WHERE capture_id = 2").fetchall()[0][0]
    assert found == (0 if why.startswith("Could") else rows)


def test_reading_before_anything_is_published_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(WarehouseError, match="broadsheet poll trending"):
        open_published(settings)


def daily(day: str) -> str:
    return f"https://huggingface.co/api/daily_papers?date={day}"
