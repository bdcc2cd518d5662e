"""Subscribing, confirming, preferences and unsubscribing; a GET never changes anything."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
