"""Set type, locked up: finished mails out of a run's numbered fragments, and the same content in other forms.

Fragments are stored as they go over the wire, so a mail is a join of bytes: the same in every process and after
any change of templates. Only the reader's own links are filled in (`Links`).
"""

import re
import zlib
from binascii import b2a_qp

import msgspec

MOST_LINK = 400
"""How many characters a personal link may have."""
_LINK = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]+")


class Links(msgspec.Struct, frozen=True):
    """One reader's own addresses; None where there is none, and then the mail has no such line.

    ``unsubscribe``, ``preferences`` and ``view`` are http(s), ``reply_unsubscribe`` is a ``mailto:``.

    Raises:
        ValueError: an address that cannot stand in a mail as it is.
    """

    unsubscribe: str | None = None
    preferences: str | None = None
    view: str | None = None
    reply_unsubscribe: str | None = None

    def __post_init__(self) -> None:
        for link in (self.unsubscribe, self.preferences, self.view, self.reply_unsubscribe):
            if link is not None and not (len(link) <= MOST_LINK and _LINK.fullmatch(link)):
                raise ValueError("a personal link is no plain http(s) or mailto address")


NO_LINKS = Links()


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


class Fragments(msgspec.Struct, frozen=True):
    """A run's fragments, by their numbers."""

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
        self._fragments = fragments

    def body(self, selection: Selection, links: Links = NO_LINKS) -> Body:
        """The mail's content as it goes over the wire."""
        raise NotImplementedError

    def html(self, selection: Selection, links: Links = NO_LINKS) -> str:
        """The HTML page; without links it is public."""
        raise NotImplementedError

    def text(self, selection: Selection, links: Links = NO_LINKS) -> str:
        """The plain form."""
        raise NotImplementedError

    def document(self, selection: Selection) -> str:
        """The JSON document, format ``broadsheet.digest/1``."""
        raise NotImplementedError

    def short(self, selection: Selection) -> str:
        """Markdown for chat channels."""
        raise NotImplementedError


def encode(text: str) -> bytes:
    """Quoted-printable with CRLF. Encoded texts that end in a line break may be joined."""
    return b2a_qp(text.replace("\n", "\r\n").encode(), istext=True)
