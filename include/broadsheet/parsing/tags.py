"""Cutting single start tags out of a page's bytes.

A list page is one long attribute: finding its tag in the bytes and parsing that tag alone costs a fortieth of
parsing the page. Whoever cuts must be ready to be wrong; every function here says None on any doubt.
"""

import re
from collections.abc import Iterator

_TAG_OPENS = re.compile(rb"<[a-zA-Z]")
_UP_TO_QUOTE_OR_END = re.compile(rb"[^\"'>]*")
_TRIES = 50


def cut_start_tag(body: bytes, name: bytes, value: re.Pattern[bytes]) -> bytes | None:
    """The one start tag of ``body`` with an attribute ``name`` whose text, from its name on, matches ``value``.

    None if there is no match, more than one, or if the match does not stand inside a start tag (in a
    comment, in text).
    """
    matches = list(_matches(body, name, value))
    if len(matches) != 1:
        return None
    match = matches[0]
    start = match.start()
    # A "<" inside a quoted attribute may stand nearer than the tag's own: it does not reach over the anchor.
    for _ in range(_TRIES):
        start = body.rfind(b"<", 0, start)
        if start < 0:
            return None
        end = _tag_end(body, start)
        if end is not None and end >= match.end():
            return None if _in_comment(body, start) else body[start:end]
    return None


def _matches(body: bytes, name: bytes, value: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    position = body.find(name)
    while position >= 0:
        match = value.match(body, position)
        if match is not None:
            yield match
        position = body.find(name, position + len(name))


def _tag_end(body: bytes, start: int) -> int | None:
    """The position after the ">" of the start tag at ``start``, quoted values skipped."""
    if _TAG_OPENS.match(body, start) is None:
        return None
    position = start + 1
    while (stop := _UP_TO_QUOTE_OR_END.match(body, position)) is not None and stop.end() < len(body):
        position = stop.end()
        if body[position] == ord(">"):
            return position + 1
        closing = body.find(body[position : position + 1], position + 1)
        if closing < 0:
            return None
        position = closing + 1
    return None


def _in_comment(body: bytes, start: int) -> bool:
    opened = body.rfind(b"<!--", 0, start)
    return opened >= 0 and body.find(b"-->", opened, start) < 0
