"""API v1: the history for programs. ``/api`` tells how it is used, ``/api/v1/openapi.json`` is its document."""

from fastapi import APIRouter

from broadsheet.web.api import changes, documentation, editions, health, lists, papers, search

VERSION_ROOT = "/api/v1"

router = APIRouter()
for room in (papers, lists, changes, editions, search, health):
    router.include_router(room.router, prefix=VERSION_ROOT)
router.include_router(documentation.router)
