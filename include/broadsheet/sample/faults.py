"""What can go wrong with a hub, each as a small type: pass one to ``SampleHub.fail``.

A fault works in one of three places: it changes the contents (``look``), the finished answer (``change``), or
the way it goes over the wire (``send``).
"""

import gzip
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Protocol

import msgspec

from broadsheet.sample.answers import HTML, SOUND, TEXT, Answer, Look
from broadsheet.sample.pages import ready_page

MEGABYTE = 2**20


class Wire(Protocol):
    """The open connection that a fault may spoil, and the answer that waits to go over it."""

    @property
    def answer(self) -> Answer: ...

    def head(self, length: int | None) -> None:
        """Send status and headers; ``length`` is announced as Content-Length, None announces none."""

    def write(self, data: bytes) -> bool:
        """Send bytes; False when the client has gone."""

    def wait(self, seconds: float) -> bool:
        """Wait; False when the hub closes meanwhile."""

    def hang_up(self) -> None:
        """End the connection after this answer."""


class Fault(msgspec.Struct, frozen=True, tag_field="fault", forbid_unknown_fields=True):
    """The base of all faults."""

    @property
    def silent(self) -> bool:
        """Whether the client gets no status at all."""
        return False

    @property
    def look(self) -> Look:
        """How the contents differ."""
        return SOUND

    def change(self, answer: Answer, /) -> Answer:
        """The answer to give in place of ``answer``."""
        return answer

    def send(self, _: Wire, /) -> bool:
        """Put the wire's answer on the wire; False leaves that to the hub."""
        return False


class Status(Fault, frozen=True, tag="status"):
    """An error of the hub, such as 429 with Retry-After, or 503."""

    status: int = 503
    headers: dict[str, str] = {}
    body: str = "Service unavailable"

    def change(self, _: Answer, /) -> Answer:
        return Answer(
            status=self.status,
            content_type=TEXT,
            body=self.body.encode(),
            headers=tuple(self.headers.items()),
        )


class Hang(Fault, frozen=True, tag="hang"):
    """No answer for ``seconds``, then the connection ends."""

    seconds: float = 3600.0

    @property
    def silent(self) -> bool:
        return True

    def send(self, wire: Wire, /) -> bool:
        wire.wait(self.seconds)
        wire.hang_up()
        return True


class Drop(Fault, frozen=True, tag="drop"):
    """The connection ends without a word."""

    @property
    def silent(self) -> bool:
        return True

    def send(self, wire: Wire, /) -> bool:
        wire.hang_up()
        return True


class EndlessBody(Fault, frozen=True, tag="endless_body"):
    """A body that never ends: ``chunk`` bytes, then ``pause`` seconds, for ever. Small and slow is a trickle."""

    chunk: int = 65_536
    pause: float = 0.0

    def change(self, answer: Answer, /) -> Answer:
        return Answer(content_type=answer.content_type)

    def send(self, wire: Wire, /) -> bool:
        wire.head(length=None)
        while wire.write(b" " * self.chunk) and wire.wait(self.pause):
            pass
        wire.hang_up()
        return True


class GzipBomb(Fault, frozen=True, tag="gzip_bomb"):
    """A small body that unpacks to ``megabytes`` of white space."""

    megabytes: int = 1024

    def change(self, answer: Answer, /) -> Answer:
        return Answer(
            content_type=answer.content_type,
            body=_packed_megabyte() * self.megabytes,
            headers=(("Content-Encoding", "gzip"),),
        )


class CutBody(Fault, frozen=True, tag="cut_body"):
    """The connection ends after ``share`` of the announced Content-Length."""

    share: float = 0.5

    def send(self, wire: Wire, /) -> bool:
        body = wire.answer.body
        wire.head(length=len(body))
        wire.write(body[: int(len(body) * self.share)])
        wire.hang_up()
        return True


class RedirectOff(Fault, frozen=True, tag="redirect_off"):
    """A redirect to another host."""

    location: str = "https://elsewhere.example/papers"

    def change(self, _: Answer, /) -> Answer:
        return Answer(status=302, content_type=TEXT, headers=(("Location", self.location),))


class Challenge(Fault, frozen=True, tag="challenge"):
    """The firewall's page in place of the answer, with status 202, 403 or 405."""

    status: int = 202

    def change(self, _: Answer, /) -> Answer:
        return Answer(
            status=self.status,
            content_type=HTML,
            body=ready_page("challenge.html"),
            headers=(("x-amzn-waf-action", "challenge"), ("Cache-Control", "no-store, max-age=0")),
        )


class Mirror(Fault, frozen=True, tag="mirror"):
    """Somebody else's page that looks alike."""

    def change(self, _: Answer, /) -> Answer:
        return Answer(content_type=HTML, body=ready_page("mirror.html"))


class WrongType(Fault, frozen=True, tag="wrong_type"):
    """The right bytes under the wrong Content-Type."""

    content_type: str = "application/octet-stream"

    def change(self, answer: Answer, /) -> Answer:
        return msgspec.structs.replace(answer, content_type=self.content_type)


class Shell(Fault, frozen=True, tag="shell"):
    """An outage: the page's frame without its list, or ``[]`` from the API."""

    @property
    def look(self) -> Look:
        return Look(listed=False)


class HalfList(Fault, frozen=True, tag="half_list"):
    """Only the first ``share`` of the list."""

    share: float = 0.4

    @property
    def look(self) -> Look:
        return Look(share=self.share)


class BrokenHydration(Fault, frozen=True, tag="broken_hydration"):
    """A page whose JSON is cut off; its cards are whole."""

    @property
    def look(self) -> Look:
        return Look(hydration="broken")


class LayoutChange(Fault, frozen=True, tag="layout_change"):
    """A page of the hub without the JSON and without the cards that anybody knows."""

    @property
    def look(self) -> Look:
        return Look(hydration="absent", cards=False)


class StaleCopy(Fault, frozen=True, tag="stale_copy"):
    """The answer of ``seconds`` ago, with the Age header of a cache."""

    seconds: int = 86_400

    @property
    def look(self) -> Look:
        return Look(age=timedelta(seconds=self.seconds))

    def change(self, answer: Answer, /) -> Answer:
        return answer.with_headers(("Age", str(self.seconds)))


AnyFault = (
    Status
    | Hang
    | Drop
    | EndlessBody
    | GzipBomb
    | CutBody
    | RedirectOff
    | Challenge
    | Mirror
    | WrongType
    | Shell
    | HalfList
    | BrokenHydration
    | LayoutChange
    | StaleCopy
)


class Trouble(msgspec.Struct):
    """A fault that waits for its requests: ``times`` more of them, None for all until healed."""

    fault: AnyFault
    prefix: str | None = None
    times: int | None = 1


def take(troubles: Iterable[Trouble], path: str) -> AnyFault | None:
    """The first fault that waits for ``path``, counted down; the caller holds the lock."""
    for trouble in troubles:
        if trouble.times != 0 and (trouble.prefix is None or path.startswith(trouble.prefix)):
            if trouble.times is not None:
                trouble.times -= 1
            return trouble.fault
    return None


@cache
def _packed_megabyte() -> bytes:
    """One gzip member; a body of many is one valid gzip stream (RFC 1952 section 2.2)."""
    return gzip.compress(b" " * MEGABYTE, mtime=0)
