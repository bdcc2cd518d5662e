"""What one poll remembers for the next: validators for a conditional request, and a digest of what matters."""

import hashlib
import re
from collections.abc import Sequence

import msgspec

from broadsheet.model import Capture


class Validators(msgspec.Struct, frozen=True):
    """What the last answer said of itself (RFC 9110 section 8.8).

    ``url`` is the address that gave them: they are sent to no other. None stands for the first one asked.
    ``digest`` is the SHA-256 of the bytes that matter, None before the first answer.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None
    digest: str | None = None

    def headers(self) -> dict[str, str]:
        """The headers of a conditional request."""
        wanted = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in wanted.items() if value is not None}


def answer_of(captures: Sequence[Capture]) -> tuple[Capture, ...]:
    """The captures of one fetch that together are the list, in page order; empty when the fetch failed."""
    if not captures or captures[-1].status != 200 or captures[-1].error is not None:
        return ()
    first = captures[-1].part_of or captures[-1].capture_id
    pages = (capture for capture in captures if first in {capture.capture_id, capture.part_of})
    return tuple(page for page in pages if page.status == 200 and page.error is None)


def validators_after(captures: Sequence[Capture], before: Validators) -> Validators:
    """What to remember after a fetch; what was known stays when nothing new came.

    A list of several pages is asked for whole each time: that its first page stands unchanged says nothing
    of the others.
    """
    answer = answer_of(captures)
    if not answer:
        return before
    digest = digest_of(answer)
    if len(answer) > 1:
        return Validators(digest=digest)
    (page,) = answer
    return Validators(page.header("ETag"), page.header("Last-Modified"), page.url, digest)


def digest_of(answer: Sequence[Capture]) -> str:
    """SHA-256 of what a list says: of a page its hydration JSON, else all but its comments; of the API all."""
    return hashlib.sha256(b"\0".join(_what_matters(page.body) for page in answer)).hexdigest()


_ATTRIBUTE = rb"""\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_TAG = re.compile(rb"<[a-zA-Z][^\s/>]*((?:" + _ATTRIBUTE + rb")+)\s*/?>")
_TARGET = re.compile(rb"""\sdata-target\s*=\s*["']?DailyPapers["'\s]""")
_PROPS = re.compile(rb"""\sdata-props\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def _what_matters(body: bytes) -> bytes:
    if body.lstrip()[:1] != b"<":
        return body
    for tag in _TAG.finditer(body):
        props = _PROPS.search(tag[1]) if b"DailyPapers" in tag[1] and _TARGET.search(tag[1] + b" ") else None
        if props is not None:
            return props[1] or props[2] or b""
    return _COMMENT.sub(b"", body)
