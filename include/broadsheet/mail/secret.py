"""The key that Message-IDs are made with."""

import secrets

from broadsheet.files import made_once
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
        path.parent.mkdir(parents=True, exist_ok=True)
        return made_once(path, lambda: secrets.token_hex(32).encode()).strip()
    except OSError as error:
        raise MailError(f"{path} cannot be used: {error.strerror}; or set secret_key") from None
