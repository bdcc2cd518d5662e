"""A server on loopback that shows the list as of the day that it is set to."""

from types import TracebackType
from typing import Self

from bench.peers.forms import answer
from bench.peers.script import Day, history
from broadsheet.sample.answers import Ask
from broadsheet.sample.server import Message, Reply, Server, finished

LOOPBACK = "127.0.0.1"


class Press:
    """Serves every form of ``day``, with ETags, on 127.0.0.1; a context manager."""

    def __init__(self) -> None:
        self.day: Day = history()[0]
        self._server = Server((LOOPBACK, 0), self._answer)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    def _answer(self, message: Message) -> Reply:
        found = answer(Ask.read(message.target, self.url).path, self.day)
        return Reply(answer=finished(found, message), date=self.day.shown_at)
