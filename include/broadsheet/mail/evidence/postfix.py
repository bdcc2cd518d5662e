"""Postfix's log as evidence: what its cleanup, smtpd and queue manager say of a Message-ID.

``cleanup`` names the Message-ID as soon as it has read it, which is before the final dot: that alone proves nothing.
The mail was taken when the queue manager has it (``queue active``) or when it was held or discarded on purpose, and
was not when the connection was lost during DATA or a check rejected it.
"""

import gzip
import logging
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadsheet.mail.transport import Evidence

SETTLED_AFTER = timedelta(seconds=60)

_LINE = re.compile(rb"(?P<program>cleanup|smtpd|qmgr)\[(?P<pid>\d+)\]: (?P<text>.*)")
_QUEUED = re.compile(rb"(?P<queue_id>\w+): (?P<text>.*)")
_KEPT = re.compile(rb"(?:milter-)?(?:hold|discard): ")
_REJECTED = re.compile(rb"(?:milter-)?reject: ")
_CUT = re.compile(rb"(?:lost connection|timeout) after DATA\b")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\S+")
_SYSLOG_TIME = re.compile(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")

_log = logging.getLogger(__name__)


class PostfixLog:
    """The file that Postfix logs to, and what it was rotated into: ``<file>.<anything>``, plain or gzipped.

    Args:
        settled_after: so much later something must have been logged before silence means that it was not taken.
        knock: makes Postfix log something now; nobody may have spoken to it since.
    """

    def __init__(
        self, path: Path, knock: Callable[[], None], settled_after: timedelta = SETTLED_AFTER
    ) -> None:
        self._path = path
        self._knock = knock
        self._settled_after = settled_after

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """See `broadsheet.mail.evidence.Source`. A log that cannot be read, or begins too late, tells nothing."""
        evidence = self._read(message_id, since)
        if evidence is Evidence.LATER:
            self._knock()
            evidence = self._read(message_id, since)
        return evidence

    def _read(self, message_id: str, since: datetime) -> Evidence:
        try:
            files = self._files(since)
            fates = _fates((line for path in files for line in _lines(path)), message_id.encode())
            begins = _first_time(_lines(files[0]), since) if files else None
            ends = _last_time(_lines(files[-1]), since) if files else None
        except (OSError, EOFError) as error:
            _log.warning("no evidence can be had from %s: %s", self._path, error)
            return Evidence.UNKNOWN
        if Evidence.ACCEPTED in fates:
            return Evidence.ACCEPTED
        if begins is None or ends is None or begins > since:
            return Evidence.UNKNOWN
        if ends < since + self._settled_after:
            return Evidence.LATER
        return Evidence.UNKNOWN if Evidence.UNKNOWN in fates else Evidence.ABSENT

    def _files(self, since: datetime) -> list[Path]:
        """Those that are needed to know everything from ``since`` on, oldest first."""
        rotated = sorted(
            self._path.parent.glob(f"{self._path.name}.*"),
            key=lambda path: path.stat().st_mtime,
            reverse=True,
        )
        needed: list[Path] = []
        for path in (self._path, *rotated):
            needed.insert(0, path)
            begins = _first_time(_lines(path), since)
            if begins is not None and begins <= since:
                break
        return needed


def _fates(lines: Iterable[bytes], message_id: bytes) -> set[Evidence]:
    """What became of each time that the mail was offered."""
    wanted = b"message-id=" + message_id
    in_hand: dict[bytes, bytes] = {}
    cut: set[bytes] = set()
    fates: dict[bytes, Evidence] = {}
    for line in lines:
        # Logs are long, and most lines are about other mails and other moments.
        telling = b": client=" in line or b" after DATA" in line or wanted in line
        match = _LINE.search(line) if telling or any(queue_id in line for queue_id in fates) else None
        if match is None:
            continue
        program, pid, text = match["program"], match["pid"], match["text"]
        queued = _QUEUED.match(text)
        if program == b"smtpd" and queued and queued["text"].startswith(b"client="):
            in_hand[pid] = queued["queue_id"]
            cut.discard(queued["queue_id"])
        elif program == b"smtpd" and _CUT.match(text) and pid in in_hand:
            cut.add(in_hand.pop(pid))
        elif program == b"cleanup" and queued and queued["text"] == wanted:
            fates[queued["queue_id"]] = Evidence.UNKNOWN
        elif queued and fates.get(queued["queue_id"]) is Evidence.UNKNOWN:
            fates[queued["queue_id"]] = _fate(program, queued["text"])
    return {
        Evidence.ABSENT if fate is Evidence.UNKNOWN and queue_id in cut else fate
        for queue_id, fate in fates.items()
    }


def _fate(program: bytes, text: bytes) -> Evidence:
    """What a line on a mail that had no fate yet says of it."""
    if program == b"qmgr":
        return Evidence.ACCEPTED if text.endswith(b"(queue active)") else Evidence.UNKNOWN
    if _KEPT.match(text):
        return Evidence.ACCEPTED
    return Evidence.ABSENT if _REJECTED.match(text) else Evidence.UNKNOWN


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for line in file:
            yield line.rstrip(b"\n")


def _first_time(lines: Iterable[bytes], near: datetime) -> datetime | None:
    return next((at for line in lines if (at := _time(line, near)) is not None), None)


def _last_time(lines: Iterable[bytes], near: datetime) -> datetime | None:
    return _first_time(reversed(deque(lines, 16)), near)


def _time(line: bytes, near: datetime) -> datetime | None:
    """When a line was written: RFC 3339, or in local time and without a year, which is then the nearest one."""
    text = line[:40].decode("ascii", "replace")
    if match := _ISO_TIME.match(text):
        return datetime.fromisoformat(match[0])
    if match := _SYSLOG_TIME.match(text):
        times = (_local(f"{year} {match[0]}") for year in (near.year - 1, near.year, near.year + 1))
        return min((at for at in times if at is not None), key=lambda at: abs(at - near), default=None)
    return None


def _local(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y %b %d %H:%M:%S").astimezone(UTC)
    except ValueError:
        return None  # a 29 February of a year that has none
