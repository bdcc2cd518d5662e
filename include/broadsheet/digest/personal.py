"""The only parts of a mail that are one reader's own: links to unsubscribe, to preferences, to the web page.

They stand in two slots, a short line near the top and again in the foot. A slot is rendered once for each set of
links there can be; filling it is a join of bytes.
"""

import html
import re

import msgspec

from broadsheet.digest.fragments import inline, render_template
from broadsheet.digest.quoted import SOFT_BREAK, decode, encode, encode_unfinished

MOST_LINK = 400
"""How many bytes a personal link may have in HTML."""
_LINK = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]+")
_ON_ONE_LINE = re.compile(r"[^=&]{1,75}")
_MARK = re.compile(r"https://link\.invalid/(\d)")


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
            if link is not None and not (len(html.escape(link)) <= MOST_LINK and _LINK.fullmatch(link)):
                raise ValueError("a personal link is no plain http(s) or mailto address")


NO_LINKS = Links()
KINDS = Links.__struct_fields__
SLOTS = ("top", "own")
"""The slots' templates, in the order in which they stand in a mail."""


class Gaps(msgspec.Struct, frozen=True, array_like=True):
    """One form of a slot in quoted-printable: a format with gaps, and which links (as in `KINDS`) go into them."""

    around: bytes
    links: tuple[int, ...]

    def fill(self, links: tuple[bytes, ...]) -> bytes:
        """With the links, in quoted-printable."""
        return self.around % tuple([links[number] for number in self.links])

    @property
    def most_bytes(self) -> int:
        """The most that it can become, decoded."""
        return len(decode(self.around).encode()) + MOST_LINK * len(self.links)


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """A slot for one set of links."""

    html: Gaps
    text: Gaps


def cast_slots() -> tuple[tuple[Slot, ...], ...]:
    """Both slots for every set of links; a set's number has a bit for each of `KINDS`."""
    return tuple(tuple(_cast(name, given) for given in range(1 << len(KINDS))) for name in SLOTS)


def which(links: Links) -> int:
    """The number of the set that these links are."""
    return (
        (links.unsubscribe is not None)
        | (links.preferences is not None) << 1
        | (links.view is not None) << 2
        | (links.reply_unsubscribe is not None) << 3
    )


def encoded(links: Links) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The links in quoted-printable as HTML and as text have them, each on lines of its own."""
    plain = (
        links.unsubscribe or "",
        links.preferences or "",
        links.view or "",
        links.reply_unsubscribe or "",
    )
    text = tuple(map(_encoded, plain))
    if "&" not in "".join(plain):
        return text, text
    return tuple([_encoded(html.escape(link)) for link in plain]), text


def _encoded(link: str) -> bytes:
    if _ON_ONE_LINE.fullmatch(link):
        return SOFT_BREAK + link.encode() + SOFT_BREAK
    return SOFT_BREAK + encode_unfinished(link) + SOFT_BREAK if link else b""


def _cast(name: str, given: int) -> Slot:
    marks = {
        kind: f"https://link.invalid/{number}" if given & (1 << number) else ""
        for number, kind in enumerate(KINDS)
    }
    page = inline(render_template(f"{name}.html", **marks))
    return Slot(_gaps(page), _gaps(render_template(f"{name}.txt", **marks)))


def _gaps(form: str) -> Gaps:
    around = _MARK.split(form)
    encoded = (*map(encode_unfinished, around[:-1:2]), encode(around[-1]))
    return Gaps(b"%b".join(part.replace(b"%", b"%%") for part in encoded), tuple(map(int, around[1::2])))
