"""Settings that contradict, places, secrets, stores, locks and clocks."""

import math
import os
import shutil
import socket
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from broadsheet.checks import places, stores
from broadsheet.checks.clocks import check_clock, judge
from broadsheet.checks.contradictions import check_settings
from broadsheet.checks.examination import examine
from broadsheet.checks.finding import Finding, State
from broadsheet.checks.mailboxes import check_bounce_mailbox, check_evidence
from broadsheet.checks.names import Names, UnansweredError
from broadsheet.files import locked
from broadsheet.mail.database import open_database
from broadsheet.settings import FILE_NAME, Loaded, Settings
from broadsheet.warehouse.publish import publish
from broadsheet.warehouse.store import open_writer
from nameserver import NameServer

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
OK, WARN, FAIL = State.OK, State.WARN, State.FAIL


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    return lambda **more: Settings(home=str(tmp_path / "home"), **more)


def by_what(found: Any) -> dict[str, Finding]:
    return {finding.what: finding for finding in found}


def loaded(settings: Settings, **origins: str) -> Loaded:
    return Loaded(settings, dict.fromkeys(settings.__struct_fields__, "default") | origins)


def test_the_defaults_contradict_nothing(settings: Callable[..., Settings]) -> None:
    assert by_what(check_settings(settings()))["together"].state is OK


@pytest.mark.parametrize(
    ("values", "what", "state"),
    [
        ({"digest_to": "nobody"}, "digest_to", FAIL),
        ({"digest_from": "no address"}, "digest_from", FAIL),
        ({"bounce_address": "bounces@", "bounce_mailbox": "maildir:/x"}, "bounce_address", FAIL),
        ({"bounce_address": "bounces@example.org"}, "bounce_mailbox", WARN),
        ({"poll_seconds": math.inf}, "poll_seconds", FAIL),
        ({"rate_per_second": math.nan}, "rate_per_second", FAIL),
        ({"rate_per_second": 5.0, "rate_per_hour": 3}, "rate_per_hour", WARN),
        ({"hub_url": "https://hub.example:99999"}, "hub_url", FAIL),
        ({"hub_url": "https://hub.example:0"}, "hub_url", FAIL),
        ({"hub_url": "https://:80"}, "hub_url", FAIL),
        ({"public_url": "https://papers.example/?x=1"}, "public_url", FAIL),
        ({"public_url": "http://papers.example"}, "public_url", WARN),
        ({"public_url": "https://example.org/papers"}, "public_url", WARN),
        ({"web_host": "0.0.0.0"}, "web_host", WARN),
        ({"web_host": "0.0.0.0", "public_url": "http://localhost:8000"}, "web_host", WARN),
        ({"web_trusted_proxies": ("proxy.example",)}, "web_trusted_proxies", FAIL),
        ({"web_trusted_proxies": ("*",)}, "web_trusted_proxies", FAIL),
        ({"web_trusted_proxies": ("127.0.0.1", "0.0.0.0/0")}, "web_trusted_proxies", WARN),
        (
            {"web_requests_per_minute": 0, "public_url": "https://papers.example"},
            "web_requests_per_minute",
            WARN,
        ),
        ({"web_metrics": ("10.0.0.1", "::/0")}, "web_metrics", WARN),
        (
            {
                "web_metrics": ("127.0.0.1",),
                "web_trusted_proxies": (),
                "public_url": "https://papers.example",
            },
            "web_metrics",
            WARN,
        ),
        ({"web_metrics_token": "short"}, "web_metrics_token", WARN),
        ({"hub_url": "http://hub.example", "hub_token": "t"}, "hub_token", WARN),
        ({"shards": 2}, "shards", FAIL),
        ({"smtp_url": "ftp://x.example"}, "smtp", FAIL),
        ({"smtp_url": "smtp://127.0.0.1"}, "evidence", WARN),
        ({"evidence": "postfix:/var/log/mail.log", "in_doubt": "presume"}, "evidence", WARN),
        ({"recipients_allow": ("*@example.org",)}, "recipients_allow", WARN),
        ({"secret_key": "short"}, "secret_key", WARN),
        ({"channels": {"team": "nothing://hunter2"}}, "channels", FAIL),
    ],
)
def test_what_cannot_be_meant_is_told(
    settings: Callable[..., Settings], values: dict[str, Any], what: str, state: State
) -> None:
    found = by_what(check_settings(settings(**values)))
    assert (found[what].state, "together" in found) == (state, False)
    assert found[what].advice
    assert "hunter2" not in found[what].detail


@pytest.mark.parametrize(
    "values",
    [
        {"public_url": "http://localhost:8000", "hub_url": "http://127.0.0.1:80", "hub_token": "t"},
        {"public_url": "https://papers.example/", "web_host": "0.0.0.0"},
        {"web_trusted_proxies": ("10.0.0.0/8", "::1"), "web_requests_per_minute": 0},
        {"web_metrics": ("127.0.0.1",), "public_url": "https://papers.example"},
        {"web_metrics_token": "x" * 16, "web_trusted_proxies": (), "public_url": "https://papers.example"},
        {"shards": 2, "database_url": "postgresql://u@h/d"},
        {"smtp_url": "smtp://127.0.0.1", "in_doubt": "presume"},
        {"channels": {"team": "json://127.0.0.1:1"}, "secret_key": "x" * 32},
    ],
)
def test_what_can_be_meant_is_left_alone(settings: Callable[..., Settings], values: dict[str, Any]) -> None:
    assert list(by_what(check_settings(settings(**values)))) == ["together"]


class Usage(NamedTuple):
    free: int


@pytest.mark.parametrize(("free", "state"), [(1_000, FAIL), (100_000_000, WARN), (10**10, OK)])
def test_a_full_disk_is_told(
    settings: Callable[..., Settings], free: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(free))
    assert by_what(places.check_places(loaded(settings())))["space"].state is state


@pytest.mark.parametrize(("allowed", "state"), [(64, FAIL), (1024, OK)])
def test_too_few_open_files_are_told(
    settings: Callable[..., Settings], allowed: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places.resource, "getrlimit", lambda what: (allowed, allowed))
    assert by_what(places.check_places(loaded(settings())))["open files"].state is state


@pytest.mark.parametrize(("mode", "state"), [(0o600, OK), (0o640, WARN), (0o604, FAIL)])
def test_a_secret_that_others_can_read_is_told(
    settings: Callable[..., Settings], mode: int, state: State, tmp_path: Path
) -> None:
    file = tmp_path / FILE_NAME
    file.write_text("hub_token = 'x'")
    file.chmod(mode)
    found = by_what(places.check_places(loaded(settings(), hub_token=str(file))))["secrets"]
    assert found.state is state
    assert FILE_NAME in found.detail


def test_a_file_without_secrets_may_be_read_by_all(settings: Callable[..., Settings], tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text("contact = 'x'")
    file.chmod(0o644)
    assert "secrets" not in by_what(places.check_places(loaded(settings(), contact=str(file))))


def test_a_mail_database_at_head_has_its_readers_counted(
    settings: Callable[..., Settings], database_url: str
) -> None:
    chosen = settings(database_url=database_url)
    with open_database(chosen):
        pass
    found = by_what(stores.check_mail_database(chosen))
    assert found["mail database"].state is OK
    assert found["subscribers"].state is WARN
    assert ("database clock" in found) == bool(database_url)
    if database_url:
        assert found["database clock"].state is OK


def test_a_mail_database_of_another_revision_is_told_and_left_alone(
    settings: Callable[..., Settings],
) -> None:
    chosen = settings()
    chosen.home_path.mkdir()
    with sqlite3.connect(chosen.mail_path) as con:
        con.execute("CREATE TABLE deliveries (x)")
    assert by_what(stores.check_mail_database(chosen))["mail database"].state is WARN
    with sqlite3.connect(chosen.mail_path) as con:
        assert con.execute("SELECT name FROM sqlite_master").fetchall() == [("deliveries",)]


def test_a_mail_database_that_is_down_fails(settings: Callable[..., Settings]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"postgresql://me:hunter2@127.0.0.1:{probe.getsockname()[1]}/mail"
        found = by_what(stores.check_mail_database(settings(database_url=url)))
    assert found["mail database"].state is FAIL
    assert "database_url" in found["mail database"].advice
    assert "hunter2" not in str(found)


def test_a_mail_file_that_cannot_be_used_fails_and_blames_no_setting(
    settings: Callable[..., Settings],
) -> None:
    chosen = settings()
    chosen.home_path.mkdir()
    chosen.mail_path.write_bytes(b"no database" * 100)
    found = by_what(stores.check_mail_database(chosen))["mail database"]
    assert found.state is FAIL
    assert str(chosen.mail_path) in found.detail
    assert "disk is full" in found.advice
    assert "database_url" not in found.advice


def test_who_holds_a_lock_is_told_and_not_disturbed(settings: Callable[..., Settings]) -> None:
    chosen = settings()
    assert by_what(stores.check_locks(chosen, NOW))["locks"].detail == "nobody writes or sends now"
    path = chosen.home_path / "locks" / "run-0.lock"
    with locked(path):
        now = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        held = by_what(stores.check_locks(chosen, now))["locks"]
        stuck = by_what(stores.check_locks(chosen, now + timedelta(hours=2)))["locks"]
    assert f"process {os.getpid()}" in held.detail
    assert (held.state, stuck.state) == (OK, WARN)
    assert by_what(stores.check_locks(chosen, NOW))["locks"].detail == "nobody writes or sends now"


@pytest.mark.parametrize(("seconds", "state"), [(0, OK), (-29, OK), (45, WARN), (-301, FAIL), (4000, FAIL)])
def test_a_clock_that_is_off_is_told(seconds: int, state: State) -> None:
    found = judge("clock", timedelta(seconds=seconds), "the hub's")
    assert found.state is state
    assert ("behind" in found.detail) == (seconds < -30)


def answers(settings: Settings, *rows: tuple[int, str | None]) -> None:
    """Publish a warehouse whose captures came so many seconds after the hub's date, with that Age."""
    said = NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")
    with open_writer(settings) as con:
        for number, (late, age) in enumerate(rows):
            at = (NOW + timedelta(seconds=late)).replace(tzinfo=None)
            con.execute(
                "INSERT INTO open_captures BY NAME SELECT ? AS capture_id, ? AS captured_at, '' AS url, '' AS sha256,"
                " 0 AS bytes, 'ok' AS verdict, '' AS reason, ? AS date_header, ? AS age_header",
                [number, at, said, age],
            )
    publish(settings)


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([(2, None)], OK),
        ([(2, None), (3600, "3600")], OK),
        ([(2, "0"), (3600, None)], OK),
        ([(400, None), (500, "0")], FAIL),
        ([(-400, None)], FAIL),
    ],
)
def test_the_clock_is_held_against_the_hubs_fresh_answers(
    settings: Callable[..., Settings], rows: list[tuple[int, str | None]], state: State
) -> None:
    chosen = settings()
    answers(chosen, *rows)
    [found] = check_clock(chosen)
    assert found.state is state


def test_nothing_to_compare_with_is_said(settings: Callable[..., Settings]) -> None:
    [found] = check_clock(settings())
    assert "no answer" in found.detail


def test_a_maildir_that_can_be_read_and_written_is_in_order(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    chosen = settings(bounce_mailbox=f"maildir:{tmp_path}/bounces")
    assert by_what(check_bounce_mailbox(chosen, offline=True))["bounce mailbox"].state is FAIL
    for room in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / room).mkdir(parents=True)
    assert by_what(check_bounce_mailbox(chosen, offline=True))["bounce mailbox"].detail == "nothing waits"
    (tmp_path / "bounces" / "new" / "1").write_bytes(b"From: a@b\r\n\r\n")
    assert by_what(check_bounce_mailbox(chosen, offline=True))["bounce mailbox"].state is OK
    assert (tmp_path / "bounces" / "new" / "1").exists()


def test_a_mailbox_elsewhere_is_met_unless_offline(
    settings: Callable[..., Settings], closed_port: int
) -> None:
    chosen = settings(bounce_mailbox=f"imap://me:hunter2@127.0.0.1:{closed_port}/INBOX")
    assert list(check_bounce_mailbox(chosen, offline=True)) == []
    [found] = check_bounce_mailbox(chosen, offline=False)
    assert (found.state, "hunter2" in str(found)) == (FAIL, False)


def test_evidence_must_be_readable(settings: Callable[..., Settings], tmp_path: Path) -> None:
    chosen = settings(evidence=f"postfix:{tmp_path}/mail.log")
    assert by_what(check_evidence(chosen))["evidence"].state is FAIL
    (tmp_path / "mail.log").touch()
    assert by_what(check_evidence(chosen))["evidence"].state is OK
    assert list(check_evidence(settings())) == []


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_with_a_mail_server_everything_outside_is_asked(
    settings: Callable[..., Settings], closed_port: int
) -> None:
    zone = {("example.org", "TXT"): ["v=spf1 mx -all"], ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"]}
    chosen = settings(smtp_url=f"smtp://127.0.0.1:{closed_port}", digest_from="News <news@example.org>")
    with NameServer(zone) as server:
        found = by_what(examine(loaded(chosen), NOW, lambda: Names(server.resolver)))
    states = {what: found[what].state for what in ("connection", "spf", "dkim", "dmarc", "bounces")}
    assert states == {"connection": FAIL, "spf": OK, "dkim": WARN, "dmarc": OK, "bounces": FAIL}


def test_offline_nobody_is_asked(settings: Callable[..., Settings], closed_port: int) -> None:
    chosen = settings(
        smtp_url=f"smtp://127.0.0.1:{closed_port}",
        database_url=f"postgresql://me@127.0.0.1:{closed_port}/mail",
        digest_from="news@example.org",
    )
    found = by_what(examine(loaded(chosen), NOW, None))
    assert found.keys().isdisjoint({"connection", "spf", "dkim", "dmarc", "bounces", "mail database"})


def test_name_servers_that_do_not_answer_are_told_for_each_question(
    settings: Callable[..., Settings], closed_port: int
) -> None:
    chosen = settings(smtp_url=f"smtp://127.0.0.1:{closed_port}", digest_from="news@example.org")
    with NameServer({}, broken=["example.org", "_dmarc.example.org"]) as server:
        found = by_what(examine(loaded(chosen), NOW, lambda: Names(server.resolver)))
    assert {found[what].state for what in ("spf", "dmarc", "alignment", "bounces")} == {WARN}
    assert "not known" in found["spf"].detail


def test_a_machine_without_name_servers_is_told(settings: Callable[..., Settings], closed_port: int) -> None:
    def none() -> Names:
        raise UnansweredError("this machine names no name servers")

    chosen = settings(smtp_url=f"smtp://127.0.0.1:{closed_port}", digest_from="news@example.org")
    assert by_what(examine(loaded(chosen), NOW, none))["name servers"].state is WARN


def test_mail_from_a_name_that_only_this_machine_knows_is_told(
    settings: Callable[..., Settings], closed_port: int
) -> None:
    with NameServer({}) as server:
        chosen = settings(smtp_url=f"smtp://127.0.0.1:{closed_port}")
        found = by_what(examine(loaded(chosen), NOW, lambda: Names(server.resolver)))
    assert found["from"].state is WARN
    assert server.asked == []
