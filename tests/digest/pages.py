"""What a reader of a page gets."""

from html.parser import HTMLParser

BLOCK = {"p", "div", "h1", "h2", "h3", "h4", "td", "table", "br", "title"}
FILLING = str.maketrans("", "", "\u2007\u034f")
"""What keeps the text after the hidden line out of an inbox's list."""


class Page(HTMLParser):
    """A page's words, addresses and elements; styles are no words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.addresses: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._silent += tag == "style"
        if tag in BLOCK:
            self.words.append("\n")
        if tag == "a":
            self.addresses.append(dict(attrs)["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag == "style"
        if tag in BLOCK:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return squash("".join(self.words).translate(FILLING))


def squash(text: str) -> str:
    """With single spaces."""
    return " ".join(text.split())
