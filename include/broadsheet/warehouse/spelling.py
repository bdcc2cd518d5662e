"""Words as search compares them, in Python: what the macros ``search_folded`` and ``search_stem`` make of a text.

DuckDB needs ten times as long for it. Only what is written in letters that are folded one by one is read here: ASCII,
Western letters with accents, and the signs of typesetting. The rest is the macro's to read.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from broadsheet.warehouse.rows import fetch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORD = re.compile(r"[0-9a-z]+(?:(?:\+\+|#)\B)?")
_BETWEEN_WORDS = str.maketrans({sign: " " for sign in map(chr, range(128)) if not sign.isalnum()})
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WITHOUT_DECOMPOSITION = {
    **dict.fromkeys("Øø", "o"),
    **dict.fromkeys("Łł", "l"),
    **dict.fromkeys("Đđ", "d"),
    **dict.fromkeys("Ħħ", "h"),
    **dict.fromkeys("Ææ", "ae"),
    **dict.fromkeys("Œœ", "oe"),
    **{"ı": "i", "ß": "ss", "¹": "1", "²": "2", "³": "3"},
}
_SIGNS = "\xa0¡¢£¤¥¦§¨©«¬\xad®¯°±´¶·¸»¼½¾¿×÷"


def stem(word: str) -> str:
    """A folded word without its plural ending: the macro ``search_stem``, by the rules of Harman's S stemmer."""
    if not word.endswith("s") or len(word) < 4 or word.endswith(("us", "ss")):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    return word[:-1]


def stems(words: Iterable[str]) -> list[str]:
    """Each of the words without its plural ending."""
    return [word if word[-1] != "s" else stem(word) for word in words]


def plain_words(text: str) -> list[str] | None:
    """The words of ``text`` in order, folded, with their endings: the macro ``search_folded``. None: it holds a
    letter that only the macro can fold."""
    if not text.isascii():
        text = _NOT_ASCII.sub(_plain, text)
        # Of an accented text the macro reads nothing behind a zero byte.
        if not text.isascii() or "\0" in text:
            return None
    if "+" in text or "#" in text:
        return _WORD.findall(text.lower())
    # Without C++ and C# words are what is left between the other signs: three times as fast.
    return text.lower().translate(_BETWEEN_WORDS).split()


def folded_words(con: "DuckDBPyConnection", texts: Iterable[str]) -> dict[str, list[str]]:
    """The words of each text, as `plain_words` tells them, whatever its letters."""
    words: dict[str, list[str]] = {}
    others = []
    for text in set(texts):
        plain = plain_words(text)
        if plain is None:
            others.append(text)
        else:
            words[text] = plain
    if others:
        words.update(fetch(con, "search/folded", texts=others))
    return words


def _plain(found: re.Match[str]) -> str:
    """One letter as ASCII has it, a sign as a space; any other as it is."""
    letter = found[0]
    if "\u2000" <= letter <= "\u206f" or "\u2190" <= letter <= "\u2bff":
        return " "
    return _WESTERN.get(letter, letter)


def _western() -> dict[str, str]:
    bases = {letter: unicodedata.normalize("NFD", letter)[0] for letter in map(chr, range(0xC0, 0x180))}
    letters = {letter: base for letter, base in bases.items() if base.isascii()}
    return letters | dict.fromkeys(_SIGNS, " ") | _WITHOUT_DECOMPOSITION


_WESTERN = _western()
