"""All routes of the site, room by room."""

from fastapi import APIRouter

from broadsheet.web import api, feeds, subscription
from broadsheet.web.metrics import routes as metrics
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

# Citations are files beside a paper or a list, whose names take the rest of a path: they are asked first.
PAGES = (citing, front, lists, paper, changes, search, trends, editions, status, about)

ROUTERS: tuple[APIRouter, ...] = (
    *(page.router for page in PAGES),
    subscription.router,
    feeds.router,
    api.router,
    metrics.router,
)
