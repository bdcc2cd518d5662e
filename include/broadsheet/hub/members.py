"""Gzip members (RFC 1952) read one by one, with the place of each: how a file of records is walked."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

_CHUNK = 1 << 18
_GZIP = 16 + zlib.MAX_WBITS


class Member(msgspec.Struct, frozen=True):
    """One gzip member: where it begins, where it ends (in bytes of the file), and what it holds.

    ``content`` is None for a torn tail: the file ends within the member, as a killed writer leaves it.
    """

    offset: int
    end: int
    content: bytes | None


class DamagedMemberError(Exception):
    """The bytes at ``offset`` are no gzip member."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(why)
        self.offset = offset


def read_members(file: BinaryIO, start: int = 0) -> Iterator[Member]:
    """The members from ``start``, which must be where a member begins.

    Zeros up to the end of the file (what a power cut leaves) are a torn tail too.

    Raises:
        DamagedMemberError: bytes that no writer leaves, however it ended.
    """
    file.seek(start)
    offset, rest = start, b""
    while True:
        unpacker, parts, read = zlib.decompressobj(_GZIP), list[bytes](), 0
        while not unpacker.eof:
            chunk = rest or file.read(_CHUNK)
            if not chunk:
                break
            try:
                parts.append(unpacker.decompress(chunk))
            except zlib.error as error:
                if not _only_zeros(file, offset):
                    raise DamagedMemberError(offset, str(error)) from None
                yield Member(offset, file.tell(), None)
                return
            rest = unpacker.unused_data
            read += len(chunk) - len(rest)
        if read == 0:
            return
        yield Member(offset, offset + read, b"".join(parts) if unpacker.eof else None)
        if not unpacker.eof:
            return
        offset += read


def _only_zeros(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    while chunk := file.read(_CHUNK):
        if chunk.strip(b"\0"):
            return False
    return True
