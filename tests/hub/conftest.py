"""What the tests of the hub's side share."""

from datetime import UTC, datetime

import pytest
from broadsheet.model import Capture, ListId, ListKind
from hypothesis import strategies as st

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
