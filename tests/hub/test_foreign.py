"""Captures that others took, in every form they come in."""

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from shutil import which

import pytest

from broadsheet.hub.archive import Archive
from broadsheet.hub.foreign import ForeignFileError, read_captures
from broadsheet.model import parse_list_id

HUB = "https://huggingface.co"
TRENDING = parse_list_id("trending")
AT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
PAGE = '<!doctype html><html><head><meta property="og:url" content="{url}"/></head><body>x</body></html>'


def line(**parts):
    usual = {"captured_at": "2026-11-20T08:30:00+01:00", "url": f"{HUB}/papers/trending", "body": "<html>"}
    return json.dumps({key: value for key, value in (usual | parts).items() if value is not None})


def read(path, *arguments):
    return list(read_captures(path, *arguments))


def write(folder, name, content, *, packed=False):
    data = content.encode() if isinstance(content, str) else content
    file = folder / (name + (".gz" if packed else ""))
    file.write_bytes(gzip.compress(data) if packed else data)
    return file


@pytest.mark.parametrize("packed", [False, True])
def test_lines_with_a_body(tmp_path, packed):
    lines = [line(status=503, content_type="text/html"), "", line(body="ü", url=f"{HUB}/api/daily_papers")]
    first, second = read(write(tmp_path, "tape.jsonl", "\n".join(lines), packed=packed))
    assert first.captured_at == AT
    assert first.captured_at.tzinfo is UTC
    assert (first.url, first.status, first.body) == (f"{HUB}/papers/trending", 503, b"<html>")
    assert first.headers == (("Content-Type", "text/html"),)
    assert first.asked == TRENDING
    assert (second.status, second.headers, second.asked) == (200, (), None)
    assert second.body == "ü".encode()


def test_lines_with_a_response(tmp_path):
    url = f"{HUB}/api/daily_papers?date=2026-11-19"
    response = [{"paper": {"id": "2611.00001", "title": "Ünder <way>"}, "score": 1.5}]
    text = line(body=None, url=url, page_date="2026-11-19", note="odd", response=response)
    (capture,) = read(write(tmp_path, "archive.jsonl", text))
    assert json.loads(capture.body) == response
    assert capture.header("content-type").startswith("application/json")
    assert capture.asked == parse_list_id("daily:2026-11-19")


def test_a_time_without_a_zone_is_utc(tmp_path):
    (capture,) = read(write(tmp_path, "tape.jsonl", line(captured_at="2026-11-20T07:30:00")))
    assert capture.captured_at == AT


def test_the_list_that_the_user_names_goes_first(tmp_path):
    (capture,) = read(write(tmp_path, "tape.jsonl", line()), parse_list_id("daily:2026-11-20"))
    assert capture.asked == parse_list_id("daily:2026-11-20")


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (line()[:-9], "line 3"),
        (line(url=None), "line 3: .*`url`"),
        (line(captured_at="yesterday"), "line 3: .*captured_at"),
        (line(body=None), "line 3: .*neither a body nor a response"),
        (line(url="trending"), "line 3: 'trending' is no http address"),
        (line(url=f"{HUB}/papers?q=a b"), "line 3: .*no http address"),
        ("[]", "line 3"),
    ],
)
def test_a_broken_line_is_named(tmp_path, broken, why):
    file = write(tmp_path, "tape.jsonl", f"{line()}\n\n{broken}\n{line()}\n")
    captures = read_captures(file)
    assert next(captures).captured_at == AT
    with pytest.raises(ForeignFileError, match=rf"tape\.jsonl: {why}"):
        next(captures)


def test_half_of_a_first_line_is_named(tmp_path):
    with pytest.raises(ForeignFileError, match="line 1"):
        read(write(tmp_path, "tape.jsonl", line()[:-9]))


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_tells_its_own_address(tmp_path, packed):
    body = PAGE.format(url=f"{HUB}/papers/trending")
    (capture,) = read(write(tmp_path, "page.html", body, packed=packed), None, AT)
    assert (capture.url, capture.asked, capture.status) == (f"{HUB}/papers/trending", TRENDING, 200)
    assert capture.captured_at == AT
    assert capture.body == body.encode()


def test_a_canonical_link_is_an_address_too(tmp_path):
    body = f"\ufeff <html><head><link href='{HUB}/papers/2509.24002' rel=canonical></head>"
    (capture,) = read(write(tmp_path, "saved", body))
    assert capture.asked == parse_list_id("paper:2509.24002")


def test_an_address_in_the_body_is_not_the_pages(tmp_path):
    body = f'<html><body><link rel="canonical" href="{HUB}/papers/trending"></body></html>'
    (capture,) = read(write(tmp_path, "a page.html", body))
    assert (capture.url, capture.asked) == ("file:///a%20page.html", None)


def test_a_page_without_an_address_takes_the_list_that_the_user_names(tmp_path):
    (capture,) = read(write(tmp_path, "page.html", "<html></html>"), TRENDING)
    assert (capture.url, capture.asked) == (f"{HUB}/papers/trending", TRENDING)


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("page_2026-11-20.html", datetime(2026, 11, 20, tzinfo=UTC)),
        ("date_2026-11-19_captured_2026-11-20.html", datetime(2026, 11, 20, tzinfo=UTC)),
        ("captured-2026-11-20_of_2026-11-21.html", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-99-99.html", datetime(2026, 11, 1, 6, tzinfo=UTC)),
        ("page.html", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ],
)
def test_when_a_page_was_taken(tmp_path, name, when):
    file = write(tmp_path, name, "<html></html>")
    changed = datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp()
    os.utime(file, (changed, changed))
    assert read(file)[0].captured_at == when


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("daily_papers_2026-05-08_captured_2026-05-11.json", "daily:2026-05-08"),
        ("week 2026-W47.json", "weekly:2026-W47"),
        ("month_2026-11.json", "monthly:2026-11"),
        ("trending.json", "trending"),
    ],
)
def test_the_name_of_an_api_answer_tells_its_list(tmp_path, name, written):
    (capture,) = read(write(tmp_path, name, "[]"))
    assert capture.asked == parse_list_id(written)
    assert capture.url.startswith(f"{HUB}/api/daily_papers?")
    assert "limit" not in capture.url


def test_a_single_paper_names_itself(tmp_path):
    (capture,) = read(write(tmp_path, "x.json", '{"id": "2509.24002", "title": "T"}'))
    assert capture.url == f"{HUB}/api/papers/2509.24002"


def test_an_answer_without_a_list_asks_for_it(tmp_path):
    file = write(tmp_path, "answer.json", "[]")
    with pytest.raises(ForeignFileError, match="--list"):
        read(file)
    assert read(file, TRENDING)[0].asked == TRENDING


def test_a_text_may_begin_with_its_address_and_time(tmp_path):
    head = f"- URL: {HUB}/papers?q=a+b\n- Captured (UTC): 2026-06-29T16:31:22.135762458+00:00\n"
    text = f"# Web source\n\n{head}\nnew\n"
    (capture,) = read(write(tmp_path, "source.md", text))
    assert capture.asked == parse_list_id("search:a b")
    assert capture.captured_at == datetime(2026, 6, 29, 16, 31, 22, 135762, tzinfo=UTC)
    assert capture.body == text.encode()


def test_a_text_that_looks_like_json_is_a_text(tmp_path):
    (capture,) = read(write(tmp_path, "page.txt", "[-] 1\n### Title\n"), TRENDING)
    assert capture.header("Content-Type").startswith("text/plain")


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    for name in ("b/2.html", "a/9.jsonl", "b/1.txt", "note.png", "c.html.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
    write(tmp_path / "b", "2.html", "<p>")
    write(tmp_path / "a", "9.jsonl", line())
    write(tmp_path / "b", "1.txt", "words")
    write(tmp_path, "note.png", b"\x89PNG\0")
    write(tmp_path, "c.html", "<i>", packed=True)
    assert [capture.body for capture in read(tmp_path)] == [b"<html>", b"words", b"<p>", b"<i>"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.html", b"", "empty"),
        ("picture.html", b"\x89PNG\0\0", "neither HTML, JSON, text nor WARC"),
        ("half.json", b'[{"paper": ', "line 1: .*neither one JSON document"),
        ("ranks.jsonl", b'{"fetched_at": 1}\n{"fetched_at": 2}\n', "captured_at"),
        ("half.jsonl.gz", gzip.compress(line().encode() * 500, mtime=0)[:-20], "end-of-stream"),
        ("broken.jsonl.gz", gzip.compress(bytes(range(90)), 0, mtime=0)[:60] + b"xx" * 40, "cannot be read"),
        ("half.warc", b"WARC/1.1\r\nWARC-Type: response\r\n", "record 1"),
        (
            "short.warc",
            b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\nHTTP",
            "record 1: .*cut",
        ),
        ("no.warc", b"WARC/9.9\r\n\r\n", "after record 0"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content, why):
    with pytest.raises(ForeignFileError, match=rf"{name}.*{why}"):
        read(write(tmp_path, name, content))


def test_a_missing_file_and_an_empty_folder_are_named(tmp_path):
    with pytest.raises(ForeignFileError, match=r"missing\.html cannot be read: No such file"):
        read(tmp_path / "missing.html")
    with pytest.raises(ForeignFileError, match="no file in this folder"):
        read(tmp_path)


def test_an_archive_of_this_program_comes_back_as_it_was(tmp_path, make_capture):
    archive = Archive(str(tmp_path))
    captures = [
        make_capture(1, asked=TRENDING, final_url=f"{HUB}/papers", headers=(("Content-Encoding", "gzip"),)),
        make_capture(2, url=f"{HUB}/robots.txt"),
        make_capture(3, status=304, body=b"", headers=(("ETag", '"é"'),)),
        make_capture(4, status=None, body=b"", headers=(), error="timed out", part_of=7),
    ]
    archive.append(captures)
    assert read(tmp_path) == captures


def test_a_torn_archive_file_is_named(tmp_path, make_capture):
    Archive(str(tmp_path)).append([make_capture(1), make_capture(2)])
    (file,) = tmp_path.rglob("*.warc.gz")
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(ForeignFileError, match="end-of-stream"):
        read(file)


def _record_with_warcio(hub, file):
    """warcio's own recorder must be loaded before whatever it records with, so it gets a process of its own."""
    script = (
        "import sys\nfrom warcio.capture_http import capture_http\nimport requests\n"
        "with capture_http(sys.argv[1], warc_version='1.1'):\n"
        "    for url in sys.argv[2:]:\n"
        "        requests.get(url)\n"
    )
    paths = (
        "/papers/trending",
        "/papers/date/2026-11-15",
        "/robots.txt",
        "/api/daily_papers?date=2026-11-17",
    )
    urls = [hub.url + path for path in paths]
    subprocess.run([sys.executable, "-c", script, str(file), *urls], check=True, timeout=60)


def test_what_warcios_recorder_wrote(tmp_path, hub, clock, make_client):
    file = tmp_path / "recorded.warc.gz"
    _record_with_warcio(hub, file)
    trending, redirect, friday, answer = read(file)
    _, fetched = make_client().fetch(TRENDING)
    assert (trending.url, trending.status, trending.body) == (fetched.url, 200, fetched.body)
    assert trending.asked == TRENDING
    assert trending.header("Content-Encoding") == "gzip"
    assert (redirect.status, friday.status) == (302, 200)
    assert friday.asked == parse_list_id("daily:2026-11-13")
    assert json.loads(answer.body)
    assert trending.captured_at.tzinfo is UTC


@pytest.mark.skipif(which("wget") is None, reason="wget is not installed")
@pytest.mark.parametrize("packed", [False, True])
def test_what_wget_wrote(tmp_path, hub, packed, make_client):
    command = ["wget", "-q", "--no-config", "-O", "/dev/null", f"--warc-file={tmp_path / 'taken'}"]
    unpacked = [] if packed else ["--no-warc-compression"]
    urls = [f"{hub.url}/papers/trending", f"{hub.url}/robots.txt", f"{hub.url}/papers/date/2026-11-15"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    subprocess.run([*command, *unpacked, *urls], check=True, timeout=60, cwd=tmp_path, env=environment)
    captures = read(tmp_path / ("taken.warc.gz" if packed else "taken.warc"))
    _, fetched = make_client().fetch(TRENDING)
    assert [(c.url, c.status) for c in captures] == [
        (f"{hub.url}/papers/trending", 200),
        (f"{hub.url}/papers/date/2026-11-15", 302),
        (f"{hub.url}/papers/date/2026-11-13", 200),
    ]
    assert captures[0].body == fetched.body


@pytest.mark.captures
def test_every_real_capture_can_be_read(captures_dir):
    for folder, count in (("html", 4), ("text", 8), ("api", 530)):
        captures = read(captures_dir / folder)
        assert len(captures) == count
        assert all(capture.body and capture.status == 200 for capture in captures)


@pytest.mark.captures
def test_real_captures_tell_what_they_are(captures_dir):
    def one(name):
        (capture,) = read(captures_dir / name)
        return str(capture.asked), capture.captured_at.date().isoformat()

    search = "text/search_page__"
    assert one("html/trending_page_excerpt_two_cards_2026-10-07.html") == ("trending", "2026-10-07")
    assert one("html/paper_page_2509.24002_prettified_2025-10-02.html") == ("paper:2509.24002", "2025-10-02")
    assert one("api/daily_papers_2026-05-08_captured_2026-05-11.json") == ("daily:2026-05-08", "2026-05-11")
    assert one("text/trending_page__2026-10-07__structured_text__EXCERPT.md") == ("trending", "2026-10-07")
    assert one(f"{search}2026-06-29__reflink_text__EXCERPT.txt") == (
        "search:Long-context ASR",
        "2026-06-29",
    )
    assert one(f"{search}2026-03-25__notebook_export__EXCERPT.txt") == (
        "search:Intercode Bash",
        "2026-03-25",
    )


@pytest.mark.captures
@pytest.mark.parametrize(
    ("what", "since", "until"),
    [
        ("daily", "2026-05-01", "2026-05-12"),
        ("trending", "2026-05-14", "2026-05-15"),
        ("home", "2025-02-04", "2025-02-10"),
    ],
)
def test_real_tapes_can_be_read(captures_dir, tmp_path, what, since, until):
    tool = captures_dir.parent / "tools" / "hub_tape.py"
    command = [sys.executable, str(tool), str(captures_dir), what, "--from", since, "--to", until]
    tape = tmp_path / "tape.jsonl"
    with tape.open("wb") as out:
        subprocess.run(command, check=True, timeout=120, stdout=out)
    captures = read(tape)
    assert len(captures) == len(tape.read_text(encoding="utf-8").splitlines()) >= 3
    assert all(capture.asked is not None for capture in captures)


@pytest.mark.captures
def test_a_sequence_of_ranks_is_no_tape(captures_dir: Path):
    with pytest.raises(ForeignFileError, match="captured_at"):
        read(captures_dir / "sequences" / "trending_ranks.jsonl.gz")
