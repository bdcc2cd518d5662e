"""The embedded inbox as a transport: a folder that gets one file a mail."""

import hashlib
import os
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from broadsheet.files import sync_folder
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>\r\n]+)>", re.IGNORECASE | re.MULTILINE)


class InboxTransport:
    """Drops mails into a folder.

    A file is named by the mail's date and Message-ID, so dropping the same mail again changes nothing. It opens
    with the envelope as ``X-Envelope-To`` and ``X-Envelope-From``, then the mail follows byte for byte.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> "InboxSession":
        """See `Transport.open`."""
        return InboxSession(self._folder)

    def lookup(self, message_id: str, since: datetime) -> Evidence:  # noqa: ARG002
        """See `Transport.lookup`. The mail's file is there or it is not: nobody else writes it later."""
        found = any(self._folder.glob(f"*-{_digest(message_id)}.eml"))
        return Evidence.ACCEPTED if found else Evidence.ABSENT


class InboxSession:
    """There is nothing to keep open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def send(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """See `Session.send`. A full disk or a missing permission is ``deferred``."""
        traces = f"X-Envelope-To: {envelope.recipient}\r\nX-Envelope-From: {envelope.sender}\r\n"
        final = self._folder / _name(message)
        draft = final.with_name(f".{final.name}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(traces.encode() + message.data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return _outcome(Result.DEFERRED, Phase.BODY, error)
        before_dot()
        try:
            draft.rename(final)
            sync_folder(self._folder)
        except OSError as error:
            return _outcome(Result.IN_DOUBT, Phase.DOT, error)
        return Outcome(Result.ACCEPTED, Phase.DOT, reply=f"kept as {final.name}")


def _outcome(result: Result, phase: Phase, error: OSError) -> Outcome:
    return Outcome(result, phase, reply=f"the inbox cannot be written: {error.strerror}")


def _name(message: Message) -> str:
    match = _MESSAGE_ID.search(message.data)
    message_id = match[1].decode("ascii") if match else message.delivery_id
    return f"{message.date:%Y%m%dT%H%M%S.%fZ}-000000-{_digest(message_id)}.eml"


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.strip("<>").encode()).hexdigest()[:32]
