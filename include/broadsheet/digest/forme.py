"""Set type, locked up: finished mails out of a run's numbered fragments, and the same content in other forms.

Fragments are stored as they go over the wire, so a mail is a join of bytes: the same in every process and after
any change of templates. Only the reader's own links are filled in.
"""

import zlib
from functools import lru_cache
from operator import itemgetter

import msgspec

from broadsheet.digest.document import DigestDocument, Role, as_json, gather
from broadsheet.digest.personal import NO_LINKS, Links, Slot, encoded, which
from broadsheet.digest.quoted import decode, encode
from broadsheet.digest.short import as_markdown

__all__ = ["NO_LINKS", "Body", "Forme", "Fragments", "Links", "Selection", "encode"]

TOP_SLOT, OWN_SLOT = 0, 1
"""The numbers under which the two personal slots stand among the fragments."""
_AT_HAND = 64
"""How many selections are kept: mails of one selection mostly follow one another."""


class Body(msgspec.Struct, frozen=True):
    """The two forms of a mail's content in quoted-printable, each as parts to be joined; lines end in CRLF."""

    html_parts: tuple[bytes, ...]
    text_parts: tuple[bytes, ...]

    @property
    def html(self) -> bytes:
        """The HTML form."""
        return b"".join(self.html_parts)

    @property
    def text(self) -> bytes:
        """The plain form."""
        return b"".join(self.text_parts)


class Selection(msgspec.Struct, frozen=True):
    """Which of a run's fragments make a mail, in order; ``items`` is how many papers it tells of."""

    subject: str
    items: int
    pieces: tuple[int, ...]

    def encode(self) -> bytes:
        """The pieces, for storage; subject and items are stored beside them."""
        return msgspec.msgpack.encode(self.pieces)

    @classmethod
    def decode(cls, subject: str, items: int, data: bytes) -> "Selection":
        """Undo `encode`."""
        return cls(subject, items, msgspec.msgpack.decode(data, type=tuple[int, ...]))


class Plate(msgspec.Struct, frozen=True, array_like=True):
    """A fragment as it is stored: HTML and text in quoted-printable, ending in CRLF or empty."""

    html: bytes
    text: bytes
    role: Role
    data: bytes


class Fragments(msgspec.Struct, frozen=True, array_like=True):
    """A run's fragments, by their numbers, and the slots (see `cast_slots`)."""

    plates: tuple[Plate, ...]
    slots: tuple[tuple[Slot, ...], ...]

    def encode(self) -> bytes:
        """For storage."""
        return zlib.compress(msgspec.msgpack.encode(self))

    @classmethod
    def decode(cls, data: bytes) -> "Fragments":
        """Undo `encode`."""
        return msgspec.msgpack.decode(zlib.decompress(data), type=cls)


class Forme:
    """Mails and other forms out of one run's fragments."""

    def __init__(self, fragments: Fragments) -> None:
        self._html = [plate.html for plate in fragments.plates]
        self._text = [plate.text for plate in fragments.plates]
        self._spoken = [(plate.role, plate.data) for plate in fragments.plates]
        self._slots = fragments.slots
        self._sheets = lru_cache(maxsize=_AT_HAND)(self._lay)

    def body(self, selection: Selection, links: Links = NO_LINKS) -> Body:
        """The mail's content as it goes over the wire."""
        html, text = self._sheets(selection.pieces)
        given = which(links)
        top, own = self._slots[0][given], self._slots[1][given]
        html_links, text_links = encoded(links)
        return Body(
            html.filled(top.html.fill(html_links), own.html.fill(html_links)),
            text.filled(top.text.fill(text_links), own.text.fill(text_links)),
        )

    def html(self, selection: Selection, links: Links = NO_LINKS) -> str:
        """The HTML page; without links it is public."""
        return decode(self.body(selection, links).html)

    def text(self, selection: Selection, links: Links = NO_LINKS) -> str:
        """The plain form."""
        return decode(self.body(selection, links).text)

    def document(self, selection: Selection) -> str:
        """The JSON document, format ``broadsheet.digest/1``."""
        return as_json(self._gather(selection))

    def short(self, selection: Selection) -> str:
        """Markdown for chat channels: the news, a line a paper."""
        return as_markdown(self._gather(selection))

    def _gather(self, selection: Selection) -> DigestDocument:
        return gather(selection.subject, (self._spoken[number] for number in selection.pieces))

    def _lay(self, pieces: tuple[int, ...]) -> tuple["_Sheet", "_Sheet"]:
        pick, slots = itemgetter(*pieces), (pieces.index(TOP_SLOT), pieces.index(OWN_SLOT))
        return _Sheet(pick(self._html), slots), _Sheet(pick(self._text), slots)


class _Sheet:
    """One form of one selection, with slots. It is joined between them when it is used again, not before."""

    def __init__(self, plates: tuple[bytes, ...], slots: tuple[int, int]) -> None:
        self._plates = plates
        self._slots = slots
        self._used = False
        self._joined: tuple[bytes, bytes, bytes] | None = None

    def filled(self, top: bytes, own: bytes) -> tuple[bytes, ...]:
        """With what goes into the slots, in parts."""
        at_top, at_own = self._slots
        if not self._used:
            self._used = True
            parts = list(self._plates)
            parts[at_top], parts[at_own] = top, own
            return tuple(parts)
        if self._joined is None:
            between = self._plates[at_top + 1 : at_own]
            outside = self._plates[:at_top], self._plates[at_own + 1 :]
            self._joined = b"".join(outside[0]), b"".join(between), b"".join(outside[1])
        before, middle, after = self._joined
        return before, top, middle, own, after
