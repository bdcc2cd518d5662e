"""Asking for a subscription: the form, what the last week would have brought, and one answer for every address."""

import asyncio
import logging
import time
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from broadsheet.mail.agreements import CURRENT, WORDINGS
from broadsheet.mail.asking import Asking, ask
from broadsheet.mail.errors import AddressError
from broadsheet.mail.identity import Identity, read_address
from broadsheet.mail.preferences import FIELDS, Preferences, starting
from broadsheet.mail.secret import secret_key
from broadsheet.mail.timed import ExpiredError, form_age, form_stamp
from broadsheet.settings import fixed_time
from broadsheet.web.limits import visitor
from broadsheet.web.site import Site, site_of
from broadsheet.web.subscription import choices
from broadsheet.web.subscription.forms import Form, Posted, read_wishes, text_of, wishes_typed
from broadsheet.web.subscription.links import writing
from broadsheet.web.subscription.previewing import fragment, preview_of

ANSWERED_AFTER_SECONDS = 0.5
"""No answer comes earlier: how long the work took tells nothing of the address."""
FILLED_AFTER = timedelta(seconds=2)
"""Nobody reads and fills in the form faster."""
FILLED_WITHIN = timedelta(hours=24)
TRAP = "website"
"""A field that nobody sees; programs that fill in all there are fill it in."""
STALE = "This page was open for more than a day. Press the button again to go on."
CLOSED = "Subscribing on these pages is switched off. Ask the people who run this site to add you."

router = APIRouter()
_log = logging.getLogger("broadsheet.web")


@router.get("/subscribe")
def form_page(request: Request) -> Response:
    """The empty form. Wishes may stand in the query (``?topics=robotics``), an address never."""
    site = site_of(request)
    if site.settings.web_subscribe == "closed":
        return site.own_page(request, "subscription/closed.html", {})
    start = starting(site.settings)
    asked = {field: request.query_params[field] for field in FIELDS if field in request.query_params}
    wishes, errors = read_wishes(asked, start)
    form = Form(start.texts() | {"address": ""} | asked, errors)
    return _page(request, form, wishes, fresh="timezone" not in asked)


@router.post("/subscribe")
async def asked(request: Request, form: Posted) -> Response:
    """Post a letter to who is to confirm, or show the form again where something cannot be."""
    began = time.monotonic()
    shown = await run_in_threadpool(_show_again_or_ask, request, form)
    if shown is not None:
        return shown
    # No thread waits along: there are not many of them.
    await asyncio.sleep(began + ANSWERED_AFTER_SECONDS - time.monotonic())
    return site_of(request).own_page(request, "subscription/asked.html", {})


@router.get("/subscribe/preview")
def previewed(request: Request) -> Response:
    """The fragment that the form's script shows beside it."""
    return fragment(request)


def _show_again_or_ask(request: Request, form: FormData) -> Response | None:
    """The form once more, where something in it cannot be or a preview is wanted; None once it was asked."""
    site = site_of(request)
    if site.settings.web_subscribe == "closed":
        raise HTTPException(403, CLOSED)
    start, typed, address = starting(site.settings), wishes_typed(form), text_of(form, "address")
    wishes, errors = read_wishes(typed, start)
    texts = start.texts() | typed | {"address": address}
    if text_of(form, "do") == "preview":
        content = {"preview": preview_of(site, wishes), "previewed": True}
        return _page(request, Form(texts, errors), wishes, status=422 if errors else 200, **content)
    identity = _read_address(address, errors)
    suspicion = _suspicion(site, form, errors)
    if errors or identity is None:
        return _page(request, Form(texts, errors), wishes, status=422)
    if suspicion:
        _log.info("subscription request refused: %s", suspicion)
    else:
        _ask(request, identity, wishes)
    return None


def _ask(request: Request, identity: Identity, wishes: Preferences) -> None:
    site = site_of(request)
    with writing(site.settings) as con:
        asking = Asking(identity, wishes, visitor(request))
        answer, letter = ask(con, site.settings, asking, site.clock())
    _log.info("subscription request: %s", answer)
    if letter is not None:
        site.postman.take(letter)


def _read_address(text: str, errors: dict[str, str]) -> Identity | None:
    try:
        return read_address(text)
    except AddressError as error:
        errors["address"] = str(error)
        return None


def _suspicion(site: Site, form: FormData, errors: dict[str, str]) -> str:
    """Why this seems to be a program, in words for the log; "" if it does not."""
    try:
        age = form_age(text_of(form, "stamp"), site.clock(), FILLED_WITHIN, secret_key(site.settings))
    except ExpiredError:
        errors["form"] = STALE
        return ""
    if age is None:
        return "the form was not given out here"
    if age < FILLED_AFTER and fixed_time(site.settings) is None:
        return "the form was filled in at once"
    return "a field was filled in that nobody sees" if text_of(form, TRAP) else ""


def _page(request: Request, form: Form, wishes: Preferences, *, status: int = 200, **more: Any) -> Response:
    """The form; ``wishes`` may hold lists that are not offered to all. In a ``fresh`` one the zone is guessed."""
    site = site_of(request)
    content: dict[str, Any] = {
        "form": form,
        "stamp": form_stamp(site.clock(), secret_key(site.settings)),
        "agreement": WORDINGS[CURRENT],
        "cadences": choices.cadences(paused=False),
        "days": choices.DAYS,
        "hours": choices.HOURS,
        "zones": choices.zones(),
        "lists": choices.lists(site.settings, wishes.lists),
        "preview": None,
        "previewed": False,
        "fresh": False,
    }
    return site.own_page(request, "subscription/subscribe.html", content | more, status)
