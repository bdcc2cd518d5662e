"""API v1: the same data as the pages, for programs."""

from fastapi import APIRouter

router = APIRouter(prefix="/api/v1")
