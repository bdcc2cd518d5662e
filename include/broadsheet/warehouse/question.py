"""The language of the search, read in Python.

What a question means is the macro ``search_items``'s to say; of one that needs no folding of letters this says the
same, in a hundredth of the time.
"""

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from broadsheet.warehouse.spelling import plain_words, stems

MOST_TEXT = 1000
MOST_WORDS = 60
"""How much of a question is read."""

_NAME = r"(?i:author|org|organi[sz]ation|keyword|list|since|until)"
# DuckDB's regular expressions count no vertical tab among the white space.
_SPACE = r"[\t\n\f\r ]"
_PIECE = re.compile(rf'-?(?:{_NAME}:{_SPACE}*)?(?:"[^"]*"?\*?|[^\t\n\f\r ",;]+)')
_PART = re.compile(rf'(-?)(?:({_NAME}):{_SPACE}*)?"?([^"]*?)"?(\**)')
_DAY = re.compile(r"(?!0000)[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
DATES = frozenset({"since", "until"})


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look for, as the question was understood.

    ``field`` is text, author, org or keyword, or one of the filters list, since and until. ``sought`` is as it was
    written, ``words`` as they are looked for: folded, with ``prefix`` the last of them is a beginning. ``ignored``
    says why it is left out; None: it counts.
    """

    field: str
    sought: str
    words: tuple[str, ...]
    prefix: bool
    excluded: bool
    ignored: str | None


def read_question(text: str) -> tuple[Item, ...] | None:
    """What is looked for, in order. None: only the macro can tell, because a letter is not ASCII's, or a date has
    another form than 2026, 2026-11 or 2026-11-20."""
    written = text[:MOST_TEXT]
    if not written.isascii():
        return None
    items = []
    words = 0
    for sign, name, inside, star in _pieces(written):
        item = _item(name, inside, starred=bool(star), excluded=bool(sign))
        if item is None:
            return None
        words += len(item.words)
        if words > MOST_WORDS:
            item = msgspec.structs.replace(item, ignored=f"one too many: {MOST_WORDS} words are looked for")
        items.append(item)
    return tuple(items)


def is_plain_date(sought: str) -> bool:
    """Whether ``sought`` has the form of a year, a month or a day."""
    return _DAY.fullmatch(sought) is not None


def _pieces(written: str) -> Iterator[tuple[str, str, str, str]]:
    for piece in _PIECE.findall(written):
        part = _PART.fullmatch(piece)
        if part is not None:
            sign, name, sought, star = part.groups("")
            yield sign, _field(name), sought, star


def _field(name: str) -> str:
    """``organisation`` and its like are ``org``; what has no name is text."""
    if not name:
        return "text"
    return "org" if name.lower().startswith("org") else name.lower()


def _item(field: str, inside: str, *, starred: bool, excluded: bool) -> Item | None:
    sought = inside.rstrip("*").strip(" ")
    if field in DATES:
        return _date(field, sought, excluded=excluded)
    words = [sought.lower()] if field == "list" else plain_words(sought) or []
    prefix = bool(words) and (starred or inside.endswith("*"))
    if field in ("text", "keyword"):
        whole = len(words) - prefix
        words = stems(words[:whole]) + words[whole:]
    return Item(
        field=field,
        sought=sought,
        words=tuple(words),
        prefix=prefix,
        excluded=excluded,
        ignored=None if words else "neither letters nor digits",
    )


def _date(field: str, sought: str, *, excluded: bool) -> Item | None:
    fault = "a date cannot be excluded" if excluded else None
    if is_plain_date(sought):
        try:
            date.fromisoformat(sought + "0000-01-01"[len(sought) :])
        except ValueError:
            fault = "no day, month or year such as 2026-11-20"
    elif len(sought) in (4, 7, 10):
        return None
    else:
        fault = "no day, month or year such as 2026-11-20"
    return Item(field=field, sought=sought, words=(), prefix=False, excluded=excluded, ignored=fault)
