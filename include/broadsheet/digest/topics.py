"""What a reader wants to hear of, as they write it.

Terms are separated by commas, semicolons or line breaks::

    robotics, "world model", robot*, author:"Fei-Fei Li", org:nvidia, keyword:diffusion, -medical, -org:acme

A plain term is looked for in title, abstract, AI summary and AI keywords; several words are a phrase, with or
without quotes. ``author:`` wants all the words of a name, in order, in one author's name; ``org:`` a phrase in the
organisation's name; ``keyword:`` a phrase in one AI keyword. A star at the end stands for any ending, a minus in
front for what is not wanted. Words are compared whole, without regard to case, accents and hyphens.
"""

import re
from enum import StrEnum
from functools import lru_cache

import msgspec

from broadsheet.digest.folding import folded_words
from broadsheet.digest.text import clean
from broadsheet.errors import UsageError

MOST_TERMS = 100
MOST_CHARACTERS = 100
"""How many terms may be asked for, and how long one may be."""
REMEMBERED = 16384
"""How many terms that somebody wrote are kept as they were read."""


class TopicsError(UsageError):
    """Topics that cannot be read."""


class Field(StrEnum):
    """Where a term is looked for; ``text`` is title, abstract, AI summary and AI keywords."""

    TEXT = "text"
    AUTHOR = "author"
    ORGANIZATION = "org"
    KEYWORD = "keyword"


class Term(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """One thing to look for: ``words`` are folded; with ``prefix`` the last of them is a beginning.

    ``text`` is what the reader wrote, without quotes and star.
    """

    field: Field
    text: str
    words: tuple[str, ...]
    prefix: bool = False

    def __str__(self) -> str:
        text = self.text + "*" * self.prefix
        written = text if _PLAIN.fullmatch(text) else f'"{text}"'
        return written if self.field is Field.TEXT else f"{self.field}:{written}"

    @property
    def shown(self) -> str:
        """The term as a reason that a reader is given: ``robotics``, ``author Fei-Fei Li``."""
        text = self.text + "*" * self.prefix
        return f"{_SHOWN[self.field]} {text}" if self.field in _SHOWN else text


class Topics(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """What is wanted, everything if ``includes`` is empty, and what is not wanted in any case.

    ``str()`` gives the canonical text, which reads back as the same topics.
    """

    includes: tuple[Term, ...] = ()
    excludes: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return ", ".join([*map(str, self.includes), *(f"-{term}" for term in self.excludes)])

    def __bool__(self) -> bool:
        return bool(self.includes or self.excludes)


_SHOWN = {Field.AUTHOR: "author", Field.ORGANIZATION: "organisation", Field.KEYWORD: "keyword"}
_NAMES = {
    "author": Field.AUTHOR,
    "org": Field.ORGANIZATION,
    "organisation": Field.ORGANIZATION,
    "organization": Field.ORGANIZATION,
    "keyword": Field.KEYWORD,
}
_PIECE = re.compile(r'(?:"[^"\n]*"|[^",;，、；\n]|")+')
_FORM = re.compile(
    r"""(?P<minus>[-−–]?) (?:(?P<name>[^\W\d_]+):\s*)? (?P<text>"[^"]*" | [^"\s:*−–-][^":]*?) (?P<star>\**)""",
    re.VERBOSE,
)
_PLAIN = re.compile(r"[^\W_][\w./+#&'-]*\*?")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


def read_topics(text: str) -> Topics:
    """Read what a reader wrote; nothing written is ``Topics()``, which wants everything.

    Raises:
        TopicsError: a term that cannot be read, or too many; says which and what to write.
    """
    lines = "\n".join(text.translate(_QUOTES).splitlines())
    pieces = [piece.strip() for piece in _PIECE.findall(lines)]
    includes: dict[tuple[object, ...], Term] = {}
    excludes: dict[tuple[object, ...], Term] = {}
    for number, piece in enumerate(filter(None, pieces), 1):
        if number > MOST_TERMS:
            raise TopicsError(f"{_name(number, piece)} is one too many: write at most {MOST_TERMS}")
        try:
            unwanted, term = _read(piece)
        except TopicsError as error:
            raise TopicsError(f"{_name(number, piece)}{error}") from None
        (excludes if unwanted else includes).setdefault((term.field, term.words, term.prefix), term)
    return Topics(tuple(includes.values()), tuple(excludes.values()))


def _name(number: int, piece: str) -> str:
    return f"topic {number} ({clean(piece, 40)})"


@lru_cache(maxsize=REMEMBERED)
def _read(piece: str) -> tuple[bool, Term]:
    """Whether it is unwanted, and the term: one object for all who write it so. Complaints go on from a name."""
    form = _FORM.fullmatch(piece)
    if form is None:
        raise TopicsError(
            " cannot be read: write quotes around a whole phrase only, "
            'as in "world model" or author:"Fei-Fei Li", and a minus right before what you do not want'
        )
    name, inner = form["name"], form["text"].strip('"').strip()
    if name and name.casefold() not in _NAMES:
        raise TopicsError(
            f": nothing can be looked for by {name!r}: "
            "write author:, org: or keyword:, or put the whole in quotes"
        )
    shown = clean(inner.rstrip("*"))
    words = folded_words(shown)
    if not words or "*" in shown:
        raise TopicsError(
            f" {'has a star inside' if words else 'has neither letters nor digits'}: write words to look "
            "for, such as robotics, or robot* for all words that begin so"
        )
    if len(shown) > MOST_CHARACTERS:
        raise TopicsError(f" is too long: write at most {MOST_CHARACTERS} characters")
    prefix = inner.endswith("*") or bool(form["star"])
    return bool(form["minus"]), Term(_NAMES[name.casefold()] if name else Field.TEXT, shown, words, prefix)
