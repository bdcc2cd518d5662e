"""The letters to who is typed into the subscription form: short, and without anything that was typed there."""

from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from broadsheet.mail.letters import Words
from broadsheet.mail.secret import secret_key
from broadsheet.mail.subscribers import Subscriber
from broadsheet.mail.timed import Waiting, confirmation_token
from broadsheet.mail.tokens import preferences_token, unsubscribe_token
from broadsheet.settings import Settings


def please_confirm(settings: Settings, subscriber: Subscriber, now: datetime) -> Words:
    """Asks whether they want the digest."""
    waiting = Waiting.of(subscriber.subscriber_id, subscriber.generation, subscriber.address_hash)
    token = confirmation_token(waiting, now, secret_key(settings))
    text = _text("confirmation.txt", confirm=f"{site_address(settings)}/confirm/{token}")
    return Words("confirmation", "Please confirm your subscription", text)


def already_subscribed(settings: Settings, subscriber: Subscriber) -> Words:
    """Says that they get it already, and where to change that."""
    place, secret = site_address(settings), secret_key(settings)
    who = subscriber.subscriber_id, subscriber.generation
    text = _text(
        "already-subscribed.txt",
        preferences=f"{place}/preferences/{preferences_token(*who, secret)}",
        unsubscribe=f"{place}/unsubscribe/{unsubscribe_token(*who, secret)}",
    )
    return Words("reminder", "You are subscribed already", text)


def site_address(settings: Settings) -> str:
    """Where the links in these letters lead, without a slash: ``public_url``, else where this machine serves.

    Never what a request calls this host: anybody can call it anything, and the letter goes to somebody else.
    """
    return settings.public_url.rstrip("/") or f"http://{settings.web_host}:{settings.web_port}"


def _text(template: str, **values: str) -> str:
    return _environment().get_template(template).render(**values).strip()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("broadsheet.mail"),
        autoescape=False,  # noqa: S701 - plain text; `letters` escapes it for HTML
        undefined=StrictUndefined,
    )
