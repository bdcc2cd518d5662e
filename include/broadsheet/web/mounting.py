"""Paths that count from the site's root, wherever that is mounted."""

from fastapi import Request
from fastapi.responses import RedirectResponse
from starlette.types import Scope


def root_of(scope: Scope) -> str:
    """The path that the site is mounted at, "" for a host's own root."""
    root: str = scope.get("root_path", "")
    return root


def path_of(scope: Scope) -> str:
    """The path that is asked for, from the site's root."""
    path: str = scope["path"]
    return path.removeprefix(root_of(scope))


def moved(request: Request, path: str, status: int) -> RedirectResponse:
    """Sends a reader on to another path of the site. 308: for good; 307: for now (RFC 9110 15.4)."""
    return RedirectResponse(root_of(request.scope) + path, status, {"Cache-Control": "no-cache"})
