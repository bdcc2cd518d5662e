"""Sending a reader on to another path of the site."""

from fastapi import Request
from fastapi.responses import RedirectResponse


def moved(request: Request, path: str, status: int) -> RedirectResponse:
    """``path`` counts from the site's root, wherever that is mounted. 308: for good; 307: for now (RFC 9110 15.4)."""
    root = request.scope.get("root_path", "")
    return RedirectResponse(root + path, status, {"Cache-Control": "no-cache"})
