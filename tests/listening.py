"""A listener to the stream of changes, as a browser's EventSource is one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec


class Heard(msgspec.Struct):
    """One event: its id, its name and its data."""

    seq: int
    name: str
    data: dict[str, object]


class Listener:
    """Hears events one after the other. ``comments`` are the heartbeats in between."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.comments = 0
        self._lines = answer.iter_lines()

    def hear(self, count: int) -> list[Heard]:
        """The next ``count`` events; fewer where the stream ends before."""
        heard: list[Heard] = []
        fields: dict[str, str] = {}
        while len(heard) < count:
            line = next(self._lines, None)
            if line is None:
                break
            if line.startswith(":"):
                self.comments += 1
            elif line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                heard.append(Heard(int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}
        return heard


@contextmanager
def listening(address: str, **headers: str) -> Iterator[Listener]:
    """A listener at an address while the block runs."""
    with (
        httpx.Client(timeout=20) as client,
        client.stream("GET", address, headers=headers) as answer,
    ):
        yield Listener(answer)
