"""The pages of the documentation, and what of them is code."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCED = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<code>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)
_INDENTED = re.compile(r"^ {4,}(?=\S)(.+)$", re.MULTILINE)
_SPAN = re.compile(r"`([^`]+)`")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language, in order."""
    found = _FENCED.finditer(page.read_text(encoding="utf-8"))
    return [block["code"] for block in found if block["language"] == language]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCED.sub("", page.read_text(encoding="utf-8"))


def spans(page: Path) -> Iterator[str]:
    """What stands between backquotes in a page's prose, each on one line."""
    for span in _SPAN.findall(prose(page)):
        yield " ".join(span.split())


def command_lines(page: Path) -> Iterator[str]:
    """Every line of a page that may be typed: of shell blocks, of indented blocks, and of spans."""
    for block in blocks(page, "sh") + blocks(page, "ini"):
        yield from block.replace("\\\n", " ").splitlines()
    yield from _INDENTED.findall(prose(page))
    yield from spans(page)
