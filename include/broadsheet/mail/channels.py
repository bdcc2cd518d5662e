"""Chat channels as a transport, by Apprise: Slack, Discord, Telegram, Matrix, a webhook and a hundred more.

A channel's address is its name in the setting ``channels``; what the name stands for is a secret that is told to
nobody. A note is carried as a `Message` whose data is the title, an empty line and the text in Markdown, UTF-8.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self

from broadsheet.digest.short import plain
from broadsheet.mail.errors import AddressError
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

    from broadsheet.mail.watching import Watch

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""Long, for an answer not waited for is a note in doubt."""
TITLE_ROOM = 16
"""Characters that a service adds where it puts a title into the text."""

MORE = "- … and more"
"""The last line of a text that was cut."""

LATER = frozenset({408, 425, 429, 500, 503, 507})
"""The service did not take it, and may take it later."""
UNTOLD = frozenset({502, 504, 520, 521, 522, 523, 524})
"""A gateway gave up waiting for the service behind it, which may have taken it."""


class ChannelTransport:
    """Ways to the channels of the setting ``channels``: names to Apprise addresses."""

    def __init__(self, channels: Mapping[str, str]) -> None:
        self._channels = channels

    def open(self) -> "ChannelSession":
        """See `Transport.open`."""
        return ChannelSession(self._channels)

    def lookup(self, message_id: str, since: datetime) -> Evidence:  # noqa: ARG002
        """See `Transport.lookup`. Chat services cannot be asked."""
        return Evidence.UNKNOWN


class ChannelSession:
    """Keeps each channel's service, which keeps to the pace that the service asks for."""

    def __init__(self, channels: Mapping[str, str]) -> None:
        self._channels = channels
        self._services: dict[str, NotifyBase] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._services.clear()

    def send(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """See `Session.send`. ``before_dot`` is called right before the first HTTP request."""
        from broadsheet.mail.watching import Watch

        try:
            service = self._service(envelope.recipient)
        except AddressError as error:
            return Outcome(Result.REFUSED, Phase.RCPT, reply=str(error))
        watch = Watch(before_dot)
        taken = _notify(service, message, watch)
        if watch.stopped is not None:
            raise watch.stopped
        return _outcome(service, watch, taken=taken)

    def _service(self, name: str) -> "NotifyBase":
        if name not in self._services:
            if name not in self._channels:
                raise AddressError(f"there is no channel {name!r} in setting 'channels' any more")
            self._services[name] = read_channel(name, self._channels[name])
        return self._services[name]


def note(delivery_id: str, date: datetime, title: str, text: str) -> Message:
    """What a channel gets: ``title`` on one line, ``text`` in Markdown; ``date`` is aware.

    A text that opens with the title in bold, as a digest's short form does, need not say it twice.
    """
    below = text.removeprefix(f"**{plain(title)}**").strip("\n")
    return Message(delivery_id, date, f"{' '.join(title.split())}\n\n{below}".encode())


def read_channel(name: str, address: str) -> "NotifyBase":
    """The service that an Apprise address names.

    Raises:
        AddressError: Apprise does not know what it means; the message names the channel alone.
    """
    from apprise import Apprise

    from broadsheet.mail.watching import watching

    with watching(None):
        service = Apprise.instantiate(address)
    if service is None:
        raise AddressError(
            f"setting 'channels': what stands for {name!r} is no Apprise address that can be used here: "
            "write one such as discord://webhook_id/webhook_token"
        )
    kind = type(service)
    if service.socket_read_timeout == kind.socket_read_timeout:
        service.socket_read_timeout = ANSWER_SECONDS
    if service.socket_connect_timeout == kind.socket_connect_timeout:
        service.socket_connect_timeout = CONNECT_SECONDS
    return service


def fit(text: str, most: int, length: Callable[[str], int] = len) -> str:
    """As many whole lines of ``text`` as make ``most``, ending with a paper: a line that begins with ``- ``.

    A first line that is too long alone is cut between words.
    """
    if length(text) <= most:
        return text
    lines = text.split("\n")
    for kept in range(len(lines) - 1, 0, -1):
        if lines[kept - 1].startswith("- ") and length(shorter := "\n".join((*lines[:kept], MORE))) <= most:
            return shorter
    words = lines[0].split(" ")
    while len(words) > 1 and length(" ".join((*words, "…"))) > most:
        words.pop()
    return " ".join((*words, "…"))


def _notify(service: "NotifyBase", message: Message, watch: "Watch") -> bool:
    """Whether the service says that it took the note."""
    from apprise.common import NotifyFormat, OverflowMode
    from apprise.exception import AppriseException

    from broadsheet.mail.watching import watching

    title, _, text = message.data.decode().partition("\n\n")
    # Who asks for several messages in the address gets all of it.
    if service.overflow_mode is not OverflowMode.SPLIT:
        text = fit(text, _room(service, title), lambda part: _length(service, part))
    with watching(watch):
        if not _speaks_http(service):
            watch.begin()
        try:
            return bool(service.notify(body=text, title=title, body_format=NotifyFormat.MARKDOWN))
        except AppriseException:
            return False


def _room(service: "NotifyBase", title: str) -> int:
    """How long a text may be, in the service's characters."""
    shares = service.title_maxlen <= 0 or service.overflow_amalgamate_title
    return int(service.body_maxlen) - (len(title) + TITLE_ROOM if shares else 0)


def _length(service: "NotifyBase", text: str) -> int:
    """How long the text becomes in the service's own form."""
    from apprise.common import NotifyFormat
    from apprise.conversion import convert_between

    form = service.resolve_format(NotifyFormat.MARKDOWN)
    converted: str = convert_between(NotifyFormat.MARKDOWN, form, text)  # type: ignore[no-untyped-call]
    return len(service.dialect_convert(converted, form))


def _speaks_http(service: "NotifyBase") -> bool:
    """Whether its requests can be followed; what other services do begins when they are called."""
    return hasattr(sys.modules[type(service).__module__], "requests")


def _outcome(service: "NotifyBase", watch: "Watch", *, taken: bool) -> Outcome:
    from broadsheet.mail.watching import never_connected

    code = watch.codes[-1] if watch.codes else None
    if taken:
        return Outcome(Result.ACCEPTED, Phase.DOT, code, reply=_phrase(code))
    # Of several places behind one address some may have it already.
    some = len(service) > 1 and any(each < 300 for each in watch.codes)
    if watch.last_error is not None:
        if never_connected(watch.last_error) and not some:
            return Outcome(Result.DEFERRED, Phase.CONNECT, reply="the service cannot be reached")
        return Outcome(Result.IN_DOUBT, Phase.DOT, reply="the service did not answer")
    if code is None:
        return _without_answer(watch)
    if code < 300:
        said_no = Result.IN_DOUBT if some else Result.REFUSED
        return Outcome(said_no, Phase.DOT, code, reply=f"{_phrase(code)}, but the answer's content says no")
    return Outcome(Result.IN_DOUBT if some else _meaning(code), Phase.DOT, code, reply=_phrase(code))


def _meaning(code: int) -> Result:
    if code in UNTOLD:
        return Result.IN_DOUBT
    later = code in LATER or code > HTTPStatus.NOT_IMPLEMENTED
    return Result.DEFERRED if later else Result.REFUSED


def _without_answer(watch: "Watch") -> Outcome:
    if watch.begun:
        return Outcome(Result.IN_DOUBT, Phase.DOT, reply="the service does not say what became of it")
    return Outcome(
        Result.REFUSED, Phase.DATA, reply="the service takes no such note: see its Apprise address"
    )


def _phrase(code: int | None) -> str:
    """An answer in our own words: the service's may repeat the address."""
    return HTTPStatus(code).phrase if code in set(HTTPStatus) else ""
