"""The folder of received mails: one file each, written whole or not at all, never over another.

A file is named ``<time>-<number>-<hash>.eml``, so that names sort by arrival, and opens with trace lines:
``X-Envelope-To`` for each recipient, then ``X-Envelope-From``; the message follows exactly as it came.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from broadsheet.files import sync_folder

TO_HEADER = b"X-Envelope-To: "
FROM_HEADER = b"X-Envelope-From: "
LINE_END = b"\r\n"


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """One message: its file, its envelope, and its bytes as they were sent."""

    path: Path
    sender: str
    recipients: tuple[str, ...]
    content: bytes


def keep(folder: Path, sender: str, recipients: Sequence[str], content: bytes, moment: datetime) -> Path:
    """Write one message and return its file; when this returns, the message survives a crash.

    Raises:
        OSError: no space, no permission; then there is no file.
    """
    traces = [TO_HEADER + _encoded(recipient) for recipient in recipients]
    data = LINE_END.join([*traces, FROM_HEADER + _encoded(sender), content])
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=".part") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        path = _link_anew(Path(file.name), folder, moment, hashlib.sha256(content).hexdigest()[:12])
    sync_folder(folder)
    return path


def read_inbox(folder: Path) -> tuple[Received, ...]:
    """All messages in ``folder``, oldest first; none where there is no such folder."""
    return tuple(_read(path) for path in sorted(folder.glob("*.eml")))


def _read(path: Path) -> Received:
    recipients = []
    rest = path.read_bytes()
    while rest.startswith(TO_HEADER):
        line, _, rest = rest.partition(LINE_END)
        recipients.append(_decoded(line.removeprefix(TO_HEADER)))
    sender, _, content = rest.partition(LINE_END)
    return Received(
        path=path,
        sender=_decoded(sender.removeprefix(FROM_HEADER)),
        recipients=tuple(recipients),
        content=content,
    )


def _link_anew(written: Path, folder: Path, moment: datetime, digest: str) -> Path:
    """Give a written file its final name; a link, unlike a rename, never replaces what is there."""
    stamp = f"{moment.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}"
    number = sum(1 for _ in folder.glob(f"{stamp}-*.eml"))
    while True:
        path = folder / f"{stamp}-{number:06d}-{digest}.eml"
        try:
            path.hardlink_to(written)
        except FileExistsError:
            number += 1
        else:
            return path


def _encoded(address: str) -> bytes:
    return address.encode("utf-8", "surrogateescape")


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")
