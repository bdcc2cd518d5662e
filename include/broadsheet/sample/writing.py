"""Inventing texts: titles, abstracts, names, out of the words in ``words.toml``."""

import random
import tomllib
from functools import cache
from pathlib import Path

import msgspec

WORDS_FILE = Path(__file__).parent / "words.toml"
ABSTRACT_CHARACTERS = (900, 1500)


class Area(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of research with its own vocabulary, so that a paper's words fit together."""

    name: str
    tasks: tuple[str, ...]
    things: tuple[str, ...]
    methods: tuple[str, ...]
    keywords: tuple[str, ...]


class Awkward(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper that makes careless programs stumble: its ``kind`` says how.

    ``without`` names parts that it never gets, ``sentences`` sets the least length of its abstract, ``wrap``
    breaks abstract and title into hard lines as the hub did until 2025.
    """

    kind: str
    title: str
    abstract_start: str = ""
    authors: int | None = None
    without: frozenset[str] = frozenset()
    wrap: bool = False
    sentences: int = 0


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of ``words.toml``."""

    titles: tuple[str, ...]
    gerunds: tuple[str, ...]
    adjectives: tuple[str, ...]
    small_words: frozenset[str]
    openings: tuple[str, ...]
    introductions: tuple[str, ...]
    middles: tuple[str, ...]
    results: tuple[str, ...]
    closings: tuple[str, ...]
    summaries: tuple[str, ...]
    comments: tuple[str, ...]
    models: tuple[str, ...]
    name_starts: tuple[str, ...]
    name_middles: tuple[str, ...]
    name_ends: tuple[str, ...]
    given_names: tuple[str, ...]
    family_starts: tuple[str, ...]
    family_ends: tuple[str, ...]
    organizations: tuple[tuple[str, str], ...]
    areas: tuple[Area, ...]
    awkward: tuple[Awkward, ...]


@cache
def load_words() -> Words:
    """The vocabulary, read once."""
    return msgspec.convert(tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")), Words)


def dice(*seed: object) -> random.Random:
    """Random numbers that are the same for the same seed."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311 - made-up papers keep no secrets


class Pen:
    """Writes the texts of one paper; every choice comes from the given random numbers."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._words = load_words()
        self.area = rng.choice(self._words.areas)
        self._slots = {
            "name": self._coin(),
            "task": rng.choice(self.area.tasks),
            "thing": rng.choice(self.area.things),
            "method": rng.choice(self.area.methods),
            "gerund": rng.choice(self._words.gerunds),
            "adjective": rng.choice(self._words.adjectives),
        }

    @property
    def name(self) -> str:
        """The name of the paper's system."""
        return self._slots["name"]

    def title(self) -> str:
        """A title in title case."""
        return self._title_case(self._fill(self._rng.choice(self._words.titles)))

    def abstract(self, start: str = "", sentences: int = 0) -> str:
        """An abstract of 900 to 1,500 characters, more only where ``sentences`` asks for it."""
        shortest, longest = ABSTRACT_CHARACTERS
        target = self._rng.randint(shortest, longest - 250)
        closing = self._fill(self._rng.choice(self._words.closings))
        middles = self._rng.sample(self._words.middles, len(self._words.middles))
        results = self._rng.sample(self._words.results, len(self._words.results))
        opening = start or self._fill(self._rng.choice(self._words.openings))
        parts = [opening, self._fill(self._rng.choice(self._words.introductions))]
        for sentence in [*middles[:3], *results[:2], *middles[3:], *results[2:], *middles]:
            if len(" ".join([*parts, closing])) >= target and len(parts) >= sentences:
                break
            parts.append(self._fill(sentence))
        return " ".join([*parts, closing])

    def ai_summary(self) -> str:
        """One sentence, as the hub's model writes it."""
        return self._capitalise(self._fill(self._rng.choice(self._words.summaries)))

    def ai_keywords(self) -> tuple[str, ...]:
        """Three to ten keywords of the paper's area."""
        return tuple(self._rng.sample(self.area.keywords, self._rng.randint(3, len(self.area.keywords))))

    def person(self) -> tuple[str, str]:
        """A full name and a user name."""
        words = self._words
        given = self._rng.choice(words.given_names)
        family = self._rng.choice(words.family_starts) + self._rng.choice(words.family_ends)
        handle = "".join(c for c in f"{given[0]}{family}".lower() if c.isascii())
        return f"{given} {family}", f"{handle}{self._rng.randint(1, 99)}"

    def _coin(self) -> str:
        words = self._words
        parts = (words.name_starts, words.name_middles, words.name_ends)
        return "".join(self._rng.choice(part) for part in parts)

    def _fill(self, pattern: str) -> str:
        numbers = {
            "small": str(self._rng.randint(2, 9)),
            "low": str(self._rng.randint(31, 58)),
            "number": str(self._rng.randint(60, 94)),
        }
        return pattern.format(**self._slots, Task=self._capitalise(self._slots["task"]), **numbers)

    def _title_case(self, text: str) -> str:
        first, *rest = text.split(" ")
        cased = [word if word in self._words.small_words else self._capitalise(word) for word in rest]
        return " ".join([self._capitalise(first), *cased])

    @staticmethod
    def _capitalise(text: str) -> str:
        return text[:1].upper() + text[1:]


def hard_wrap(text: str, width: int = 79) -> str:
    """Break ``text`` into lines at spaces, as arXiv's own abstracts come."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([*lines, line])
