"""Cutting single start tags out of a page's bytes.

A list page is one long attribute: finding its tag in the bytes and parsing that tag alone costs a fraction of
parsing the page. Whoever cuts must be ready to be wrong; every function here says None on any doubt.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

_TAG_OPENS = re.compile(rb"<[a-zA-Z]")
_UP_TO_QUOTE_OR_END = re.compile(rb"[^\"'>]*")
_UNSEEN = re.compile(rb"(?i)<(/?)(?:script|style|svg|dialog|template|noscript|textarea|title)\b")
"""Elements in which nothing is shown, or nothing is an element."""
_TRIES = 50
_LETTERS = {b"amp": b"&", b"lt": b"<", b"gt": b">", b"quot": b'"', b"apos": b"'", b"#39": b"'", b"#x27": b"'"}
_LONGEST_REFERENCE = 6
_MOST_REFERENCES = 2000


class StartTag(NamedTuple):
    """A start tag: its longest quoted value as it is written, and what stands before and behind it."""

    before: bytes
    longest: bytes
    behind: bytes

    @property
    def markup(self) -> bytes:
        """The whole tag."""
        return self.filled(self.longest)

    def filled(self, value: bytes) -> bytes:
        """The whole tag with ``value`` in place of the longest one."""
        return self.before + value + self.behind


def first_start_tag(body: bytes, name: bytes, value: re.Pattern[bytes]) -> StartTag | None:
    """The first start tag of ``body`` with an attribute ``name`` whose text, from its name on, matches ``value``.

    None if there is no match, or if the first one does not stand inside a start tag (in a comment, in text,
    in a script).
    """
    match = next(_matches(body, name, value), None)
    return None if match is None else _around(body, match)


def only_start_tag(body: bytes, name: bytes, value: re.Pattern[bytes]) -> StartTag | None:
    """As `first_start_tag`, but None also if there is more than one match."""
    matches = list(islice(_matches(body, name, value), 2))
    return _around(body, matches[0]) if len(matches) == 1 else None


def unescaped(value: bytes) -> bytes | None:
    """What an attribute's value says: its character references undone (HTML Living Standard 13.2.5.72).

    None if there are others than those that JSON is usually written with, or so many that a parser is faster.
    """
    text = value.replace(b"&quot;", b'"')
    pieces: list[bytes | memoryview] = []
    done = 0
    while (start := text.find(b"&", done)) >= 0:
        end = text.find(b";", start, start + _LONGEST_REFERENCE)
        letter = _LETTERS.get(text[start + 1 : end])
        if letter is None or end < 0 or len(pieces) >= 2 * _MOST_REFERENCES:
            return None
        # Views: the text is some hundred kilobytes, and copied once at most.
        pieces += memoryview(text)[done:start], letter
        done = end + 1
    return b"".join([*pieces, memoryview(text)[done:]]) if pieces else text


def _matches(body: bytes, name: bytes, value: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    position = body.find(name)
    while position >= 0:
        match = value.match(body, position)
        if match is not None:
            yield match
        position = body.find(name, position + len(name))


def _around(body: bytes, match: re.Match[bytes]) -> StartTag | None:
    start = match.start()
    # A "<" inside a quoted attribute may stand nearer than the tag's own: it does not reach over the anchor.
    for _ in range(_TRIES):
        start = body.rfind(b"<", 0, start)
        if start < 0:
            return None
        tag = _read(body, start, match.end())
        if tag is not None:
            return None if _in_comment(body, start) or _is_unseen(body, start) else tag
    return None


def _read(body: bytes, start: int, reach: int) -> StartTag | None:
    """The start tag that begins at ``start``, its quoted values skipped; None if it ends before ``reach``."""
    if _TAG_OPENS.match(body, start) is None:
        return None
    position = begin = end = start + 1
    while (plain := _UP_TO_QUOTE_OR_END.match(body, position)) is not None and plain.end() < len(body):
        opening = plain.end()
        if body[opening] == ord(">"):
            tag = StartTag(body[start:begin], body[begin:end], body[end : opening + 1])
            return tag if opening + 1 >= reach else None
        closing = body.find(body[opening : opening + 1], opening + 1)
        if closing < 0:
            return None
        if closing - opening - 1 > end - begin:
            begin, end = opening + 1, closing
        position = closing + 1
    return None


def _in_comment(body: bytes, start: int) -> bool:
    opened = body.rfind(b"<!--", 0, start)
    return opened >= 0 and body.find(b"-->", opened, start) < 0


def _is_unseen(body: bytes, start: int) -> bool:
    """Whether the last such tag before ``start`` is one that opens."""
    slash = b"/"
    for tag in _UNSEEN.finditer(body, 0, start):
        slash = tag[1]
    return not slash
