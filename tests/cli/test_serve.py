"""The web pages as a process of its own."""

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from broadsheet.web.serving import GRACE_SECONDS

FACTS = ("site", "public", "warehouse", "stop")


def block_of(process: subprocess.Popen[str]) -> dict[str, str]:
    """What a process that serves says at its beginning."""
    lines = [process.stdout.readline() for _ in FACTS]
    assert all(lines), process.stderr.read()
    return {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1].strip() for line in lines}


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    """Ask it to stop; it does, with success. Gives its standard error."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    return errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_what_is_published_until_asked_to_stop(spawn, polled_home, home, number):
    shutil.copytree(polled_home, home)
    process = spawn("serve", "--port", "0")
    block = block_of(process)
    answer = httpx.get(f"{block['site']}/static/site.css", timeout=60)
    assert answer.status_code == 200
    assert "server" not in answer.headers
    assert block["warehouse"] == str(home / "published" / "papers.duckdb")
    assert end(process, number) == "Stopped.\n"
    with pytest.raises(httpx.ConnectError):
        httpx.get(block["site"])


def test_several_processes_answer_at_one_address_and_end_together(spawn, polled_home, home):
    shutil.copytree(polled_home, home)
    process = spawn("serve", "--port", "0", "--workers", "2")
    block = block_of(process)
    with httpx.Client(timeout=60) as client:
        assert client.get(f"{block['site']}/static/site.css").status_code == 200
    children = children_of(process.pid)
    assert len(children) >= 2
    assert end(process) == "Stopped.\n"
    assert left_of(children) == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_who_listens_to_changes_hears_a_clean_end_and_keeps_nothing_waiting(
    spawn, polled_home, home, workers
):
    shutil.copytree(polled_home, home)
    process = spawn("serve", "--port", "0", "--workers", workers)
    site = block_of(process)["site"]
    with httpx.stream("GET", f"{site}/changes/stream", timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "retry: 3000"
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        # An answer that is cut off raises RemoteProtocolError here.
        assert [line for line in lines if line] == []
        assert time.monotonic() - began < GRACE_SECONDS
    process.communicate(timeout=30)
    assert process.returncode == 0


def children_of(parent: int) -> list[str]:
    return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()


def left_of(processes: list[str], seconds: float = 5) -> list[str]:
    """Which of these still run after at most that long: Python's own helper ends when its pipe closes."""
    deadline = time.monotonic() + seconds
    while left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return left


def test_before_anything_is_published_it_starts_and_says_so(spawn):
    process = spawn("serve", "--port", "0")
    block = block_of(process)
    assert "nothing is published yet" in block["warehouse"]
    answer = httpx.get(f"{block['site']}/", timeout=60)
    end(process)
    assert answer.status_code == 503
    assert "please try again" in answer.text


def test_requests_are_logged_if_asked_without_tokens_queries_or_who_asked(spawn):
    process = spawn("serve", "--port", "0", "--log-requests")
    site = block_of(process)["site"]
    paths = ("/search?q=ada%40example.org", "/confirm/s3cret.t0ken", "/unsubscribe/s3cret", "/lists/trending")
    for path in paths:
        httpx.get(f"{site}{path}", timeout=60)
    lines = end(process).splitlines()[:-1]
    asked = [line.split("  ", 1)[1].split()[:2] for line in lines if "  GET " in line]
    assert asked == [
        ["GET", "/search"],
        ["GET", "/confirm/***"],
        ["GET", "/unsubscribe/***"],
        ["GET", "/lists/trending"],
    ]
    for secret in ("s3cret", "ada", "127.0.0.1"):
        assert not any(secret in line for line in lines)


def test_a_port_that_is_taken_is_a_clear_error(broadsheet):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = broadsheet("serve", "--port", port)
    assert result.code == 1
    assert f"port {port}" in result.err
    assert "Address already in use" in result.err
