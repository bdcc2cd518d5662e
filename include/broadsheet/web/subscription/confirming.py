"""Confirming: a page with a button, because programs that look at mail open every link in it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from broadsheet.mail import subscribers
from broadsheet.mail.asking import agreement_of
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Subscriber
from broadsheet.mail.timed import ExpiredError, Waiting, read_confirmation_token
from broadsheet.mail.tokens import preferences_token
from broadsheet.web.limits import visitor
from broadsheet.web.site import Site, site_of
from broadsheet.web.subscription import phrases
from broadsheet.web.subscription.links import GONE, holder, reading, unknown, writing

EXPIRED = "expired"
ENDED = "ended"

router = APIRouter()


@router.get("/confirm/{token}")
def confirm_page(request: Request, token: str) -> Response:
    """The button; changes nothing."""
    site = site_of(request)
    waiting = _read(site, token)
    if waiting is None:
        return _refused(request, EXPIRED)
    with reading(site.settings) as con:
        subscriber, present = holder(con, (waiting.subscriber_id, waiting.generation))
    return _page(request, subscriber, waiting, present=present, confirmed=False)


@router.post("/confirm/{token}")
def confirmed(request: Request, token: str) -> Response:
    """Make the subscription active; a second time does nothing and says so."""
    site = site_of(request)
    waiting = _read(site, token)
    if waiting is None:
        return _refused(request, EXPIRED)
    now = site.clock()
    with writing(site.settings) as con:
        subscriber, present = holder(con, (waiting.subscriber_id, waiting.generation))
        if _is_good(subscriber, waiting, present=present):
            act = agreement_of(site.settings, visitor(request), now)
            new = subscribers.confirm(con, subscriber.subscriber_id, act)
            subscriber = subscribers.get(con, subscriber.subscriber_id)
        else:
            new = False
    return _page(request, subscriber, waiting, present=present, confirmed=new)


def _read(site: Site, token: str) -> Waiting | None:
    """Whom the token names; None for one that has expired. Raises HTTPException 404 for what is none."""
    try:
        waiting = read_confirmation_token(token, site.clock(), secret_key(site.settings))
    except ExpiredError:
        return None
    if waiting is None:
        raise unknown()
    return waiting


def _is_good(subscriber: Subscriber, waiting: Waiting, *, present: bool) -> bool:
    """Whether the token is of the present subscription, of the same address, and that has not ended."""
    mark = Waiting.of(subscriber.subscriber_id, subscriber.generation, subscriber.address_hash).address_mark
    open_states = {SubscriberState.PENDING, SubscriberState.ACTIVE}
    return present and mark == waiting.address_mark and subscriber.state in open_states


def _page(
    request: Request, subscriber: Subscriber, waiting: Waiting, *, present: bool, confirmed: bool
) -> Response:
    site = site_of(request)
    if not _is_good(subscriber, waiting, present=present):
        return _refused(request, ENDED)
    if subscriber.state is SubscriberState.PENDING:
        asking = {"address": phrases.masked(subscriber), **_wishes(subscriber)}
        return site.own_page(request, "subscription/confirm.html", asking)
    token = preferences_token(subscriber.subscriber_id, subscriber.generation, secret_key(site.settings))
    content: dict[str, Any] = {
        "new": confirmed,
        "preferences": f"/preferences/{token}",
        "next_digest": phrases.next_digest(subscriber.preferences, site.clock()),
        "zone": subscriber.preferences.timezone.replace("_", " "),
        **_wishes(subscriber),
    }
    return site.own_page(request, "subscription/confirmed.html", content)


def _wishes(subscriber: Subscriber) -> dict[str, str]:
    wishes = subscriber.preferences
    return {
        "schedule": phrases.schedule(wishes),
        "lists": phrases.lists(wishes),
        "topics": wishes.topics,
    }


def _refused(request: Request, why: str) -> Response:
    return site_of(request).own_page(request, "subscription/not-confirmed.html", {"why": why}, GONE)
