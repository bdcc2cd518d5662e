"""Who may see Broadsheet's pages beside Airflow's: whoever Airflow lets in, by its cookie or a token.

A plugin's application is not behind Airflow's login of itself.
"""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode

from airflow.api_fastapi.auth.managers.models.resource_details import AccessView, DagAccessEntity
from airflow.api_fastapi.core_api.security import (
    bearer_scheme,
    get_user,
    requires_access_dag,
    requires_access_view,
)
from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.exceptions import HTTPException
from fastapi.responses import JSONResponse, RedirectResponse

from broadsheet.web.operators import LOOK_HERE

LOGIN = "api/v2/auth/login"

_may_see_airflow = requires_access_view(AccessView.WEBSITE)
may_see_runs = requires_access_dag("GET", DagAccessEntity.RUN, LOOK_HERE)
"""A dependency: raises 401 or 403 for whom Airflow does not show the runs that send digests."""


async def refusal(scope: MutableMapping[str, Any]) -> Response | None:
    """None for whoever Airflow shows its pages to; else the answer they get: the login for a browser, 401 or 403."""
    request = Request(scope)
    try:
        user = await get_user(request, None, await bearer_scheme(request))
        await run_sync(_may_see_airflow, request, user)
    except HTTPException as error:
        if error.status_code == 401 and _is_browser(request):
            return RedirectResponse(_login(request), headers={"Cache-Control": "no-store"})
        headers = {"Cache-Control": "no-store"}
        return JSONResponse({"detail": error.detail}, error.status_code, headers)
    return None


def _is_browser(request: Request) -> bool:
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")


def _login(request: Request) -> str:
    """Airflow's login, from where it leads back here."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{request.base_url.path}{LOGIN}?{urlencode({'next': here})}"
