"""changedetection.io on the plain page: its server, one watch, a mail for each change."""

import json
import re
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.peers.press import LOOPBACK
from bench.peers.script import Day, Kind
from bench.peers.watching import SECONDS, Notice, Place, Report, claims_of, message, text
from broadsheet.sample.maildrop import Received

READER = "reader@example.org"
LINE = re.compile(r"^\((added|removed|changed|into)\) (.*)$", re.MULTILINE)
KINDS = {"added": Kind.CAME, "into": Kind.CAME, "removed": Kind.LEFT, "changed": Kind.LEFT}
LOOKED_EVERY = 0.05
VARIABLES = {"ALLOW_IANA_RESTRICTED_ADDRESSES": "true", "LLM_FEATURES_DISABLED": "true"}
"""The list and the inbox are on this machine, which it asks for nothing from unless told so."""


class ChangeDetection:
    """Filtered to the titles, with or without its option that sorts lines."""

    readers = (READER,)

    def __init__(self, place: Place, programs: Path, *, is_sorted: bool) -> None:
        self.name = "changedetection.io, lines sorted" if is_sorted else "changedetection.io"
        self.setup = "the plain page, a CSS filter (the titles), notifications in plain text by mail" + (
            ", sort text alphabetically" if is_sorted else ""
        )
        self._place = place
        self._programs = programs
        self._is_sorted = is_sorted
        self._port = _free_port()
        self._server: subprocess.Popen[str] | None = None
        self._watch = ""

    def prepare(self) -> None:
        """Start its server."""
        (self._place.home / "datastore").mkdir()
        self._start()

    def run(self, day: Day) -> Report:
        """Have the watch checked now, over its API; start the server where it was killed."""
        if self._server is None:
            self._start()
        before = self._state()
        self._check()
        after = self._checked(before["check_count"])
        if after is not None:
            self._wait_for_mail(after["notification_alert_count"] - before["notification_alert_count"])
        if self._place.postbox.killed:
            self.close()
        complaint = after["last_error"] if after is not None else None
        return Report(notices=self._notices(), complaint=complaint or None)

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
            self._server = None

    def _start(self) -> None:
        command = (
            self._programs / "changedetection.io",
            "-h",
            LOOPBACK,
            "-p",
            str(self._port),
            "-d",
            "datastore",
        )
        self._server = self._place.start(*command, is_quiet=True, **VARIABLES)
        deadline = time.monotonic() + SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise TimeoutError(f"changedetection.io does not answer within {SECONDS:g} s")
            time.sleep(LOOKED_EVERY)

    def _answers(self) -> bool:
        try:
            self._call("GET", "systeminfo")
        except (OSError, ValueError, KeyError):
            return False
        return True

    def _state(self) -> dict[str, Any]:
        if not self._watch:
            return {"check_count": 0, "notification_alert_count": 0}
        return self._call("GET", f"watch/{self._watch}")

    def _check(self) -> None:
        """A new watch is checked at once."""
        if self._watch:
            self._call("GET", f"watch/{self._watch}?recheck=1")
            return
        place = self._place
        self._watch = self._call(
            "POST",
            "watch",
            {
                "url": f"{place.press.url}/list.html",
                "title": "Trending papers",
                "include_filters": ["ol.papers h3"],
                "sort_text_alphabetically": self._is_sorted,
                "time_between_check_use_default": False,
                "time_between_check": {"days": 1},
                "notification_format": "text",
                "notification_urls": [
                    f"mailto://{LOOPBACK}:{place.postbox.port}?from=watch@example.org&to={READER}"
                ],
            },
        )["uuid"]

    def _checked(self, checks: int) -> dict[str, Any] | None:
        """The watch after its check; None when the server was killed in it."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                state = self._state()
            except OSError:
                if self._place.postbox.killed:
                    return None
                raise
            if state["check_count"] > checks:
                return state
            time.sleep(LOOKED_EVERY)
        raise TimeoutError(f"changedetection.io does not check within {SECONDS:g} s")

    def _wait_for_mail(self, count: int) -> None:
        """Its notifications go out in a thread of their own, after the check."""
        deadline = time.monotonic() + SECONDS
        while self._place.postbox.waiting < count and not self._place.postbox.killed:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"changedetection.io queued a mail and does not send it within {SECONDS:g} s"
                )
            time.sleep(LOOKED_EVERY)

    def _notices(self) -> tuple[Notice, ...]:
        return tuple(_notice(each) for each in self._place.postbox.take())

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        settings = json.loads((self._place.home / "datastore" / "changedetection.json").read_text())
        request = urllib.request.Request(
            f"http://{LOOPBACK}:{self._port}/api/v1/{path}",
            method=method,
            headers={
                "x-api-key": settings["settings"]["application"]["api_access_token"],
                "content-type": "application/json",
            },
            data=None if body is None else json.dumps(body).encode(),
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return json.loads(answer.read())


def _notice(received: Received) -> Notice:
    mail = message(received)
    claims = claims_of([(KINDS[sign], line) for sign, line in LINE.findall(text(mail))])
    return Notice(reader=READER, heading=str(mail["Subject"]), claims=claims)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
