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
_JOINED = 64
"""How many selections are kept joined: mails of one selection mostly follow one another."""


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
        self._joined = lru_cache(maxsize=_JOINED)(self._join)

    def body(self, selection: Selection, links: Links = NO_LINKS) -> Body:
        """The mail's content as it goes over the wire."""
        html, text = self._joined(selection.pieces)
        given = which(links)
        top, own = self._slots[0][given], self._slots[1][given]
        html_links, text_links = encoded(links)
        return Body(
            (html[0], top.html.fill(html_links), html[1], own.html.fill(html_links), html[2]),
            (text[0], top.text.fill(text_links), text[1], own.text.fill(text_links), text[2]),
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

    def _join(self, pieces: tuple[int, ...]) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Both forms, each cut where the slots are."""
        pick = itemgetter(*pieces)
        cuts = pieces.index(TOP_SLOT), pieces.index(OWN_SLOT)
        return _cut(pick(self._html), *cuts), _cut(pick(self._text), *cuts)


def _cut(plates: tuple[bytes, ...], top: int, own: int) -> tuple[bytes, ...]:
    return b"".join(plates[:top]), b"".join(plates[top + 1 : own]), b"".join(plates[own + 1 :])
