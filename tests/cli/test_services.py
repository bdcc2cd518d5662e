"""What services and senders write down for whoever collects logs: an object a line, nobody's address, no token."""

import json
import logging
import shutil

import httpx
import pytest

ADDRESS = "ada@example.org"


@pytest.fixture
def as_json(monkeypatch):
    """The setting; and this process's loggers, put back afterwards as they were."""
    root, sender = logging.getLogger(), logging.getLogger("broadsheet.mail")
    handlers, level = root.handlers[:], root.level
    monkeypatch.setenv("BROADSHEET_LOG_FORMAT", "json")
    yield
    root.handlers[:], root.level = handlers, level
    sender.setLevel(logging.NOTSET)


def lines(text: str) -> list[dict]:
    """Every line, read."""
    return [json.loads(line) for line in text.splitlines()]


def stop(process) -> list[dict]:
    process.terminate()
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert out == ""
    return lines(errors)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_site_tells_where_it_is_and_what_it_was_asked(spawn, polled_home, home, as_json, workers):
    shutil.copytree(polled_home, home)
    process = spawn("serve", "--port", "0", "--log-requests", "--workers", workers)
    begun = json.loads(process.stderr.readline())
    assert begun["message"] == "serving"
    for path in ("/lists/trending", f"/confirm/s3cret?who={ADDRESS}"):
        httpx.get(f"{begun['site']}{path}", timeout=60)
    told = stop(process)
    asked = [line for line in told if line["logger"] == "broadsheet.web.requests"]
    assert [(line["method"], line["path"], line["status"]) for line in asked] == [
        ("GET", "/lists/trending", 200),
        ("GET", "/confirm/***", 404),
    ]
    assert all(line["milliseconds"] > 0 for line in asked)
    assert told[-1]["message"] == "Stopped."
    for secret in ("s3cret", ADDRESS, "127.0.0.1"):
        assert secret not in json.dumps(told)


def test_a_sender_tells_which_part_of_which_run_it_sent(three_days, as_json):
    three_days("subscribers", "add", ADDRESS, "--hour", "10")
    sent = three_days("send", "--json")
    assert json.loads(sent.out)["done"] == {"accepted": 1}
    (line,) = lines(sent.err)
    assert (line["level"], line["logger"]) == ("info", "broadsheet.mail.sending")
    assert (line["run"], line["shard"], line["done"]) == ("2026-11-05T10:00Z", 0, {"accepted": 1})
    assert "ada" not in sent.err


def test_a_sender_tells_a_person_nothing_but_its_report(three_days):
    three_days("subscribers", "add", ADDRESS, "--hour", "10")
    assert three_days("send").err == ""
