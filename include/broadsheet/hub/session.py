"""The HTTP session with the hub: who asks, with which token, through which proxies; no cookies."""

from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urlsplit

import requests

from broadsheet import __version__
from broadsheet.errors import UsageError
from broadsheet.hosts import is_this_machine
from broadsheet.hub.decoding import ACCEPTED
from broadsheet.hub.robots import AGENT
from broadsheet.settings import Settings


def make_session(settings: Settings) -> requests.Session:
    """A session for requests to the hub of these settings, and to nobody else: it sends the hub's token.

    The environment's proxies are used, but not to reach this machine itself. Cookies are neither kept nor
    sent: with them `/papers` leads to whatever was looked at last.

    Raises:
        UsageError: a contact that cannot stand in a header.
    """
    contact = settings.contact.strip()
    if not (contact.isascii() and contact.isprintable()):
        raise UsageError(f"setting 'contact' is {contact!r}: write a mail address or URL in plain ASCII")
    session = _Session()
    session.headers.clear()
    session.headers["User-Agent"] = f"{AGENT}/{__version__}" + (f" (+{contact})" if contact else "")
    session.headers["Accept"] = "application/json, text/html;q=0.9, */*;q=0.5"
    session.headers["Accept-Encoding"] = ACCEPTED
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.trust_env = not is_this_machine(urlsplit(settings.hub_url).hostname or "")
    session.auth = _Token(settings.hub_token)
    return session


class _Session(requests.Session):
    """A session that leaves redirects alone: requests would read their bodies whole, beyond every limit."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        _ = resp
        return None


class _Token(requests.auth.AuthBase):
    """The hub's token, if there is one. Being there, it also keeps ~/.netrc out of the requests."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request
