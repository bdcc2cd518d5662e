"""Unsubscribing: a page with a button for people, and the same address for one click in a mail program (RFC 8058)."""

from fastapi import APIRouter, Request, Response

from broadsheet.mail import subscribers
from broadsheet.mail.asking import act_of
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Subscriber
from broadsheet.mail.tokens import read_unsubscribe_token
from broadsheet.web.limits import visitor
from broadsheet.web.site import site_of
from broadsheet.web.subscription import phrases
from broadsheet.web.subscription.links import holder, made_here, reading, writing

router = APIRouter()


@router.get("/unsubscribe/{token}")
def leave_page(request: Request, token: str) -> Response:
    """The button; changes nothing."""
    site = site_of(request)
    named = made_here(read_unsubscribe_token(token, secret_key(site.settings)))
    with reading(site.settings) as con:
        subscriber, _ = holder(con, named)
    return _page(request, subscriber, asking=True)


@router.post("/unsubscribe/{token}")
def left(request: Request, token: str) -> Response:
    """End the subscription: on the disk before the answer, which is 200 and no redirect (RFC 8058 section 3.1).

    Nothing but the path counts: no cookie, no origin, no body, which mail providers send in two forms. A link never
    expires: one from an earlier subscription ends the present one.
    """
    site = site_of(request)
    named = made_here(read_unsubscribe_token(token, secret_key(site.settings)))
    with writing(site.settings) as con:
        subscriber, _ = holder(con, named)
        act = act_of(site.settings, visitor(request), site.clock())
        subscribers.unsubscribe(con, subscriber.subscriber_id, act)
        subscriber = subscribers.get(con, subscriber.subscriber_id)
    return _page(request, subscriber, asking=False)


def _page(request: Request, subscriber: Subscriber, *, asking: bool) -> Response:
    site = site_of(request)
    subscribed = subscriber.state in {SubscriberState.ACTIVE, SubscriberState.PENDING}
    content = {"address": phrases.masked(subscriber), "asking": asking and subscribed}
    return site.own_page(request, "subscription/unsubscribe.html", content)
