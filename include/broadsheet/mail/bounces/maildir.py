"""A Maildir that a mail server delivers bounces into (and its Maildir++ folders for what was dealt with)."""

import os
from collections.abc import Iterator
from pathlib import Path

from broadsheet.mail.bounces.mailbox import Waiting
from broadsheet.mail.bounces.reading import MOST_BYTES
from broadsheet.mail.errors import MailError

DONE_FOLDER = ".Processed"
QUARANTINE_FOLDER = ".Quarantine"

_SEEN = ":2,S"


class Maildir:
    """Mails wait in ``new`` and ``cur``; who is dealt with moves on, so that a crash before leaves it waiting."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def waiting(self) -> Iterator[Waiting]:
        """The mails that wait, oldest name first. What is no regular file, or has just gone, is passed over.

        Raises:
            MailError: this is no Maildir, or it cannot be read.
        """
        for path in self._paths():
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise MailError(f"{path} cannot be read: {error.strerror}") from None
            with os.fdopen(descriptor, "rb") as file:
                yield Waiting(str(path.relative_to(self._folder)), file.read(MOST_BYTES))

    def done(self, mail: Waiting) -> None:
        """Move it to the folder of those dealt with. Raises MailError if that cannot be."""
        self._move(mail, DONE_FOLDER)

    def quarantine(self, mail: Waiting) -> None:
        """Move it to the folder of those that no sense could be made of. Raises MailError if that cannot be."""
        self._move(mail, QUARANTINE_FOLDER)

    def _paths(self) -> list[Path]:
        try:
            found = [
                path for room in ("new", "cur") for path in (self._folder / room).iterdir() if path.is_file()
            ]
        except OSError as error:
            raise MailError(
                f"{self._folder} is no Maildir that can be read ({error.strerror}): bounce_mailbox names the folder "
                "that holds new, cur and tmp"
            ) from None
        return sorted((path for path in found if not path.is_symlink()), key=lambda path: path.name)

    def _move(self, mail: Waiting, name: str) -> None:
        source, folder = self._folder / mail.name, self._folder / name
        try:
            for room in ("new", "cur", "tmp"):
                (folder / room).mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / "maildirfolder").touch(mode=0o600)
            source.rename(folder / "cur" / (source.name.partition(":")[0] + _SEEN))
        except FileNotFoundError:
            return  # another process that read it at the same time has moved it
        except OSError as error:
            raise MailError(f"{folder} cannot be written: {error.strerror}") from None
