"""Atom and JSON Feed of lists, topics and searches, and OPML of the feeds."""

from fastapi import APIRouter

from broadsheet.web.feeds import page, routes

router = APIRouter()
router.include_router(page.router)
router.include_router(routes.router)
