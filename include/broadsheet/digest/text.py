"""Text as it may stand in a mail: cleaned of what could mislead, cut and wrapped without breaking characters."""

import unicodedata

from broadsheet.model import squash

JOINER = "\u200d"
_ZERO_WIDTH = {"Mn", "Me", "Cf"}
_UNWANTED = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, most: int | None = None) -> str:
    """``text`` on one line, without control characters and bidirectional overrides, cut after ``most`` characters."""
    # What is printable holds nothing unwanted: most texts need no look at each character.
    line = squash(text if text.isprintable() else _wanted(text))
    return line if most is None else clip(line, most)


def _wanted(text: str) -> str:
    return "".join(
        " " if c.isspace() or unicodedata.category(c) in {"Zl", "Zp"} else c
        for c in text
        if c.isspace() or (unicodedata.category(c) not in _UNWANTED and c not in _BIDI_CONTROLS)
    )


def clip(text: str, most: int) -> str:
    """At most ``most`` characters of ``text``, the last of them "…" if anything was cut; at a word's end if near."""
    if len(text) <= most:
        return text
    end = most - 1
    while end > 0 and _clings(text, end):
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    if space > end * 2 // 3:
        end = space
    return text[:end].rstrip(" ,;:.–—-") + "…"


def opening(text: str, most: int) -> str:
    """Like ``clip``, but up to the end of a sentence if one ends in the second half."""
    if len(text) <= most:
        return text
    sentence = max(text.rfind(f"{stop} ", 0, most - 2) for stop in ".?!")
    return f"{text[: sentence + 1]} …" if sentence > most // 2 else clip(text, most)


def columns(text: str) -> int:
    """How many columns a terminal gives ``text``: two for East Asian wide characters, none for marks."""
    return len(text) if text.isascii() else sum(_width(c) for c in text)


def wrap(text: str, width: int = 78, indent: str = "", first: str | None = None) -> str:
    """Break ``text`` into lines of at most ``width`` columns.

    ``indent`` stands before every line; before the first one ``first`` does instead, if given. Words longer than a
    line are broken, addresses never are.
    """
    lines = [indent if first is None else first]
    begun = False
    for word in text.split():
        gap = " " if begun else ""
        if columns(lines[-1] + gap + word) <= width:
            lines[-1] += gap + word
        elif word.startswith(("http://", "https://")) or columns(indent + word) <= width:
            if begun:
                lines.append(indent)
            lines[-1] += word
        else:
            lines[-1] += gap
            _fill(lines, word, width, indent)
        begun = True
    return "\n".join(line.rstrip() for line in lines)


def _fill(lines: list[str], word: str, width: int, indent: str) -> None:
    """Write a word that is longer than a line, from the last line's end on."""
    while word:
        end = _fit(word, width - columns(lines[-1]))
        lines[-1] += word[:end]
        word = word[end:]
        if word:
            lines.append(indent)


def _fit(text: str, width: int) -> int:
    """The length of the longest head of ``text`` that fits and does not split a character from its marks."""
    used = end = 0
    while end < len(text) and used + _width(text[end]) <= width:
        used += _width(text[end])
        end += 1
    whole = end
    while whole > 0 and _clings(text, whole):
        whole -= 1
    return whole or end


def _clings(text: str, index: int) -> bool:
    """Whether the character at ``index`` belongs to the one before it."""
    if index >= len(text):
        return False
    return unicodedata.category(text[index]) in _ZERO_WIDTH or text[index - 1] == JOINER


def _width(character: str) -> int:
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
