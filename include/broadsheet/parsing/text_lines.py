"""Text as extractors leave it, made one form: lines of words, with the links between them.

Extractors write links as Markdown (``[words](address)``), by number (``[words][7]``), as a line of its own
after the words, or not at all. Here all become a `Line` of words that knows the address it led to.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.model import squash

_BRACKET = re.compile(r"[\[\]]")
_TARGET = re.compile(r"\(<?([^()\s<>]*)>?\)|\[(\d{1,6})\]")
_DEFINITION = re.compile(r"^\s{0,3}\[(\d{1,6})\]:\s+<?(\S+?)>?\s*$", re.MULTILINE)
_PICTURE = re.compile(r"\[(?!-\])[^\[\]]*\]\s*")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"(?:[*•]|-(?=\s+\S))\s*")
_ADDRESS = re.compile(r"https?://\S+")
_NOISE = re.compile(r"""<a\s[^>]*></a>|<a\s[^>]*>|```\w*|[\[\]]|\]\[\d+\]|\]\(\S*\)""")
_MARK = "\x00"
_LONGEST_NAME = 100


class Line(NamedTuple):
    """Words on one line; ``heading`` is 1 to 6 for a heading, else 0; ``address`` is where they link to."""

    words: str
    heading: int = 0
    address: str | None = None


def lines(text: str) -> list[Line]:
    """The lines that say something, in order. A line that is an address alone joins the line before it."""
    found: list[Line] = []
    numbered: dict[str, str] = dict(_DEFINITION.findall(text))
    plain = _DEFINITION.sub("", text.replace(_MARK, ""))
    for raw in _without_brackets(plain, numbered).splitlines():
        line = _line(raw)
        if line is None:
            continue
        if not line.words:
            if found and found[-1].address is None:
                found[-1] = found[-1]._replace(address=line.address)
        else:
            found.append(line)
    return found


def _line(raw: str) -> Line | None:
    words, _, address = raw.partition(_MARK)
    words = words.strip()
    if _ADDRESS.fullmatch(words) and not address:
        return Line("", 0, words)
    heading = _HEADING.fullmatch(words)
    if heading is not None:
        return Line(heading[2].strip(), len(heading[1]), address or None)
    words = _BULLET.sub("", words, count=1) if _BULLET.match(words) else words
    if not words or _NOISE.fullmatch(words) or (_PICTURE.fullmatch(words) and not address):
        return None
    return Line(squash(words), 0, address or None)


def _without_brackets(text: str, numbered: dict[str, str]) -> str:
    """Every Markdown link as a line of its own: its words, a mark, its address. One pass, whatever the nesting."""
    pieces: list[str] = []
    opened: list[int] = []
    position = 0
    while (bracket := _BRACKET.search(text, position)) is not None:
        pieces.append(text[position : bracket.start()])
        position = bracket.end()
        if bracket[0] == "[":
            opened.append(len(pieces))
            pieces.append("[")
            continue
        target = _TARGET.match(text, position) if opened else None
        if target is None:
            pieces.append("]")
            if opened:
                opened.pop()
            continue
        start = opened.pop()
        address = target[1] if target[1] is not None else numbered.get(target[2], "")
        is_picture = start > 0 and pieces[start - 1].endswith("!")
        words = "" if is_picture else "".join(pieces[start + 1 :])
        if is_picture:
            pieces[start - 1] = pieces[start - 1][:-1]
        in_heading = start > 0 and pieces[start - 1].rstrip(" ").endswith("#")
        pieces[start:] = list(_link(words, address, in_heading))
        position = target.end()
    pieces.append(text[position:])
    return "".join(pieces)


def _link(words: str, address: str, in_heading: bool) -> Iterator[str]:
    """A link as a line. Pictures say nothing; one before a name (a chip, a logo) is cut off it.

    What stands in brackets before a heading or a long text is no picture but a part of it.
    """
    said = squash(words.replace(_MARK, " "))
    picture = _PICTURE.match(said)
    if picture is not None:
        name = said[picture.end() :]
        said = said if name and (in_heading or len(name) > _LONGEST_NAME) else name
    if said:
        yield f"{said}{_MARK}{address}\n"
