"""Broadsheet's pages below Airflow's address, for whom Airflow lets in.

Importing this costs next to nothing: every process of Airflow imports its plugins, but one alone shows pages.
"""

from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

ADDRESS = "/broadsheet"

# Without url_route Airflow opens a view as a page of its own. The other way is a frame with a sandbox, in which links
# to papers, and to Airflow's DAGs, lead nowhere. Addresses are relative to Airflow's own, wherever that is.
VIEWS: list[dict[str, Any]] = [
    {
        "name": "Broadsheet",
        "href": f"{ADDRESS[1:]}/",
        "destination": "nav",
        "icon": f"{ADDRESS[1:]}/static/icon.svg",
    },
    {
        "name": "Broadsheet: for operators",
        "href": f"{ADDRESS[1:]}/operators",
        "destination": "nav",
        "icon": f"{ADDRESS[1:]}/static/icon.svg",
    },
]


class Pages:
    """The site, made when somebody first asks for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._site: FastAPI | None = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """As an application below Airflow's (ASGI)."""
        from anyio.to_thread import run_sync

        from broadsheet_airflow.login import refusal

        refused = await refusal(scope) if scope["type"] == "http" else None
        app = refused or await run_sync(self._made)
        await app(scope, receive, send)

    def _made(self) -> "FastAPI":
        from fastapi import Depends

        from broadsheet.settings import load_settings
        from broadsheet.web import operators
        from broadsheet.web.app import create_app
        from broadsheet_airflow.login import may_see_runs

        with self._lock:
            if self._site is None:
                site = create_app(load_settings())
                site.include_router(operators.router, dependencies=[Depends(may_see_runs)])
                self._site = site
            return self._site
