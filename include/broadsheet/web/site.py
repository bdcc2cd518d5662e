"""What every request may use: settings, clock, the published warehouse, answers, templates."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from broadsheet import settings as configuration
from broadsheet.mail.postman import Postman
from broadsheet.settings import Settings
from broadsheet.web.answers import Answers
from broadsheet.web.archive import Archivist
from broadsheet.web.mounting import root_of
from broadsheet.web.previews import Previewer
from broadsheet.web.published import Published, Reading
from broadsheet.web.templating import Templates, build_tag
from broadsheet.web.wire import Wire

HTML = "text/html; charset=utf-8"
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""For pages that are one person's: kept nowhere, found by nobody, and their address told to nobody."""


class Site:
    """One site. ``clock`` gives the time, aware in UTC; default: as the settings say."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] | None = None) -> None:
        self.settings = settings
        self.clock = clock or (lambda: configuration.now(settings))
        self.published = Published(settings)
        self.templates = Templates(settings)
        self.answers = Answers(self.published, build_tag())
        self.postman = Postman(settings, self.clock)
        self.previewer = Previewer(settings.hub_url)
        self.archivist = Archivist(settings.hub_url)
        self.stopping = threading.Event()
        """Set when the server is told to stop: streams, which would never end, end then."""
        self.wire = Wire(self.published, self.stopping)

    def page(self, request: Request, template: str, read: Callable[[Reading], Mapping[str, Any]]) -> Response:
        """A page that is the same for everybody: ``template`` filled with what ``read`` reads of the publication.

        Raises:
            WarehouseError: nothing is published yet.
        """
        return self.answers.give(
            request, HTML, lambda reading: self.templates.render(request, template, read(reading))
        )

    def own_page(
        self, request: Request, template: str, content: Mapping[str, Any], status: int = 200
    ) -> HTMLResponse:
        """A page that is made for this request alone and kept nowhere."""
        text = self.templates.render(request, template, content)
        return HTMLResponse(text, status_code=status, headers=PRIVATE)

    def address(self, request: Request, path: str) -> str:
        """The whole address of a path of this site: below ``public_url``, else as the request names this host."""
        base = self.settings.public_url or str(request.url.replace(path=root_of(request.scope), query=""))
        return base.rstrip("/") + path


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    site: Site = request.app.state.site
    return site
