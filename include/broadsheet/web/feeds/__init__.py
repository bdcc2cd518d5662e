"""Atom and JSON Feed of lists, topics and searches, and OPML of the feeds."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
