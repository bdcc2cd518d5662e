"""Subscribing, confirming, preferences and unsubscribing; a GET never changes anything."""

from fastapi import APIRouter

from broadsheet.web.subscription.confirming import router as confirm_routes
from broadsheet.web.subscription.leaving import router as leave_routes
from broadsheet.web.subscription.preferring import router as preference_routes
from broadsheet.web.subscription.subscribing import router as subscribe_routes

router = APIRouter(include_in_schema=False)
for routes in (subscribe_routes, confirm_routes, preference_routes, leave_routes):
    router.include_router(routes)
