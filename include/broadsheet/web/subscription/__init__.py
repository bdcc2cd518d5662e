"""Subscribing, confirming, preferences and unsubscribing; a GET never changes anything."""

from fastapi import APIRouter

from broadsheet.web.subscription.confirming import router as confirming
from broadsheet.web.subscription.leaving import router as leaving
from broadsheet.web.subscription.preferring import router as preferring
from broadsheet.web.subscription.subscribing import router as subscribing

router = APIRouter(include_in_schema=False)
for part in (subscribing, confirming, preferring, leaving):
    router.include_router(part)
