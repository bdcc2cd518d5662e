"""What a reader is told when something cannot be answered: a page, or problem details for programs (RFC 9457)."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.errors import BroadsheetError, TryAgainError, UsageError
from broadsheet.warehouse.reading import NotFoundError
from broadsheet.warehouse.store import WarehouseError
from broadsheet.web.mounting import path_of
from broadsheet.web.site import site_of

PROBLEM = "application/problem+json"
API_ROOT = "/api/"
RETRY_AFTER_SECONDS = "30"

_log = logging.getLogger("broadsheet.web")


def install(app: FastAPI) -> None:
    """Answer every error of the application in words; `Failures` answers what nobody expected."""
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(BroadsheetError, _failed)


class Failures:
    """Answers 500 in words where an answer could not be made, and logs why.

    The framework's own place for this is outside of every middleware: its answers would lack the security headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if has_begun:
                # Nothing can be taken back: the server logs it and cuts the connection, so that nobody takes the
                # part for the whole.
                raise
            await _broken(Request(scope), error)(scope, receive, send)


def tell(
    request: Request, status: int, detail: str, headers: dict[str, str] | None = None, **more: Any
) -> Response:
    """The answer with ``status``: below /api/ problem details with the members ``more``, else a page."""
    title = HTTPStatus(status).phrase
    headers = (headers or {}) | {"Cache-Control": "no-store"}
    if path_of(request.scope).startswith(API_ROOT):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
        return JSONResponse(problem, status, headers, media_type=PROBLEM)
    content = {"status": status, "title": title, "detail": detail}
    page = site_of(request).own_page(request, "error.html", content, status)
    page.headers.update(headers)
    return page


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    detail = error.detail
    if detail == HTTPStatus(error.status_code).phrase:
        detail = _WORDS.get(error.status_code, detail)
    return tell(request, error.status_code, detail, dict(error.headers or {}))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    errors = [
        {
            "parameter": ".".join(map(str, found["loc"][1:])),
            "message": found["msg"].removeprefix("Value error, "),
        }
        for found in error.errors()
    ]
    detail = "; ".join(f"{each['parameter']}: {each['message']}" for each in errors)
    return tell(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)


def _failed(request: Request, error: Exception) -> Response:
    match error:
        case NotFoundError():
            return tell(request, HTTPStatus.NOT_FOUND, str(error))
        case UsageError():
            return tell(request, HTTPStatus.BAD_REQUEST, str(error))
        case WarehouseError() | TryAgainError():
            # The message names files of this machine: the operator reads it in the log.
            _log.error("%s", error)
            headers = {"Retry-After": RETRY_AFTER_SECONDS}
            words = _AWAY if isinstance(error, WarehouseError) else _BUSY
            return tell(request, HTTPStatus.SERVICE_UNAVAILABLE, words, headers)
        case _:
            return _broken(request, error)


def _broken(request: Request, error: Exception) -> Response:
    # The route as it is written, not the path: that may hold a token.
    route = getattr(request.scope.get("route"), "path_format", "(no page)")
    _log.error("%s %s failed", request.method, route, exc_info=error)
    return tell(request, HTTPStatus.INTERNAL_SERVER_ERROR, _WORDS[500])


_AWAY = (
    "There is nothing to read here now. It comes with the next poll of the hub: please try again in a minute."
)
_BUSY = "This cannot be done just now; nothing was changed. Please try again in a minute."
_WORDS = {
    404: "There is nothing at this address. The search finds papers by their words.",
    405: "This address does not take that method.",
    500: "Something went wrong on our side; it has been noted. Please try again later.",
}
