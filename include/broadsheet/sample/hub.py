"""SampleHub: a server on loopback that speaks the hub's protocol, over a made-up world or a tape.

``python -m broadsheet.sample.hub --port 8080`` runs one alone.
"""

import argparse
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from broadsheet.errors import UsageError
from broadsheet.sample.answers import SOUND, TEXT, Answer, Ask, Source
from broadsheet.sample.control import CONTROL_PREFIX, control_answer
from broadsheet.sample.faults import AnyFault, Trouble, take
from broadsheet.sample.quotas import QUOTAS, Quotas, pool_of
from broadsheet.sample.server import Message, Reply, Server, finished
from broadsheet.sample.site import Site
from broadsheet.sample.tape import Tape
from broadsheet.sample.world import FIRST_DAY, World
from broadsheet.times import as_utc

LOOPBACK = "127.0.0.1"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""A Monday morning: where a sample hub's clock stands unless told otherwise."""
ROBOTS = "User-agent: *\nAllow: /\nDisallow: /login\nDisallow: /settings/\n"

LOGGED_HEADERS = ("user-agent", "accept", "accept-encoding", "if-none-match", "if-modified-since", "cookie")

Clock = Callable[[], datetime]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request that the hub has met.

    ``at`` is the hub's clock; ``path`` includes the query; ``headers`` has lower-case names and of
    authorization only the scheme; ``status`` is None where a fault gave no answer; ``pool`` is the quota it
    drew on; ``fault`` names the fault's type.
    """

    at: datetime
    method: str
    path: str
    headers: dict[str, str]
    status: int | None
    pool: str | None = None
    fault: str | None = None


class SampleHub:
    """A hub on 127.0.0.1; a context manager, and safe to use from several threads.

    Args:
        now: the hub's clock: a fixed moment or a callable; settable later through ``hub.now``.
        tape: play this tape of real answers in place of the made-up world.
        seed: which made-up world.
        port: 0 takes a free one.
        quotas: requests in five minutes of the hub's clock for ``api``, ``pages`` and ``search``.
        control: answer ``/_sample/…`` too, so that another process can set the clock and the faults.

    Attributes:
        url: its address, to be used as hub_url.
        robots: what ``/robots.txt`` says; may be changed at any time.
        tape: the tape, None when the world is made up.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own, by keyword
        self,
        now: datetime | Clock = START,
        *,
        tape: Path | str | None = None,
        seed: int = 1,
        port: int = 0,
        quotas: Mapping[str, int] | None = None,
        control: bool = False,
    ) -> None:
        self.tape = Tape(Path(tape)) if tape is not None else None
        self.robots = ROBOTS
        self._source: Source = self.tape or Site(World(seed))
        self._quotas = Quotas(quotas or {})
        self._control = control
        self._lock = threading.Lock()
        self._logged = threading.Condition(self._lock)
        self._clock = self._checked(now)
        self._troubles: list[Trouble] = []
        self._log: list[Request] = []
        self._server = Server((LOOPBACK, port), self._handle)
        self.url = f"http://{LOOPBACK}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Begin to answer, in threads of its own."""
        self._server.start()

    def close(self) -> None:
        """Stop, and end every open connection."""
        self._server.close()

    @property
    def now(self) -> datetime:
        """The hub's present moment; set it to a moment or to a callable.

        Raises:
            UsageError: a moment without a time zone, or before the made-up history.
        """
        with self._lock:
            clock = self._clock
        return clock()

    @now.setter
    def now(self, moment: datetime | Clock) -> None:
        clock = self._checked(moment)
        with self._lock:
            self._clock = clock

    def _checked(self, now: datetime | Clock) -> Clock:
        if not isinstance(now, datetime):
            return now
        if now.tzinfo is None:
            raise UsageError(f"the sample hub's clock needs a time zone: {now.isoformat()}")
        if self.tape is None and now.date() <= FIRST_DAY:
            raise UsageError(f"the sample hub's history begins on {FIRST_DAY}, after {now.isoformat()}")
        return lambda: now

    @property
    def log(self) -> list[Request]:
        """Every request so far, in order of arrival; a copy."""
        with self._lock:
            return list(self._log)

    def wait_for_requests(self, count: int, seconds: float = 10.0) -> bool:
        """Wait until the log holds ``count`` requests; False when it does not within ``seconds``."""
        with self._logged:
            return self._logged.wait_for(lambda: len(self._log) >= count, seconds)

    def fail(self, prefix: str | None, fault: AnyFault, times: int | None = 1) -> None:
        """Let the next ``times`` requests (None: all) whose path begins with ``prefix`` meet ``fault``.

        ``prefix`` None means every path. Faults wait in order; the first that fits a request is used.

        Raises:
            UsageError: a fault that changes contents, on a tape, whose contents are fixed.
        """
        if self.tape and msgspec.structs.replace(fault.look, age=SOUND.age) != SOUND:
            raise UsageError(f"{type(fault).__name__} changes what a page holds; a tape's pages are fixed")
        with self._lock:
            self._troubles.append(Trouble(fault, prefix, times))

    def heal(self) -> None:
        """Forget every fault that still waits."""
        with self._lock:
            self._troubles.clear()

    def _handle(self, message: Message) -> Reply:
        if self._control and message.target.startswith(CONTROL_PREFIX):
            return Reply(answer=control_answer(self, message), date=self.now)
        moment = self.now
        ask = Ask.read(message.target, self.url)
        with self._lock:
            fault = take(self._troubles, ask.path)
        pool = pool_of(ask.path)
        answer = self._answer(ask, moment, fault)
        if pool is not None:
            allowance = self._quotas.spend(pool, moment)
            answer = (answer if allowance.granted else TOO_MANY).with_headers(*allowance.headers())
        answer = finished(answer, message)
        silent = fault is not None and fault.silent
        request = Request(
            at=moment,
            method=message.method,
            path=message.target,
            headers=_logged(message.headers),
            status=None if silent else answer.status,
            pool=pool,
            fault=type(fault).__name__ if fault else None,
        )
        with self._logged:
            self._log.append(request)
            self._logged.notify_all()
        return Reply(answer=answer, fault=fault, date=moment - (fault.look.age if fault else SOUND.age))

    def _answer(self, ask: Ask, moment: datetime, fault: AnyFault | None) -> Answer:
        if ask.path == "/robots.txt":
            sound = Answer(content_type=TEXT, body=self.robots.encode())
        else:
            sound = self._source.answer(ask, moment, fault.look if fault else SOUND)
        return fault.change(sound) if fault else sound


TOO_MANY = Answer(status=429, content_type=TEXT, body=b"Too many requests: see the RateLimit header.")


def _logged(headers: Mapping[str, str]) -> dict[str, str]:
    kept = {name: headers[name] for name in LOGGED_HEADERS if name in headers}
    if "authorization" in headers:
        kept["authorization"] = headers["authorization"].split(" ")[0]
    return kept


def _moment(text: str) -> datetime:
    return as_utc(datetime.fromisoformat(text))


def _quota(text: str) -> tuple[str, int]:
    pool, _, number = text.partition("=")
    if pool not in QUOTAS:
        raise ValueError(pool)
    return pool, int(number)


def main() -> None:
    """Run a hub until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m broadsheet.sample.hub", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--at", type=_moment, help="stand still at this time (UTC); default: run on")
    parser.add_argument("--tape", type=Path, help="play this tape of answers")
    parser.add_argument("--seed", type=int, default=1, help="which made-up world")
    parser.add_argument(
        "--quota", type=_quota, action="append", default=[], metavar="POOL=N", help="requests in five minutes"
    )
    options = parser.parse_args()
    stopping = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    now: datetime | Clock = options.at or (lambda: datetime.now(UTC))
    try:
        hub = SampleHub(
            now,
            tape=options.tape,
            seed=options.seed,
            port=options.port,
            quotas=dict(options.quota),
            control=True,
        )
    except (UsageError, OSError) as error:
        parser.error(str(error))
    with hub:
        print(hub.url, flush=True)
        signal.sigwait(stopping)


if __name__ == "__main__":
    main()
