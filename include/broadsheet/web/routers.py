"""All routes of the site, room by room."""

from fastapi import APIRouter

from broadsheet.web import api, feeds, subscription
from broadsheet.web.pages import (
    about,
    changes,
    citing,
    editions,
    front,
    lists,
    paper,
    search,
    status,
    trends,
)

PAGES = (front, lists, paper, changes, search, trends, editions, status, about, citing)

ROUTERS: tuple[APIRouter, ...] = (
    *(page.router for page in PAGES),
    subscription.router,
    feeds.router,
    api.router,
)
