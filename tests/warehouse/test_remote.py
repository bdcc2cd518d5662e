"""Publications on object storage, read from there by DuckDB itself: an S3 server on loopback."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import duckdb_extension_httpfs
import msgspec
import pytest

import objectstore
from broadsheet.errors import UsageError
from broadsheet.hub.archive import Archive
from broadsheet.model import Capture
from broadsheet.settings import Settings
from broadsheet.warehouse.fold import GRACE, fold, unfold
from broadsheet.warehouse.ingest import ingest
from broadsheet.warehouse.remote import publish_remotely
from broadsheet.warehouse.store import WarehouseError

Answer = Callable[..., Capture]
Board = Callable[..., list[dict[str, Any]]]
NOW = datetime(2026, 11, 20, tzinfo=UTC)
URL = "s3://papers/published"
EXTENSION = next(Path(duckdb_extension_httpfs.__file__).parent.rglob("httpfs.duckdb_extension*"))


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The bucket as s3fs sees it."""
    with objectstore.running(monkeypatch):
        import s3fs

        filesystem = s3fs.S3FileSystem()
        filesystem.mkdir("papers")
        yield filesystem


@pytest.fixture
def polled(settings: Settings, api_answer: Answer, board: Board, bucket: Any) -> Settings:
    """A warehouse with captures of three months, published on the bucket, too."""
    remote = msgspec.structs.replace(settings, published_url=URL)
    answers = [api_answer(board(f"2611.{n:05d}", votes=n), -240 * n) for n in range(8)]
    Archive(remote.archive_location).append(answers)
    ingest(remote)
    return remote


@pytest.fixture
def remote(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], duckdb.DuckDBPyConnection]]:
    """Opens what is on the bucket, as another host would, with nothing but DuckDB."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def attach() -> duckdb.DuckDBPyConnection:
        con = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        opened.append(con)
        con.execute(f"LOAD '{EXTENSION}'")
        con.execute(
            "CREATE SECRET (TYPE s3, KEY_ID 'somebody', SECRET 'something', REGION 'us-east-1', URL_STYLE 'path',"
            f" USE_SSL false, ENDPOINT '{os.environ['AWS_ENDPOINT_URL'].removeprefix('http://')}')"
        )
        [(newest,)] = con.execute(f"SELECT max(file) FROM glob('{URL}/papers-*.duckdb')").fetchall()
        con.execute(f"ATTACH '{newest}' AS hub (READ_ONLY)")
        con.execute("USE hub")
        return con

    yield attach
    for con in opened:
        con.close()


QUESTIONS = (
    "FROM observations ORDER BY ALL",
    "FROM trending_now",
    "FROM list_as_of('trending', '', TIMESTAMP '2026-10-15 00:00')",
    "FROM longest_runs ORDER BY ALL",
    "FROM changes ORDER BY seq",
)


def answers(con: duckdb.DuckDBPyConnection) -> list[list[tuple[Any, ...]]]:
    return [con.execute(question).fetchall() for question in QUESTIONS]


def here(settings: Settings) -> list[list[tuple[Any, ...]]]:
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        return answers(con)


def test_another_host_reads_what_this_one_reads(polled: Settings, remote: Any, bucket: Any) -> None:
    assert answers(remote()) == here(polled)
    fold(polled, NOW)
    assert bucket.ls("papers/published/segments")
    assert answers(remote()) == here(polled)


def test_segments_go_there_once(
    polled: Settings, bucket: Any, api_answer: Answer, board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold(polled, NOW)
    put: list[str] = []
    plain = bucket.put_file
    monkeypatch.setattr(bucket, "put_file", lambda here, there: (put.append(there), plain(here, there)))
    Archive(polled.archive_location).append([api_answer(board("2611.00099"), 24)])
    ingest(polled)
    assert len(put) == 1
    assert put[0].startswith("papers/published/papers-2")


def test_segments_nobody_reads_any_more_go_from_there_too(polled: Settings, remote: Any, bucket: Any) -> None:
    fold(polled, NOW)
    unfold(polled, "2026-10")
    fold(polled, NOW + timedelta(hours=1))
    fold(polled, NOW + timedelta(hours=2) + GRACE)
    bucket.invalidate_cache()
    there = {path.rpartition("/")[2] for path in bucket.ls("papers/published/segments")}
    assert there == {file.name for file in polled.segments_path.iterdir()}
    assert answers(remote()) == here(polled)


def test_who_reads_during_a_publication_reads_on_in_the_old_one(
    polled: Settings, remote: Any, api_answer: Answer, board: Board
) -> None:
    fold(polled, NOW)
    con, before = remote(), here(polled)
    Archive(polled.archive_location).append([api_answer(board("2611.00099"), 24)])
    ingest(polled)
    assert answers(con) == before
    assert answers(remote()) == here(polled) != before


def test_old_publications_go_after_an_hour(polled: Settings, bucket: Any) -> None:
    def there() -> list[str]:
        bucket.invalidate_cache()
        return sorted(path.rpartition("/")[2] for path in bucket.glob("papers/published/papers-*"))

    (first,) = there()
    now = polled.published_path.stat().st_mtime
    for minutes in (59, 61):
        os.utime(polled.published_path, (now + 60 * minutes, now + 60 * minutes))
        publish_remotely(polled)
        assert (first in there()) is (minutes < 60)
    assert len(there()) == 2


def test_a_bucket_that_cannot_be_reached_is_named_and_made_up_for(
    polled: Settings,
    remote: Any,
    bucket: Any,
    api_answer: Answer,
    board: Board,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Archive(polled.archive_location).append([api_answer(board("2611.00099"), 24)])
    with monkeypatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError("Access Denied")

        patch.setattr(bucket, "put_file", refuse)
        with pytest.raises(WarehouseError, match="s3://papers/published cannot be written: Access Denied"):
            ingest(polled)
    assert len(here(polled)[0]) == 9 * 50
    assert ingest(polled).published
    assert answers(remote()) == here(polled)
    assert not ingest(polled).published


def test_a_server_that_is_away_is_named(polled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(s3fs.S3FileSystem, "retries", 1)
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(WarehouseError, match=rf"{URL} cannot be written: .*Could not connect"):
        publish_remotely(polled)


def test_an_address_that_cannot_be_used_is_named(
    settings: Settings, api_answer: Answer, board: Board
) -> None:
    wrong = msgspec.structs.replace(settings, published_url="nowhere://user:password@host/x")
    Archive(wrong.archive_location).append([api_answer(board())])
    with pytest.raises(UsageError, match=r"published_url 'nowhere://\(secret\)@host/x' cannot be used"):
        ingest(wrong)
