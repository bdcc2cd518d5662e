"""The key that Message-IDs are made with."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from broadsheet.mail.errors import MailError
from broadsheet.settings import Settings

FILE_NAME = "secret.key"


def secret_key(settings: Settings) -> bytes:
    """The configured key, else the home folder's, which is made on first use and readable by its owner only.

    Raises:
        MailError: the file cannot be read or written.
    """
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.home_path / FILE_NAME
    try:
        if not path.exists():
            _make(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise MailError(f"{path} cannot be used: {error.strerror}; or set secret_key") from None


def _make(path: Path) -> None:
    """Whole or not at all, and never over another process's: linking fails where the name is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as draft:
        draft.write(secrets.token_hex(32).encode())
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft.name)
