"""Feeds as Atom (RFC 4287), in parts (RFC 5005), with a hint how often to ask (RSS 1.0 module syndication)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree
from lxml.builder import ElementMaker

from broadsheet import __version__
from broadsheet.web.feeds.feed import Feed, Item

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
_A = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM, "sy": _SYNDICATION})
_SY = ElementMaker(namespace=_SYNDICATION)


def write(feed: Feed) -> bytes:
    """The feed as a document.

    Raises:
        ValueError: a text holds a character that XML cannot; `broadsheet.digest.text.clean` leaves none.
    """
    document = _A.feed(
        {"{http://www.w3.org/XML/1998/namespace}lang": "en"},
        _A.id(feed.id),
        _A.title(feed.title),
        _A.subtitle(feed.description),
        _A.updated(_rfc_3339(feed.updated)),
        _A.author(_A.name("Broadsheet")),
        _A.generator("Broadsheet", version=__version__),
        _A.icon(feed.icon),
        _A.link(rel="self", type="application/atom+xml", href=feed.url),
        _A.link(rel="alternate", type="text/html", href=feed.page_url),
        _A.link(rel="first", type="application/atom+xml", href=feed.first),
        *([_A.link(rel="next", type="application/atom+xml", href=feed.next)] if feed.next else []),
        _SY.updatePeriod("hourly"),
        _SY.updateFrequency("4"),
        *(_A.entry(*_entry(item, feed.scheme)) for item in feed.items),
    )
    text: bytes = etree.tostring(document, xml_declaration=True, encoding="utf-8")
    return text


def _entry(item: Item, scheme: str) -> Iterator[object]:
    yield _A.id(item.id)
    yield _A.title(item.title)
    yield _A.published(_rfc_3339(item.published))
    yield _A.updated(_rfc_3339(item.updated))
    yield _A.link(rel="alternate", type="text/html", href=item.url)
    for title, address in item.related:
        yield _A.link(rel="related", title=title, href=address)
    for name in item.authors:
        yield _A.author(_A.name(name))
    yield _A.category(term=item.facts.type, scheme=scheme)
    for keyword in item.keywords:
        yield _A.category(term=keyword)
    if item.summary:
        yield _A.summary(item.summary)
    yield _A.content(item.html, type="html")


def _rfc_3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
