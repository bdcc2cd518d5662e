"""What a valid feed is: by the schemas, by the rules that no schema says, and to a parser that takes no offence."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import html5lib
import jsonschema
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
SAFE = {"a", "p", "strong", "em", "ul", "li", "h2", "h3", "html", "head", "body"}
"""The elements that the content of an item is made of."""
_HERE = Path(__file__).parent


@cache
def _grammar() -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(_HERE / "atom.rng"))


@cache
def _schema() -> dict:
    return json.loads((_HERE / "json_feed.schema.json").read_text())


def valid_atom(data: bytes) -> etree._Element:
    """The feed, after it was found valid."""
    root = etree.fromstring(data)
    _grammar().assertValid(etree.ElementTree(root))
    entries = root.findall(f"{ATOM}entry")
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids), "ids are unique"
    for address in [
        *ids,
        *(link.get("href") for link in root.iter(f"{ATOM}link")),
        root.findtext(f"{ATOM}icon"),
    ]:
        assert _is_absolute(address), f"{address} is an absolute URI"
    assert root.find(f"{ATOM}author") is not None, "each entry has an author, or the feed has"
    for element in (root, *entries):
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len({(link.get("type"), link.get("hreflang")) for link in alternates}) == len(alternates) == 1
        assert element.findtext(f"{ATOM}title").strip()
    assert len([link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"]) == 1
    for entry in entries:
        published, updated = (_moment(entry.findtext(f"{ATOM}{name}")) for name in ("published", "updated"))
        assert published <= updated, "nothing is updated before it is published"
        assert updated <= _moment(root.findtext(f"{ATOM}updated"))
        assert entry.find(f"{ATOM}content").get("type") == "html"
        safe_html(entry.findtext(f"{ATOM}content"))
    read = feedparser.parse(data)
    assert read.bozo == 0
    assert read.version == "atom10"
    assert len(read.entries) == len(entries)
    return root


def valid_json(data: bytes) -> dict:
    """The feed, after it was found valid."""
    feed = json.loads(data)
    jsonschema.validate(feed, _schema(), format_checker=jsonschema.FormatChecker())
    ids = [item["id"] for item in feed["items"]]
    assert len(set(ids)) == len(ids), "ids are unique"
    for item in feed["items"]:
        assert _moment(item["date_published"]) <= _moment(item["date_modified"])
        safe_html(item["content_html"])
    return feed


def safe_html(text: str) -> None:
    """Holds nothing that runs, loads or styles, and no address but http(s) ones."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    for element in parser.parse(f"<!DOCTYPE html><title>x</title>{text}").iter():
        if element.tag == "title":
            continue
        assert element.tag in SAFE, element.tag
        assert set(element.attrib) <= {"href"}
        assert urlsplit(element.get("href", "https://example.org")).scheme in {"http", "https"}
    assert not parser.errors, parser.errors


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() is not None
    return moment


def _is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return (
        address.isascii()
        and " " not in address
        and bool(parts.scheme)
        and bool(parts.netloc or parts.scheme == "tag")
    )
