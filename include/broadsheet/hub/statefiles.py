"""Small files in the home folder that several processes read and change."""

from pathlib import Path

from broadsheet.errors import BroadsheetError
from broadsheet.files import replacing


class StateFileError(BroadsheetError):
    """A file of the program's own state cannot be read or written; the message names it."""


def unusable(file: Path, error: OSError) -> StateFileError:
    """What to say of a file that the system refuses."""
    return StateFileError(
        f"{file} cannot be used: {error.strerror or error}. Give permission or make room there"
    )


def write_whole(file: Path, content: bytes) -> None:
    """Put a new content in place at once, so that nobody ever sees half of it.

    Raises:
        StateFileError: the folder is full or may not be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file, durable=False) as new:
            new.write(content)
    except OSError as error:
        raise unusable(file, error) from error
