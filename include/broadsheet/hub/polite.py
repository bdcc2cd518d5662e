"""Asking the hub politely: within the budget, when it wishes to be asked, again when that may help.

Nothing here knows of lists; what may be asked at all (robots.txt) is told by the caller.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
import requests
from msgspec.structs import replace

from broadsheet.hub.budget import Budget
from broadsheet.hub.links import LeadsAstrayError, redirect_target
from broadsheet.hub.robots import PATH as ROBOTS_PATH
from broadsheet.hub.transfer import Exchange, exchange
from broadsheet.hub.waiting import asked_wait
from broadsheet.settings import Settings

MAX_REDIRECTS = 5

Forbids = Callable[[str], str | None]
"""Why an address may not be asked for; None when it may."""


class Try(msgspec.Struct, frozen=True):
    """One request to ``url`` at a time, and what came of it."""

    at: datetime
    url: str
    answer: Exchange


class PoliteSession:
    """Requests to one hub. ``now``, ``sleep`` and ``jitter`` (numbers from 0 to 1) are handed in."""

    def __init__(
        self,
        settings: Settings,
        session: requests.Session,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._session = session
        self._now, self._sleep, self._jitter = now, sleep, jitter
        self._last_moment: datetime | None = None
        self._budget = Budget(
            settings.home_path / "hub",
            requests=settings.budget_requests,
            window=settings.budget_seconds,
            longest=settings.connect_timeout_seconds
            + settings.read_timeout_seconds
            + settings.total_timeout_seconds,
            now=now,
        )

    def get(self, url: str, headers: Mapping[str, str], forbids: Forbids) -> list[Try]:
        """Ask for ``url`` until there is an answer or no hope. Every request is one Try; the last one counts.

        A request that may not be made ends it: its Try has neither status nor headers, and an error.
        """
        tries: list[Try] = []
        for wait in self._waits():
            if wait:
                self._sleep(wait)
            tries += self._walk(url, headers, forbids)
            if not tries[-1].answer.passing:
                break
        return tries

    def refuse(self, url: str, error: str) -> Try:
        """A request that is not made, and why."""
        return Try(self._moment(), url, Exchange(error=error))

    def _waits(self) -> Iterator[float]:
        """Seconds before each try: 0 before the first, then exponential back-off with full jitter."""
        yield 0.0
        for doubling in range(self._settings.max_attempts - 1):
            most = min(self._settings.backoff_seconds * 2**doubling, self._settings.max_wait_seconds)
            yield most * self._jitter()

    def _walk(self, url: str, headers: Mapping[str, str], forbids: Forbids) -> list[Try]:
        """One try along its redirects."""
        walked: list[Try] = []
        target: str | None = url
        while target is not None:
            tried = self._ask(target, headers, forbids)
            try:
                target = redirect_target(tried.answer, target, self._settings.hub_url)
            except LeadsAstrayError as error:
                target, tried = None, _failed(tried, str(error))
            if target is not None and len(walked) == MAX_REDIRECTS:
                target, tried = None, _failed(tried, f"more than {MAX_REDIRECTS} redirects")
            walked.append(tried)
        return walked

    def _ask(self, url: str, headers: Mapping[str, str], forbids: Forbids) -> Try:
        reason = forbids(url)
        if reason is not None:
            return self.refuse(url, reason)
        slot, reason = self._wait_for_leave(url)
        if slot is None:
            return self.refuse(url, reason)
        at = self._moment()
        answer = exchange(self._session, url, headers, self._settings)
        self._budget.answered(slot)
        wait = asked_wait(answer, at)
        if wait > 0:
            self._budget.hold(_bucket(url), wait)
        return Try(at, url, answer)

    def _wait_for_leave(self, url: str) -> tuple[str | None, str]:
        """A slot of the budget, or None and the reason why it would take too long to get one."""
        waited = 0.0
        while True:
            grant = self._budget.take(_bucket(url))
            if grant.slot is not None:
                return grant.slot, grant.why
            if waited + grant.wait > self._settings.max_wait_seconds:
                until = self._now() + timedelta(seconds=grant.wait)
                return None, (
                    f"not asked: {grant.why} until {until:%Y-%m-%d %H:%M:%S} UTC, and max_wait_seconds is "
                    f"{self._settings.max_wait_seconds:g}"
                )
            self._sleep(grant.wait)
            waited += grant.wait

    def _moment(self) -> datetime:
        """Now, but later than the moment before: two requests under a fixed clock stay two."""
        moment = self._now()
        if self._last_moment is not None and moment <= self._last_moment:
            moment = self._last_moment + timedelta(microseconds=1)
        self._last_moment = moment
        return moment


def _failed(tried: Try, error: str) -> Try:
    return replace(tried, answer=replace(tried.answer, error=error, passing=False))


def _bucket(url: str) -> str:
    """The hub counts these apart, each with its own limit."""
    path = urlsplit(url).path
    if path.startswith("/api/papers/search"):
        return "search"
    if path == ROBOTS_PATH:
        return "robots"
    return "api" if path.startswith("/api/") else "pages"
