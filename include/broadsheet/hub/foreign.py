"""Captures that others took: files and folders of HTML, API JSON, text, WARC and JSON lines, plain or gzipped.

What a file is, its first bytes say; its name only helps out with a time, or a list, that the content lacks.
"""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from broadsheet.errors import UsageError
from broadsheet.hub.foreign_documents import Known, html_capture, json_capture, suffix_of, text_capture
from broadsheet.hub.foreign_lines import is_capture_line, line_captures
from broadsheet.hub.foreign_warc import warc_captures
from broadsheet.model import Capture, ListId

SUFFIXES = frozenset({".html", ".htm", ".json", ".jsonl", ".ndjson", ".txt", ".md", ".warc"})
"""What is read out of a folder, each also with .gz behind it; a file that is named itself may end anyhow."""

_GZIP_MAGIC = b"\x1f\x8b"
_HEAD = 4096
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class ForeignFileError(UsageError):
    """A file that cannot be imported; the message names it, the line or record, and what to do."""


def read_captures(
    path: Path, list_id: ListId | None = None, captured_at: datetime | None = None
) -> Iterator[Capture]:
    """The captures in a file, or in all files of a folder and its folders, in the order of their names.

    Args:
        path: the file or folder.
        list_id: the list that the captures show, where they do not say so themselves.
        captured_at: when they were taken, where they do not say so; else the date in the file's name, else
            when the file was changed.

    Raises:
        ForeignFileError: a file that is missing, broken or of an unknown form, or does not tell what it shows.
    """
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and suffix_of(file) in SUFFIXES]
        if not files:
            raise ForeignFileError(f"{path}: no file in this folder ends in {', '.join(sorted(SUFFIXES))}")
    else:
        files = [path]
    for file in files:
        yield from _read_file(file, Known(file, list_id, captured_at))


def _read_file(file: Path, known: Known) -> Iterator[Capture]:
    try:
        with _unpacked(file) as content:
            head = content.read(_HEAD)
            content.seek(0)
            yield from _captures(content, head.removeprefix(_BYTE_ORDER_MARK).lstrip(), known)
    except (OSError, EOFError, zlib.error) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ForeignFileError(f"{file} cannot be read: {words}") from error
    except ValueError as error:
        raise ForeignFileError(f"{file}: {error}") from error


@contextmanager
def _unpacked(file: Path) -> Iterator[BinaryIO]:
    with file.open("rb") as packed:
        is_packed = packed.read(2) == _GZIP_MAGIC
        packed.seek(0)
        if not is_packed:
            yield packed
            return
        with gzip.open(packed, "rb") as content:
            yield cast(BinaryIO, content)


def _captures(content: BinaryIO, head: bytes, known: Known) -> Iterator[Capture]:
    """What the content holds. Raises ValueError for what is no capture."""
    if not head:
        raise ValueError("the file is empty")
    if head.startswith(b"WARC/"):
        yield from warc_captures(content)
    elif b"\0" in head:
        raise ValueError("this is neither HTML, JSON, text nor WARC, plain or gzipped")
    elif head.startswith(b"<"):
        yield html_capture(content.read(), known)
    elif head.startswith(b"{") and _begins_with_capture_line(content):
        yield from line_captures(content, known.list_id)
    elif head.startswith((b"[", b"{")) and not known.is_named_as_text:
        yield json_capture(content.read(), known)
    else:
        yield text_capture(content.read(), known)


def _begins_with_capture_line(content: BinaryIO) -> bool:
    first = content.readline()
    content.seek(0)
    return is_capture_line(first)
