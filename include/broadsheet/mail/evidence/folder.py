"""A folder of received mails as evidence, one file each, as the sample inbox and a Maildir keep them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from broadsheet.mail.transport import Evidence

SETTLED_AFTER = timedelta(seconds=5)
"""A server on the same machine has written its file by then, whatever became of the sender."""
HEAD_BYTES = 65_536

_EARLIER = timedelta(minutes=1)  # file systems and processes do not read the same clock at the same time


class Folder:
    """Files whose names end in ``.eml``."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._now = now

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """See `broadsheet.mail.evidence.Source`."""
        if not self._folder.is_dir():
            return Evidence.UNKNOWN
        wanted = re.compile(
            rb"^Message-ID:\s*" + re.escape(message_id.encode()) + rb"\s*$", re.IGNORECASE | re.MULTILINE
        )
        oldest = (since - _EARLIER).timestamp()
        for path in self._folder.glob("*.eml"):
            if path.stat().st_mtime >= oldest and wanted.search(_head(path)):
                return Evidence.ACCEPTED
        return Evidence.ABSENT if self._now() - since >= SETTLED_AFTER else Evidence.LATER


def _head(path: Path) -> bytes:
    """The header, so that a mail which quotes another is not taken for it."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES).partition(b"\r\n\r\n")[0]
