"""Atom and JSON Feed of lists, topics and searches, and OPML of the feeds."""

from broadsheet.web.feeds.routes import router

__all__ = ["router"]
