"""What must hold of any answer of the site, whatever was asked and whatever the hub said."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import html5lib
import lxml.etree
from httpx import Response

from broadsheet.digest.links import CODE_HOSTS
from broadsheet.web.security import HEADERS
from web.hostile import MARK

MAIL_PAGE = re.compile(r"/editions/[^/]*Z/\d+-[\w-]+$")
"""The one page with styles in its text: a mail as it was sent."""
OTHER_HOSTS = CODE_HOSTS | {"huggingface.co", "arxiv.org", "doi.org"}
FORBIDDEN = {"iframe", "object", "embed", "base", "applet", "frame", "portal", "math"}
ADDRESSES = {"href", "src", "action", "formaction", "poster", "data", "background", "ping", "xlink:href"}
FETCHED = {"link", "script", "img", "source", "video", "audio", "track", "input", "use", "image"}
"""Elements whose addresses a browser fetches by itself."""
LEAKS = (
    "Traceback (most recent",
    "site-packages",
    ".venv/",
    "/tmp/",
    "duckdb.duckdb",
    "sqlalchemy",
    "reader@example",
)
STEERING = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]"
)
"""Control characters and overrides of the direction of writing, with which a text can look like another one."""


def faults(answer: Response, host: str) -> list[str]:
    """What is wrong with an answer of the site at ``host``; empty if all is well."""
    return [*_headers(answer, host), *_leaks(answer), *_content(answer, host)]


def _headers(answer: Response, host: str) -> Iterator[str]:
    is_mail = MAIL_PAGE.search(answer.url.path) is not None and answer.status_code == 200
    for name in HEADERS:
        if name not in answer.headers:
            yield f"has no {name}"
    policy = answer.headers.get("content-security-policy", "")
    allowed = policy.replace("style-src 'unsafe-inline'", "") if is_mail else policy
    if "default-src 'none'" not in policy or "unsafe" in allowed or "*" in policy or "data:" in policy:
        yield f"has the policy {policy}"
    if "set-cookie" in answer.headers:
        yield "sets a cookie"
    if any(MARK in name.lower() for name in answer.headers):
        yield "has a header from outside"
    location = answer.headers.get("location", "/")
    if urlsplit(location).netloc not in {"", host} or location.replace("\\", "/").startswith("//"):
        yield f"leads to {location}"
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"broke: {answer.status_code}"


def _leaks(answer: Response) -> Iterator[str]:
    for leak in LEAKS:
        if leak in answer.text:
            yield f"tells of {leak}"


def _content(answer: Response, host: str) -> Iterator[str]:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if not answer.content:
        return
    if kind == "text/html":
        is_mail = MAIL_PAGE.search(answer.url.path) is not None
        is_part = not answer.text.lstrip().startswith("<!DOCTYPE")
        yield from page_faults(answer.text, host, is_mail=is_mail, is_part=is_part)
    elif kind.endswith("+xml"):
        lxml.etree.fromstring(answer.content, lxml.etree.XMLParser(resolve_entities=False, no_network=True))
    elif kind.endswith("json"):
        json.loads(answer.text)


def page_faults(text: str, host: str, *, is_mail: bool = False, is_part: bool = False) -> Iterator[str]:
    """What is wrong with an HTML page, or a part of one."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parseFragment(text) if is_part else parser.parse(text)
    if not is_mail and parser.errors:
        yield f"is not valid: {parser.errors[:3]}"
    if found := STEERING.search(text):
        yield f"holds {found[0]!r}"
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = element.tag.rpartition("}")[2]
        if name in FORBIDDEN or MARK in name:
            yield f"holds <{name}>"
        if name == "meta" and "http-equiv" in element.attrib and not is_mail:
            yield "holds a meta http-equiv"
        if name == "script" and (
            is_mail or is_part or (element.text or "").strip() or not element.get("src")
        ):
            yield f"holds a script: {element.text}"
        if name == "style" and not is_mail:
            yield "holds a style"
        for attribute, value in element.attrib.items():
            yield from _attribute(name, str(attribute), value, host, is_mail=is_mail)


def _attribute(element: str, name: str, value: str, host: str, *, is_mail: bool) -> Iterator[str]:
    if name.startswith("on") or MARK in name or name in {"srcdoc", "srcset"}:
        yield f"has {element} {name}={value}"
    if name == "style" and not is_mail:
        yield f"has {element} with a style"
    if name not in ADDRESSES:
        return
    try:
        parts = urlsplit(re.sub(r"[\x00-\x20]", "", value))
    except ValueError:
        yield f"has {element} {name}={value}"
        return
    is_own = not parts.netloc or parts.netloc == host
    if parts.scheme not in {"", "http", "https", "mailto"}:
        yield f"has {element} {name}={value}"
    elif element in FETCHED and element != "link" and not is_own:
        yield f"fetches {value}"
    elif not is_own and not is_mail and parts.hostname not in OTHER_HOSTS:
        yield f"links to {value}"
