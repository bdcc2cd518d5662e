"""One HTTP exchange with limits: how long it may take, how much it may bring."""

import time
from collections.abc import Mapping

import msgspec
import requests
import urllib3

from broadsheet.hub.decoding import Decoder, TooLargeError, UndecodableError
from broadsheet.model import first_header
from broadsheet.settings import Settings

_CHUNK = 1 << 16


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one request. ``passing`` tells that another try may well do better.

    ``status`` is None when no answer came. An answer with an ``error`` is not whole: ``body`` then holds the
    decoded part, and nothing where it broke a limit or could not be decoded.
    """

    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: str | None = None
    passing: bool = False

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        return first_header(self.headers, name)


class _CutError(Exception):
    """The answer broke off."""


def exchange(session: requests.Session, url: str, headers: Mapping[str, str], settings: Settings) -> Exchange:
    """Ask for ``url`` once, without following redirects. Never raises for what the other side does."""
    deadline = time.monotonic() + settings.total_timeout_seconds
    timeouts = (
        settings.connect_timeout_seconds,
        min(settings.read_timeout_seconds, settings.total_timeout_seconds),
    )
    try:
        response = session.get(
            url, headers=dict(headers), stream=True, allow_redirects=False, timeout=timeouts
        )
    except requests.ConnectTimeout:
        return Exchange(error=f"no connection within {settings.connect_timeout_seconds:g} s", passing=True)
    except requests.Timeout:
        return Exchange(error=f"no answer within {timeouts[1]:g} s", passing=True)
    except requests.RequestException as error:
        broken = isinstance(error, requests.ConnectionError)
        return Exchange(error=f"no answer: {_root_cause(error)}", passing=broken)
    with response:
        return _read(response, deadline, settings)


def _read(response: requests.Response, deadline: float, settings: Settings) -> Exchange:
    status, headers = response.status_code, _headers(response)
    body = bytearray()
    try:
        _receive(response, body, deadline, settings)
    except (TooLargeError, UndecodableError) as error:
        passing = isinstance(error, UndecodableError)
        return Exchange(status=status, headers=headers, error=str(error), passing=passing)
    except _CutError as error:
        return Exchange(status=status, headers=headers, body=bytes(body), error=str(error), passing=True)
    return Exchange(status=status, headers=headers, body=bytes(body), passing=status == 429 or status >= 500)


def _receive(response: requests.Response, body: bytearray, deadline: float, settings: Settings) -> None:
    """Put the decoded body into ``body`` as it arrives. Raises _CutError, TooLargeError or UndecodableError."""
    decoder = Decoder(response.headers.get("Content-Encoding"), settings.max_decoded_bytes)
    received = 0
    while chunk := _next_chunk(response, settings):
        received += len(chunk)
        if received > settings.max_body_bytes:
            raise TooLargeError(
                f"stopped: the answer is larger than {settings.max_body_bytes:,} bytes (max_body_bytes)"
            )
        body += decoder.feed(chunk)
        if time.monotonic() > deadline:
            raise _CutError(f"stopped: the answer took longer than {settings.total_timeout_seconds:g} s")
    decoder.finish()


def _next_chunk(response: requests.Response, settings: Settings) -> bytes:
    """What the wire has now, at least one byte until the end: a trickle must not hide the deadline."""
    try:
        chunk: bytes = response.raw.read1(_CHUNK, decode_content=False)
    except urllib3.exceptions.ReadTimeoutError:
        silence = f"{settings.read_timeout_seconds:g} s"
        raise _CutError(f"cut off: the hub was silent for {silence} within the answer") from None
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise _CutError(f"cut off: {_root_cause(error)}") from error
    return chunk


def _headers(response: requests.Response) -> tuple[tuple[str, str], ...]:
    """Every header line as it came; only those folded over several lines (RFC 9112 section 5.2) become one."""
    lines = response.raw.headers.iteritems()
    return tuple((name, " ".join(part.strip() for part in value.splitlines())) for name, value in lines)


def _root_cause(error: BaseException) -> str:
    """The innermost reason: requests and urllib3 wrap "Connection refused" four times."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words or type(error).__name__
