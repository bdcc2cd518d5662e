"""What the tests of the hub's side share."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st

from broadsheet.hub.client import HubClient
from broadsheet.model import Capture, ListId, ListKind
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)

_LATIN = st.characters(max_codepoint=255, exclude_characters="\r\n")
_LINE = st.text(st.characters(exclude_categories=["Cs"]))
_URLS = st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc", "Zl", "Zp"]), max_size=30).map(
    lambda text: f"https://hub.example/papers/{text}"
)
_HEADERS = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from(
                [
                    "Content-Encoding",
                    "content-length",
                    "Transfer-Encoding",
                    "X-Archive-Orig-Content-Length",
                    "Link",
                ]
            ),
            st.text(st.characters(max_codepoint=255, exclude_characters="\r\n:"), min_size=1, max_size=12),
        ),
        st.one_of(st.text(_LATIN, max_size=20), st.integers(0, 40).map(str)),
    ),
    max_size=6,
).map(tuple)
_LISTS = st.one_of(
    st.just(ListId(ListKind.TRENDING)),
    st.just(ListId(ListKind.DAILY, "2026-11-20")),
    st.builds(ListId, st.just(ListKind.SEARCH), _LINE.map(str.strip).filter(bool)),
)


def _capture(answered: bool, **parts: object) -> Capture:
    if not answered:
        parts |= {"status": None, "headers": (), "body": b""}
    return Capture(**parts)


CAPTURES = st.builds(
    _capture,
    answered=st.booleans(),
    captured_at=st.datetimes(timezones=st.just(UTC)),
    url=_URLS,
    status=st.one_of(st.just(200), st.just(304), st.integers(100, 599)),
    headers=_HEADERS,
    body=st.one_of(st.just(b""), st.binary(max_size=200), st.just(b"HTTP/1.1 200 OK\r\n\r\n\r\n")),
    final_url=st.none() | _URLS,
    asked=st.none() | _LISTS,
    error=st.none() | _LINE,
    part_of=st.none() | st.integers(0, 2**53),
)
"""Any capture, the odd ones too."""


@pytest.fixture(scope="session")
def captures_of_any_kind() -> st.SearchStrategy[Capture]:
    return CAPTURES


@pytest.fixture
def make_capture():
    """A plain answer, with the parts that matter named by the test."""

    def make(number: int = 0, **parts: object) -> Capture:
        usual = {
            "captured_at": AT.replace(microsecond=number),
            "url": "https://hub.example/papers/trending",
            "status": 200,
            "headers": (("Content-Type", "text/html; charset=utf-8"),),
            "body": f"<html>page {number}</html>".encode(),
        }
        return Capture(**(usual | parts))

    return make


class Clock:
    """A clock that stands until somebody sleeps; it remembers each sleep."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hub(clock):
    with SampleHub(now=clock.now) as running:
        yield running


@pytest.fixture
def hub_settings(hub, tmp_path):
    """Settings for the sample hub, with the parts that matter named by the test."""

    def make(**parts: object) -> Settings:
        return Settings(**({"home": str(tmp_path / "home"), "hub_url": hub.url} | parts))

    return make


@pytest.fixture
def make_client(hub_settings, clock):
    """Clients of the sample hub on the test's clock, without chance in their back-off."""
    with contextlib.ExitStack() as open_clients:

        def make(**parts: object) -> HubClient:
            client = HubClient(hub_settings(**parts), now=clock.now, sleep=clock.sleep, jitter=lambda: 1.0)
            return open_clients.enter_context(client)

        yield make
