"""The embedded inbox as a transport: a folder that gets one file a mail."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from broadsheet.files import sync_folder
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Outcome, Result


class InboxTransport:
    """Drops mails into a folder.

    A file is named by the mail's date and content, so dropping the same mail again changes nothing. It opens with
    the envelope as ``X-Envelope-To`` and ``X-Envelope-From``, then the mail follows byte for byte.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message, envelope: Envelope, handing_over: Callable[[], None]) -> Outcome:
        """See `Transport.send`. A full disk or a missing permission is ``deferred``."""
        traces = (
            f"X-Envelope-To: {envelope.recipient}\r\nX-Envelope-From: {envelope.sender}\r\n"
        )
        final = self._path(message)
        draft = final.with_name(f".{final.name}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(traces.encode("ascii") + message.data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return Outcome(Result.DEFERRED, "body", reply=f"the inbox cannot be written: {error.strerror}")
        handing_over()
        try:
            draft.rename(final)
            sync_folder(self._folder)
        except OSError as error:
            return Outcome(Result.IN_DOUBT, "dot", reply=f"the inbox cannot be written: {error.strerror}")
        return Outcome(Result.ACCEPTED, "dot", reply=f"kept as {final.name}")

    def lookup(self, message: Message) -> bool:
        """Whether the mail's file is there."""
        return self._path(message).exists()

    def _path(self, message: Message) -> Path:
        digest = hashlib.sha256(message.data).hexdigest()[:12]
        return self._folder / f"{message.date:%Y%m%dT%H%M%S.%fZ}-000000-{digest}.eml"
