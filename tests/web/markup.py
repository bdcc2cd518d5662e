"""Pages as a browser reads them."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import NamedTuple

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"


class Anchor(NamedTuple):
    text: str
    address: str


class Markup:
    """A page, valid HTML: parsing another one raises html5lib's ParseError."""

    def __init__(self, text: str) -> None:
        self.root: ET.Element = html5lib.HTMLParser(strict=True).parse(text)

    def all(self, name: str, css_class: str = "") -> list[ET.Element]:
        """The elements of that name, those with that class if one is given, in order."""
        return [each for each in self.root.iter(XHTML + name) if _has(each, css_class)]

    def one(self, name: str, css_class: str = "") -> ET.Element:
        (found,) = self.all(name, css_class)
        return found

    @property
    def links(self) -> list[Anchor]:
        return [Anchor(text(each), each.get("href", "")) for each in self.all("a")]

    @property
    def attributes(self) -> Iterator[tuple[str, str, str]]:
        """Every attribute: of which element, its name, its value."""
        for element in self.root.iter():
            for name, value in element.attrib.items():
                yield element.tag.rpartition("}")[2], name, value


def text(element: ET.Element) -> str:
    """What is read of an element, white space collapsed."""
    return " ".join("".join(element.itertext()).split())


def inside(element: ET.Element, css_class: str) -> list[ET.Element]:
    """The elements of a class within another."""
    return [each for each in element.iter() if _has(each, css_class)]


def _has(element: ET.Element, css_class: str) -> bool:
    return not css_class or css_class in (element.get("class") or "").split()
