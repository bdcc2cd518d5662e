"""A log of acceptances as evidence."""

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.mail.evidence.acceptances import SETTLED_AFTER, Acceptance, AcceptanceLog
from broadsheet.mail.transport import Evidence

DOT = datetime(2026, 11, 20, 7, tzinfo=UTC)
SHA = "ab" * 32


@pytest.fixture
def log(tmp_path):
    log = AcceptanceLog(tmp_path / "log", now=lambda: DOT + SETTLED_AFTER)
    log.append("ada@example.org", "<one@papers.example>", 120, SHA)
    yield log
    log.close()


def test_what_was_appended_is_read_back(log):
    assert log.read() == (
        Acceptance(DOT + SETTLED_AFTER, "ada@example.org", "<one@papers.example>", 120, SHA),
    )


def test_a_line_that_is_being_written_is_left_out(log):
    with log.path.open("a") as file:
        file.write("2026-11-20T07:00:00+00:00 b@exam")
    assert len(log.read()) == 1


def test_a_relay_that_starts_anew_goes_on(log):
    log.close()
    log.append("bo@example.org", "<two@papers.example>", 120, SHA)
    assert [taken.recipient for taken in log.read()] == ["ada@example.org", "bo@example.org"]


def test_what_it_proves(log):
    assert log.lookup("<one@papers.example>", DOT) is Evidence.ACCEPTED
    assert log.lookup("<two@papers.example>", DOT) is Evidence.ABSENT
    assert log.lookup("<two@papers.example>", DOT + timedelta(seconds=1)) is Evidence.LATER


def test_a_log_that_is_not_there_proves_nothing(tmp_path):
    assert AcceptanceLog(tmp_path / "none").read() == ()
    assert AcceptanceLog(tmp_path / "none").lookup("<one@papers.example>", DOT) is Evidence.UNKNOWN
