"""The polite client: it asks the hub for a list and gives back every request it made as a capture.

User-Agent with a contact, robots.txt, conditional requests, the hub's wishes to be left alone, a budget
shared by all processes, back-off with jitter, time-outs, limits of size, redirects only within the hub, no
cookies. It never raises for what the hub does.
"""

from collections.abc import Callable
from datetime import datetime
from random import SystemRandom
from types import TracebackType
from typing import Literal, Self

from broadsheet.hub.links import LeadsAstrayError, next_page, papers_in
from broadsheet.hub.polite import PoliteSession, Try
from broadsheet.hub.robots import MAX_BYTES as ROBOTS_MAX_BYTES
from broadsheet.hub.robots import PATH as ROBOTS_PATH
from broadsheet.hub.robots import Robots, RobotsFile
from broadsheet.hub.session import make_session
from broadsheet.hub.urls import api_url, page_url
from broadsheet.hub.validators import Validators
from broadsheet.model import Capture, ListId, ListKind
from broadsheet.settings import Settings

MAX_PAGES = 50
"""More than any list has: a hub that goes on beyond is turning in a circle."""

_RANDOM = SystemRandom()

Source = Literal["api", "page"]
_PAGE_ONLY = frozenset({ListKind.TRENDING, ListKind.PAPER})
"""Lists whose page says more than the API does."""


class HubClient:
    """Fetches lists from the hub of ``settings``; a context manager. One client serves one thread.

    ``now`` and ``sleep`` are the clock; ``jitter`` gives numbers from 0 to 1 for the back-off.

    Raises:
        UsageError: settings that make no session, such as a contact that cannot stand in a header.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        jitter: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self._hub_url = settings.hub_url.rstrip("/")
        self._now = now
        self._session = make_session(settings)
        self._polite = PoliteSession(settings, self._session, now=now, sleep=sleep, jitter=jitter)
        self._robots_file = RobotsFile(settings.home_path / "hub")
        self._robots: Robots | None = None
        self._robots_trouble: str | None = None
        self._captures: list[Capture] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def fetch(
        self, list_id: ListId, validators: Validators | None = None, source: Source | None = None
    ) -> tuple[Capture, ...]:
        """Ask for a list; every request becomes one capture, in order, and the last ones are the answer.

        Before the answer stand robots.txt (asked for no list), redirects (with their status) and failed tries.
        The answer is one page, or several of the API: those after the first say so in ``part_of``. A fetch that
        failed ends with a capture that says why: an error, or a status that is neither 200 nor 304. A request
        that robots.txt, the budget or the hub's wish forbids is not made; its capture has no status.

        Args:
            validators: of the last answer, for a conditional request.
            source: ``api`` or ``page`` alone; by default the page for trending and paper, else the API, and
                the page when the API fails.

        Raises:
            StateFileError: the home folder cannot be used.
        """
        self._captures, self._robots_trouble = [], None
        addresses = {"api": api_url(list_id, self._hub_url), "page": page_url(list_id, self._hub_url)}
        usual = ("page",) if list_id.kind in _PAGE_ONLY else ("api", "page")
        for number, chosen in enumerate(usual if source is None else (source,)):
            url = addresses[chosen]
            if url is None:
                continue
            conditions = _conditions(validators, url, is_first=number == 0)
            if chosen == "api":
                answered = self._get_api_pages(url, list_id, conditions)
            else:
                answered = _is_answer(self._get(url, list_id, headers=conditions))
            if answered:
                break
        return tuple(self._captures)

    def _get_api_pages(self, url: str, list_id: ListId, conditions: dict[str, str]) -> bool:
        """Ask for all pages of a list; True when every one of them is an answer of the API."""
        first = page = self._get(url, list_id, headers=conditions)
        for number in range(1, MAX_PAGES + 1):
            if page.status == 304:
                return True
            if not _is_answer(page) or papers_in(page.body) is None:
                return False
            try:
                following = next_page(page, list_id, number, self._hub_url)
            except LeadsAstrayError as error:
                self._note_failure(url, list_id, first.capture_id, str(error))
                return False
            if following is None:
                return True
            page = self._get(following, list_id, part_of=first.capture_id)
        self._note_failure(url, list_id, first.capture_id, f"the list goes on after {MAX_PAGES} pages")
        return False

    def _get(
        self,
        url: str,
        asked: ListId,
        *,
        headers: dict[str, str] | None = None,
        part_of: int | None = None,
    ) -> Capture:
        """Ask for one page; gives the capture that counts, and keeps all of them."""
        for tried in self._polite.get(url, headers or {}, self._forbidden):
            self._captures.append(_capture(tried, url, asked, part_of))
        return self._captures[-1]

    def _note_failure(self, url: str, asked: ListId, part_of: int, error: str) -> None:
        """A list that cannot be had whole ends with the reason."""
        tried = self._polite.refuse(url, error)
        self._captures.append(_capture(tried, url, asked, part_of))

    def _forbidden(self, url: str) -> str | None:
        """Why robots.txt forbids to ask for ``url``; None when it does not."""
        robots = self._current_robots()
        if robots is None:
            return f"not asked: {self._robots_trouble}"
        return None if robots.allows(url) else f"not asked: {self._hub_url}{ROBOTS_PATH} forbids {url}"

    def _current_robots(self) -> Robots | None:
        """The hub's robots.txt, at most a day old; None when there is trouble with it, which is then noted."""
        now = self._now()
        if self._robots is None or not self._robots.is_fresh(now):
            self._robots = self._robots_file.load(self._hub_url, now)
        if self._robots is None and self._robots_trouble is None:
            self._robots = self._fetch_robots()
        return self._robots

    def _fetch_robots(self) -> Robots | None:
        """Ask for robots.txt. Missing, it allows everything; out of reach, it forbids (RFC 9309 2.3.1.4)."""
        url = self._hub_url + ROBOTS_PATH
        tries = self._polite.get(url, {}, lambda _: None)
        self._captures += [_capture(tried, url, None, None) for tried in tries]
        answer = tries[-1].answer
        if answer.error is not None or answer.passing or answer.status is None:
            what = answer.error or f"status {answer.status}"
            self._robots_trouble = f"{url} could not be read ({what}), and without it nothing is asked for"
            return None
        text = answer.body[:ROBOTS_MAX_BYTES].decode("utf-8", "replace") if answer.status == 200 else ""
        robots = Robots(self._hub_url, tries[-1].at, text)
        self._robots_file.save(robots)
        return robots


def _conditions(validators: Validators | None, url: str, *, is_first: bool) -> dict[str, str]:
    """Validators go to the address that they came from, or else to the first one asked."""
    if validators is None or (validators.url != url and not (validators.url is None and is_first)):
        return {}
    return validators.headers()


def _is_answer(capture: Capture) -> bool:
    return capture.error is None and capture.status in {200, 304}


def _capture(tried: Try, asked_url: str, asked: ListId | None, part_of: int | None) -> Capture:
    return Capture(
        captured_at=tried.at,
        url=asked_url,
        final_url=tried.url if tried.url != asked_url else None,
        status=tried.answer.status,
        headers=tried.answer.headers,
        body=tried.answer.body,
        error=tried.answer.error,
        asked=asked,
        part_of=part_of,
    )
