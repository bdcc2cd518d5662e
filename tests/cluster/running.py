"""A process with all it starts: begun in a session of its own, looked after, ended to the last of them."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class Running:
    """One service. It is healthy once its check ended with 0; without a check once it runs."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        check: Sequence[str] = (),
        check_seconds: float = 1.0,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = folder / "logs" / f"{name}.log"
        self._environment = environment
        self._stop_signal = stop_signal
        self._check_command = check
        self._check: subprocess.Popen[bytes] | None = None
        self._check_seconds = check_seconds
        self._checked_at = time.monotonic()
        self.is_healthy = not check
        self.process = self._popen(command, self.log, user)

    @property
    def ended_with(self) -> int | None:
        """Its exit code; None as long as it runs."""
        return self.process.poll()

    def look(self) -> None:
        """Begin the health check, or see what it came to."""
        if self.is_healthy:
            return
        if self._check is not None and (code := self._check.poll()) is not None:
            self.is_healthy = code == 0
            self._check = None
            self._checked_at = time.monotonic()
        elif self._check is None and time.monotonic() - self._checked_at > self._check_seconds:
            self._check = self._popen(self._check_command, self.log.with_suffix(".check.log"), None)

    def ask_to_end(self) -> None:
        """As its container is asked to."""
        with suppress(ProcessLookupError):
            self.process.send_signal(self._stop_signal)

    def kill(self) -> None:
        """SIGKILL to all of its session at once, as when a host dies."""
        if self._check is not None:
            self._check.kill()
            self._check.wait()
        while members := _session(self.process.pid):
            for process in members:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            self.process.poll()
            time.sleep(0.02)
        self.process.wait()

    def _popen(self, command: Sequence[str], file: Path, user: str | None) -> "subprocess.Popen[bytes]":
        with file.open("ab") as log:
            return subprocess.Popen(
                command,
                env=self._environment,
                cwd=self.log.parent,
                user=user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _session(leader: int) -> list[int]:
    """Every living process of that session."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, _group, session = file.read_text().rpartition(") ")[2].split()[:4]
            if int(session) == leader and state != "Z":
                found.append(int(file.parent.name))
    return found
