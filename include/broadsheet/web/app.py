"""The web application: its rooms put together."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from broadsheet import __version__
from broadsheet.settings import Settings
from broadsheet.web import errors
from broadsheet.web.api import document
from broadsheet.web.heads import HeadAsGet
from broadsheet.web.limits import RequestForm, RequestRate
from broadsheet.web.metrics import door
from broadsheet.web.routers import ROUTERS
from broadsheet.web.security import SecurityHeaders
from broadsheet.web.site import Site
from broadsheet.web.turns import Turns

API_DOCUMENT = "/api/v1/openapi.json"


def create_app(settings: Settings, clock: Callable[[], datetime] | None = None) -> FastAPI:
    """The site for these settings.

    ``clock`` gives the time, aware in UTC; default: as the settings say. Works wherever it is mounted: every address
    is made from the root path.
    """
    app = FastAPI(
        title="Broadsheet",
        version=__version__,
        openapi_url=API_DOCUMENT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.site = Site(settings, clock)
    app.mount("/static", StaticFiles(packages=[("broadsheet.web", "static")]), name="static")
    for router in ROUTERS:
        app.include_router(router)
    errors.install(app)
    # The last one added is the outermost: every answer, refusals too, carries the headers.
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestForm)
    if settings.web_requests_per_minute:
        app.add_middleware(Turns)
    app.add_middleware(RequestRate, per_minute=settings.web_requests_per_minute)
    app.add_middleware(errors.Failures)
    document.install(app)
    app.add_middleware(SecurityHeaders)
    if door.is_open(settings):
        _count(app)
    return app


def _count(app: FastAPI) -> None:
    """Count what is asked and answered; a site whose numbers nobody may read counts nothing."""
    from broadsheet.web.metrics.numbers import Numbers
    from broadsheet.web.metrics.requests import Counting

    app.state.numbers = Numbers(app.state.site)
    app.add_middleware(Counting, numbers=app.state.numbers.requests)
