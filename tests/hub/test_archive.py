"""The archive gives back what it was given, whatever happened to its writers."""

import gzip
import io
import multiprocessing
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from broadsheet.errors import UsageError
from broadsheet.hub.archive import Archive, ArchiveError, Location
from broadsheet.model import parse_list_id


def captures_in(archive, after=None):
    return [stored.capture for stored in archive.read(after)]


def only_file(folder: Path) -> Path:
    (file,) = folder.rglob("*.warc.gz")
    return file


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_what_is_appended_is_read_back(data, captures_of_any_kind, tmp_path):
    captures = data.draw(st.lists(captures_of_any_kind, max_size=4))
    folder = tmp_path / "archive"
    archive = Archive(str(folder))
    locations = archive.append(captures)
    assert captures_in(archive) == captures
    assert [archive.get(location) for location in locations] == captures
    shutil.rmtree(folder, ignore_errors=True)


def test_an_object_store_takes_one_object_an_append(make_capture):
    archive = Archive("memory://objects/archive")
    first = archive.append([make_capture(1), make_capture(2)])
    second = archive.append([make_capture(3)])
    assert first[0].file == first[1].file != second[0].file
    assert sorted(captures_in(archive), key=lambda c: c.captured_at) == [make_capture(n) for n in (1, 2, 3)]
    assert archive.get(first[1]) == make_capture(2)
    assert captures_in(Archive("memory://objects/archive"), {first[0].file: 10**9}) == [make_capture(3)]


def test_an_unknown_kind_of_address_is_a_clear_error():
    with pytest.raises(UsageError, match="nowhere://"):
        Archive("nowhere://bucket/archive")


def test_no_message_tells_the_key_to_an_address():
    with pytest.raises(UsageError, match="cannot be used") as caught:
        Archive("nowhere://key:hunter2@store.example/archive")
    assert "hunter2" not in str(caught.value)
    assert Archive("memory://key:hunter2@objects/none").url == "memory://(secret)@objects/none"


def test_an_archive_that_was_never_written_is_empty(tmp_path):
    assert captures_in(Archive(str(tmp_path / "none"))) == []


def test_nothing_to_append_makes_no_file(tmp_path):
    assert Archive(str(tmp_path)).append([]) == []
    assert list(tmp_path.iterdir()) == []


def test_files_lie_in_a_folder_for_the_day_of_writing(tmp_path, make_capture):
    moments = iter([datetime(2026, 11, 20, 23, 59, tzinfo=UTC), datetime(2026, 11, 21, 0, 0, 1, tzinfo=UTC)])
    archive = Archive(str(tmp_path), now=lambda: next(moments))
    before, after = archive.append([make_capture(1)]) + archive.append([make_capture(2)])
    assert before.file.startswith("2026/11/20/20261120T235900-")
    assert after.file.startswith("2026/11/21/20261121T000001-")


def test_one_writer_grows_one_file(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    first, second = archive.append([make_capture(1)]) + archive.append([make_capture(2)])
    assert first.file == second.file
    assert second.offset > first.offset


def test_reading_goes_on_where_it_stopped(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    archive.append([make_capture(n) for n in range(3)])
    stored = list(archive.read())
    for done, rest in enumerate(range(2, -1, -1)):
        progress = {stored[done].location.file: stored[done].end}
        assert len(captures_in(archive, progress)) == rest
    archive.append([make_capture(3)])
    assert captures_in(archive, {stored[-1].location.file: stored[-1].end}) == [make_capture(3)]


def test_files_are_read_in_the_order_of_their_names(tmp_path, make_capture):
    late = Archive(str(tmp_path), now=lambda: datetime(2026, 11, 21, tzinfo=UTC))
    early = Archive(str(tmp_path), now=lambda: datetime(2026, 11, 19, tzinfo=UTC))
    late.append([make_capture(2)])
    early.append([make_capture(1)])
    files = [stored.location.file for stored in early.read()]
    assert files == sorted(files)
    assert captures_in(early) == [make_capture(1), make_capture(2)]


def _append_many(folder, number, make):
    archive = Archive(folder)
    for step in range(20):
        archive.append([make(1000 * number + step)])


def test_writers_in_many_processes_do_not_share_a_file(tmp_path, make_capture):
    shared = Archive(str(tmp_path))
    shared.append([make_capture(9)])
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_append_many, args=(str(tmp_path), n, make_capture)) for n in (1, 2, 3)]
    writers.append(fork.Process(target=shared.append, args=([make_capture(7)],)))
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert len(list(tmp_path.rglob("*.warc.gz"))) == 5
    wanted = {make_capture(1000 * n + step) for n in (1, 2, 3) for step in range(20)}
    assert set(captures_in(shared)) == wanted | {make_capture(9), make_capture(7)}


def test_a_writer_killed_at_any_byte_leaves_what_stood_before(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    archive.append([make_capture(1), make_capture(2)])
    (last,) = archive.append([make_capture(3)])
    file = only_file(tmp_path)
    whole = file.read_bytes()
    for size in range(last.offset + 1, len(whole)):
        file.write_bytes(whole[:size])
        assert captures_in(archive) == [make_capture(1), make_capture(2)]
        assert archive.torn == (last,)
    with pytest.raises(ArchiveError, match="no capture"):
        archive.get(last)
    file.write_bytes(whole[: last.offset])
    assert captures_in(archive) == [make_capture(1), make_capture(2)]
    assert archive.torn == ()


def test_the_zeros_that_a_power_cut_leaves_are_a_torn_tail(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    archive.append([make_capture(1)])
    file = only_file(tmp_path)
    end = file.stat().st_size
    file.write_bytes(file.read_bytes() + bytes(1 << 19))
    assert captures_in(archive) == [make_capture(1)]
    assert archive.torn == (Location(file.relative_to(tmp_path).as_posix(), end),)


def test_damage_in_the_middle_is_an_error_that_names_the_place(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    _, second, _ = archive.append([make_capture(n, body=os.urandom(300)) for n in range(3)])
    file = only_file(tmp_path)
    content = bytearray(file.read_bytes())
    content[second.offset + 200] ^= 0xFF
    file.write_bytes(content)
    reading = archive.read()
    assert next(reading).capture.captured_at.microsecond == 0
    with pytest.raises(ArchiveError) as caught:
        next(reading)
    assert file.name in str(caught.value)
    assert f"byte {second.offset}" in str(caught.value)
    with pytest.raises(ArchiveError, match="damaged"):
        archive.get(second)


def test_a_member_that_is_no_record_is_an_error_that_names_the_place(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    archive.append([make_capture(1)])
    file = only_file(tmp_path)
    end = file.stat().st_size
    file.write_bytes(file.read_bytes() + gzip.compress(b"not a record"))
    with pytest.raises(ArchiveError, match=rf"byte {end} .*WARC"):
        captures_in(archive)


def test_a_place_outside_the_archive_is_an_error(tmp_path):
    with pytest.raises(ArchiveError, match="none"):
        Archive(str(tmp_path)).get(Location("none.warc.gz", 0))


def test_a_full_disk_is_a_clear_error_and_nothing_follows_the_torn_record(tmp_path, make_capture):
    resource = pytest.importorskip("resource")
    archive = Archive(str(tmp_path))
    archive.append([make_capture(1)])
    limit = only_file(tmp_path).stat().st_size + 100
    child = os.fork()
    if child == 0:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            archive.append([make_capture(2, body=os.urandom(5000))])
        except ArchiveError:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            archive.append([make_capture(3)])
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    # Two processes that write within one second have their files in the order of their process numbers.
    found = sorted(captures_in(archive), key=lambda capture: capture.captured_at)
    assert found == [make_capture(1), make_capture(3)]
    assert len(archive.torn) == 1


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path, make_capture):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(str(tmp_path / "file")).append([make_capture(1)])


def test_other_tools_read_the_records(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    packed = gzip.compress(b"page")
    archive.append(
        [
            make_capture(
                1,
                body=b"page",
                headers=(("Content-Encoding", "gzip"), ("Content-Length", str(len(packed)))),
                asked=parse_list_id("trending"),
                final_url="https://hub.example/elsewhere",
            ),
            make_capture(2, status=304, body=b"", headers=(("ETag", '"a"'),)),
            make_capture(3, status=None, body=b"", headers=(), error="timed out"),
        ]
    )
    records = []
    for record in ArchiveIterator(io.BytesIO(only_file(tmp_path).read_bytes()), check_digests="raise"):
        headers = record.http_headers.headers if record.http_headers else []
        records.append((record.rec_type, dict(headers), record.content_stream().read()))
    info, page, unchanged, failed = records
    assert info[0] == "warcinfo"
    assert b"software: broadsheet/" in info[2]
    assert page == (
        "response",
        {"X-Archive-Orig-Content-Encoding": "gzip", "X-Archive-Orig-Content-Length": str(len(packed))},
        b"page",
    )
    assert unchanged == ("revisit", {"ETag": '"a"'}, b"")
    assert failed == ("metadata", {}, b"timed out")
