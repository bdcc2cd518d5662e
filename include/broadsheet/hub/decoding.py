"""Content decoding (RFC 9110 section 8.4) as the bytes arrive, so that a gzip bomb is stopped while it unpacks."""

import zlib

ACCEPTED = "gzip, deflate"
"""The Accept-Encoding that this module can keep."""

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_FIRST_BYTE = b"\x1f"


class UndecodableError(Exception):
    """The body is not what its Content-Encoding says, or says something unknown."""


class TooLargeError(Exception):
    """The body is larger than allowed."""


class Decoder:
    """Decodes one body under a Content-Encoding header, up to ``limit`` decoded bytes.

    Raises:
        UndecodableError: an encoding that was not asked for.
    """

    def __init__(self, content_encoding: str | None, limit: int) -> None:
        names = [name.strip().lower() for name in (content_encoding or "").split(",")]
        self._steps = [_step(name) for name in reversed(names) if name not in {"", "identity"}]
        self._limit = limit
        self._decoded = 0

    def feed(self, data: bytes) -> bytes:
        """Decode the next bytes of the wire.

        Raises:
            UndecodableError: they are not in the encoding.
            TooLargeError: all decoded bytes together would be more than the limit.
        """
        for step in self._steps:
            data = step.inflate(data, self._limit - self._decoded + 1)
        self._decoded += len(data)
        if self._decoded > self._limit:
            raise TooLargeError(
                f"stopped: the answer unpacks to more than {self._limit:,} bytes (max_decoded_bytes)"
            )
        return data

    def finish(self) -> None:
        """Check that the body is complete. Raises UndecodableError when it stops within a compressed stream."""
        if any(step.is_cut for step in self._steps):
            raise UndecodableError("the compressed body is cut off")


class _Inflater:
    """One gzip or deflate coding."""

    def __init__(self, *, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._unpacker = zlib.decompressobj(_GZIP) if is_gzip else None
        self._head = b""

    @property
    def is_cut(self) -> bool:
        """Whether something came and its end did not."""
        return bool(self._head) and (self._unpacker is None or not self._unpacker.eof)

    def inflate(self, data: bytes, most: int) -> bytes:
        """Unpack ``data``, but no more than ``most`` bytes: the caller stops at the first that is too many."""
        data = self._begin(data)
        if self._unpacker is None:
            return b""
        out = bytearray()
        try:
            while data and len(out) < most and not (self._unpacker.eof and not self._next_member(data)):
                out += self._unpacker.decompress(data, most - len(out))
                data = self._unpacker.unused_data or self._unpacker.unconsumed_tail
        except zlib.error as error:
            raise UndecodableError(f"the body is not compressed as it says: {error}") from None
        return bytes(out)

    def _begin(self, data: bytes) -> bytes:
        """Hold back the first two bytes: they tell deflate's two forms (zlib's and the bare one) apart."""
        if len(self._head) >= 2:
            return data
        self._head += data
        if len(self._head) < 2:
            return b""
        if not self._is_gzip:
            is_zlib = self._head[0] & 0x0F == 8 and int.from_bytes(self._head[:2]) % 31 == 0
            self._unpacker = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        return self._head

    def _next_member(self, data: bytes) -> bool:
        """Gzip bodies may be several members in a row; anything else behind the end is ignored."""
        if not self._is_gzip or not data.startswith(_GZIP_FIRST_BYTE):
            return False
        self._unpacker = zlib.decompressobj(_GZIP)
        return True


def _step(name: str) -> _Inflater:
    if name in {"gzip", "x-gzip"}:
        return _Inflater(is_gzip=True)
    if name == "deflate":
        return _Inflater(is_gzip=False)
    raise UndecodableError(f"the body has the content encoding {name!r}, which was not asked for")
