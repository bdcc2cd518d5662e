"""What goes wrong on a person's machine: a clear message, a non-zero exit, nothing lost."""

import fcntl
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

COMMANDS = [["poll", "trending"], ["import"], ["replay", "--apply"]]


def arguments(command, three_days_home: Path) -> list[str]:
    return [*command, str(three_days_home / "archive")] if command == ["import"] else command


@pytest.mark.parametrize("command", COMMANDS)
def test_a_locked_warehouse_is_try_again(command, three_days, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_LOCK_TIMEOUT_SECONDS", "0.1")
    before = (home / "warehouse.duckdb").read_bytes()
    with (home / "warehouse.duckdb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = three_days(*arguments(command, home))
    assert result.code == 75
    assert "is being written by" in result.err
    assert (home / "warehouse.duckdb").read_bytes() == before


def test_what_was_fetched_while_locked_is_loaded_later(three_days, home, monkeypatch, at):
    at("2026-11-06T09:00Z")
    monkeypatch.setenv("BROADSHEET_LOCK_TIMEOUT_SECONDS", "0.1")
    with (home / "warehouse.duckdb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert three_days("poll", "trending").code == 75
    assert three_days("import", home / "archive").code == 0
    assert "2026-11-06 09:00" in three_days("status").out


@pytest.mark.parametrize(
    "command", [*COMMANDS, ["list", "trending"], ["sql", "FROM papers"], ["status"], ["replay"]]
)
def test_a_file_from_the_future_is_refused_and_left_alone(command, three_days, home):
    for path in (home / "warehouse.duckdb", home / "published" / "papers.duckdb"):
        with duckdb.connect(str(path)) as connection:
            connection.execute("UPDATE warehouse_info SET schema_version = 999")
    before = (home / "warehouse.duckdb").read_bytes()
    result = three_days(*arguments(command, home))
    if command[0] in {"poll", "import"}:
        assert result.code == 1
        assert "999" in result.err
    assert "Traceback" not in result.err
    assert (home / "warehouse.duckdb").read_bytes() == before or command[0] == "replay"


def test_a_damaged_archive_names_the_file_and_the_place(three_days, home):
    victim = sorted((home / "archive").rglob("*.warc.gz"))[0]
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 0xFF
    victim.write_bytes(bytes(data))
    for command in (["replay"], ["replay", "--apply"]):
        result = three_days(*command)
        assert result.code == 1
        assert victim.name in result.err
        assert "at byte" in result.err
    assert three_days("list", "trending").code == 0


def test_a_home_that_cannot_be_written_is_a_clear_error(broadsheet, at, home):
    at("2026-11-03T09:00Z")
    home.write_text("a file, not a folder")
    result = broadsheet("poll", "trending")
    assert result.code in {1, 2}
    assert result.err.count("\n") == 1
    assert home.read_text() == "a file, not a folder"


@pytest.fixture
def small_disk(home: Path):
    """A home on a file system of 3 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(home)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a small file system be mounted")
    yield home
    subprocess.run(["umount", "--lazy", str(home)], check=True)


def test_a_full_disk_is_a_clear_error_and_loses_nothing(small_disk, broadsheet, at):
    codes = []
    for day in range(3, 20):
        at(f"2026-11-{day:02d}T09:00Z")
        result = broadsheet("poll", "trending", "daily")
        codes.append(result.code)
        assert "Traceback" not in result.err
        if result.code:
            break
    assert codes[-1] == 1
    assert "No space left" in result.err or "space" in result.err
    for leftover in small_disk.rglob(".papers.duckdb.*"):
        pytest.fail(f"{leftover} was left behind")
    subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
    at("2026-11-21T09:00Z")
    assert broadsheet("poll", "trending").code == 0
    assert broadsheet("replay").out.endswith("none would differ\n")


def test_a_full_disk_leaves_no_half_export(small_disk, broadsheet, at, tmp_path, monkeypatch):
    small_disk.joinpath("filler").write_bytes(b"x" * 2_900_000)
    source = tmp_path / "elsewhere" / "published"
    source.mkdir(parents=True)
    with duckdb.connect(str(source / "papers.duckdb")) as connection:
        connection.execute("CREATE TABLE papers AS SELECT range AS n, uuid() AS u FROM range(100000)")
    monkeypatch.setenv("BROADSHEET_HOME", str(tmp_path / "elsewhere"))
    result = broadsheet("sql", "FROM papers", "--format", "csv", "-o", small_disk / "out.csv")
    assert result.code == 1
    assert "No space left" in result.err
    assert sorted(path.name for path in small_disk.iterdir()) == ["filler"]
