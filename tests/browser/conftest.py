"""A real browser, Debian's Chromium driven by Playwright, on a site that is really served."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from broadsheet.settings import Settings
from broadsheet.web.serving import address_of, listen, serving
from sites import NOW, poll_two_weeks

ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


class Watched:
    """What a page did that it must not do: errors in the console, requests to elsewhere."""

    def __init__(self, address: str) -> None:
        self._home = urlsplit(address).netloc
        self._said: list[tuple[str, str]] = []
        self._refused: set[str] = set()
        self._wrong: list[str] = []

    def watch(self, page: Page) -> None:
        """Look at everything the page does from here on."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._wrong.append(f"{page.url}: {error}"))
        page.on("request", self._look)
        page.on("requestfailed", self._miss)
        page.on("response", self._note)

    @property
    def wrong(self) -> list[str]:
        """All of it, in words. Of a page that is refused the browser itself says so in the console: that is right."""
        said = [f"{place}: {text}" for place, text in self._said if place not in self._refused]
        return [*self._wrong, *said]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._said.append((str(message.location.get("url")), message.text))

    def _look(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self._home:
            self._wrong.append(f"asked elsewhere: {request.url}")

    def _miss(self, request: Request) -> None:
        # What a page asked for and then did not need any more.
        if request.failure != "net::ERR_ABORTED":
            self._wrong.append(f"{request.url}: {request.failure}")

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request() and 400 <= response.status < 500:
            self._refused.add(response.url)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for each file: as long as Playwright is there an event loop runs, and other tests run their own."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no Chromium is installed here: apt-get install chromium")
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *as_root])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def polled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of polls; to be read, not changed."""
    home = tmp_path_factory.mktemp("browsed") / "home"
    poll_two_weeks(home)
    return home


class Served:
    """A site that is served: its settings, its address and its clock."""

    def __init__(self, home: Path) -> None:
        self.now: datetime = NOW
        settings = Settings(home=str(home), web_port=0, web_requests_per_minute=0)
        with listen(settings) as taken:
            # Mails tell the site's address: it has to be known before the site is made.
            port = taken.getsockname()[1]
            self.address = address_of(taken)
        self.settings = replace(settings, web_port=port, public_url=self.address)

    def serve(self) -> Iterator["Served"]:
        """Serve it until the generator ends."""
        with serving(self.settings, lambda: self.now):
            yield self


@pytest.fixture(scope="session")
def read_only_site(polled_home: Path) -> Iterator[Served]:
    """For tests that change nothing."""
    yield from Served(polled_home).serve()


@pytest.fixture
def site(polled_home: Path, tmp_path: Path) -> Iterator[Served]:
    """For a test that subscribes, polls or sends."""
    home = tmp_path / "home"
    shutil.copytree(polled_home, home)
    yield from Served(home).serve()


OpenPage = Callable[..., Page]


def _opener(chromium: Browser, address: str) -> Iterator[OpenPage]:
    watched = Watched(address)
    contexts: list[BrowserContext] = []

    def open_page(
        path: str = "/", *, width: int = 1280, scheme: str = "light", scripts: bool = True, status: int = 200
    ) -> Page:
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            timezone_id="Europe/Rome",
        )
        contexts.append(context)
        page = context.new_page()
        watched.watch(page)
        answer = page.goto(path)
        assert answer.status == status
        return page

    yield open_page
    for context in contexts:
        assert context.cookies() == []
        context.close()
    assert watched.wrong == []


@pytest.fixture
def visit(chromium: Browser, read_only_site: Served) -> Iterator[OpenPage]:
    """Open a page of the site that nobody changes: ``visit("/lists", width=360, scheme="dark")``.

    At the end no page may have had an error in its console, asked another host, or set a cookie.
    """
    yield from _opener(chromium, read_only_site.address)


@pytest.fixture
def visit_own(chromium: Browser, site: Served) -> Iterator[OpenPage]:
    """As `visit`, of ``site``."""
    yield from _opener(chromium, site.address)
