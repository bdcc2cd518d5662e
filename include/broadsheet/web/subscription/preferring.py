"""One's wishes, by the link that stands in every mail: changed without a login, ended, forgotten."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from broadsheet.mail import subscribers
from broadsheet.mail.asking import Asking, act_of, ask
from broadsheet.mail.identity import Identity
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Subscriber
from broadsheet.mail.tokens import read_preferences_token
from broadsheet.web.limits import visitor
from broadsheet.web.site import site_of
from broadsheet.web.subscription import choices, phrases
from broadsheet.web.subscription.forms import (
    Form,
    Posted,
    read_wishes,
    refuse_other_sites,
    text_of,
    wishes_typed,
)
from broadsheet.web.subscription.links import EARLIER, GONE, Named, holder, made_here, reading, writing
from broadsheet.web.subscription.previewing import preview_of

router = APIRouter()


def _named(request: Request, token: str) -> Named:
    return made_here(read_preferences_token(token, secret_key(site_of(request).settings)))


NamedIn = Annotated[Named, Depends(_named)]
"""Whom the token in the path names; 404 where it was not made here."""


@router.get("/preferences/{token}")
def preferences_page(request: Request, named: NamedIn) -> Response:
    """The wishes in a form; changes nothing."""
    site = site_of(request)
    with reading(site.settings) as con:
        subscriber, present = holder(con, named)
    return _page(request, subscriber, present=present)


@router.post("/preferences/{token}")
def changed(request: Request, named: NamedIn, form: Posted) -> Response:
    """Do what the pressed button says: save, show a preview, unsubscribe, or ask to come back."""
    refuse_other_sites(request)
    match text_of(form, "do"):
        case "unsubscribe":
            return _unsubscribe(request, named)
        case "return":
            return _come_back(request, named)
        case _:
            return _save(request, named, form)


@router.get("/preferences/{token}/forget")
def forget_page(request: Request, token: str, named: NamedIn) -> Response:
    """Asks once more; changes nothing."""
    site = site_of(request)
    with reading(site.settings) as con:
        subscriber, present = holder(con, named)
    if not present or subscriber.state is SubscriberState.ERASED:
        return _page(request, subscriber, present=present)
    return site.own_page(
        request, "subscription/forget.html", {"address": phrases.masked(subscriber), "token": token}
    )


@router.post("/preferences/{token}/forget")
def forgotten(request: Request, named: NamedIn) -> Response:
    """Forget the address for good."""
    refuse_other_sites(request)
    site = site_of(request)
    with writing(site.settings) as con:
        subscriber, present = holder(con, named)
        if not present:
            return _page(request, subscriber, present=present)
        subscribers.erase(con, subscriber.subscriber_id, _act(request))
    return site.own_page(request, "subscription/forgotten.html", {})


def _save(request: Request, named: Named, form: Posted) -> Response:
    site = site_of(request)
    typed = wishes_typed(form)
    with writing(site.settings) as con:
        subscriber, present = holder(con, named)
        if not present or not _is_subscribed(subscriber):
            return _page(request, subscriber, present=present)
        wishes, errors = read_wishes(typed, subscriber.preferences)
        saving = not errors and text_of(form, "do") != "preview"
        if saving:
            subscriber = subscribers.change(con, subscriber.subscriber_id, wishes, site.clock())
    texts = subscriber.preferences.texts() | ({} if saving else typed)
    more: dict[str, Any] = {"saved": saving}
    if not saving and not errors:
        more |= {"preview": preview_of(site, wishes), "previewed": True}
    return _page(
        request, subscriber, present=True, form=Form(texts, errors), status=422 if errors else 200, **more
    )


def _unsubscribe(request: Request, named: Named) -> Response:
    site = site_of(request)
    with writing(site.settings) as con:
        subscriber, present = holder(con, named)
        if present:
            subscribers.unsubscribe(con, subscriber.subscriber_id, _act(request))
            subscriber = subscribers.get(con, subscriber.subscriber_id)
    return _page(request, subscriber, present=present)


def _come_back(request: Request, named: Named) -> Response:
    """The same wishes anew, once they are confirmed by mail."""
    site = site_of(request)
    letter = None
    with writing(site.settings) as con:
        subscriber, present = holder(con, named)
        if not present or subscriber.address is None or subscriber.address_key is None:
            return _page(request, subscriber, present=present)
        identity = Identity(subscriber.kind, subscriber.address, subscriber.address_key)
        asking = Asking(identity, subscriber.preferences, visitor(request))
        _, letter = ask(con, site.settings, asking, site.clock())
    if letter is not None:
        site.postman.take(letter)
    return site.own_page(request, "subscription/asked.html", {})


def _act(request: Request) -> Any:
    site = site_of(request)
    return act_of(site.settings, visitor(request), site.clock())


def _is_subscribed(subscriber: Subscriber) -> bool:
    return subscriber.state in {SubscriberState.ACTIVE, SubscriberState.PENDING}


def _page(
    request: Request,
    subscriber: Subscriber,
    *,
    present: bool,
    form: Form | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The page for where the subscriber stands: the form, the way back, or that there is nothing any more."""
    site = site_of(request)
    if not present:
        content = {"status": GONE, "title": "An earlier subscription", "detail": EARLIER}
        return site.own_page(request, "subscription/over.html", content, GONE)
    if subscriber.state is SubscriberState.ERASED:
        return site.own_page(request, "subscription/forgotten.html", {}, GONE)
    if not _is_subscribed(subscriber):
        return site.own_page(request, "subscription/left.html", {"address": phrases.masked(subscriber)})
    wishes = subscriber.preferences
    content = {
        "form": form or Form(wishes.texts()),
        "address": phrases.masked(subscriber),
        "cadences": choices.cadences(paused=True),
        "days": choices.DAYS,
        "hours": choices.HOURS,
        "zones": choices.zones(),
        "lists": choices.lists(site.settings, wishes.lists),
        "next_digest": phrases.next_digest(wishes, site.clock()),
        "preview": None,
        "previewed": False,
        "saved": False,
    }
    return site.own_page(request, "subscription/preferences.html", content | more, status)
