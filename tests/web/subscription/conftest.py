"""A site that anybody may subscribe at, its clock, and the inbox that its mails arrive in."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_address
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.secret import secret_key
from broadsheet.mail.subscribers import Newcomer, Subscriber
from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from broadsheet.web.subscription import subscribing
from web.conftest import NOW

PUBLIC = "https://papers.example"
ADA = "ada@example.org"


class Office:
    """The site at ``https://papers.example``, as somebody at 203.0.113.7 uses it. ``now`` is its clock."""

    def __init__(self, home: Path, **settings: object) -> None:
        self.settings = Settings(
            **{"home": str(home), "public_url": PUBLIC, "web_requests_per_minute": 0} | settings
        )
        self.now = NOW
        self.app = create_app(self.settings, lambda: self.now)
        self.client = self.visitor("203.0.113.7")

    def visitor(self, host: str) -> TestClient:
        """A browser somewhere else."""
        return TestClient(self.app, base_url=PUBLIC, client=(host, 50000), follow_redirects=False)

    def ask(self, address: str, client: TestClient | None = None, **typed: object) -> httpx.Response:
        """Fill in the form as a person does, and send it."""
        client = client or self.client
        form = Page(client.get("/subscribe").text).fields | {"address": address} | typed
        self.now += subscribing.FILLED_AFTER
        return client.post("/subscribe", data=form)

    def mails(self) -> list[EmailMessage]:
        """What has arrived, oldest first."""
        self.app.state.site.postman.finish()
        files = sorted(self.settings.inbox_path.glob("*.eml"))
        contents = (file.read_bytes().split(b"\r\n", 2)[2] for file in files)
        return [message_from_bytes(content, policy=policy.default) for content in contents]

    def subscribe(self, address: str = ADA, **typed: object) -> None:
        """Ask for the digest and confirm it."""
        self.ask(address, **typed)
        assert self.client.post(self.link("confirm")).status_code == 200

    def link(self, room: str) -> str:
        """The path that the newest mail's text links to in that room."""
        return link(self.mails()[-1], room)

    def join(self, address: str, **wishes: str) -> Subscriber:
        """Subscribe without the web."""
        newcomer = Newcomer(
            identity=read_address(address), preferences=read_preferences(wishes, Preferences())
        )
        act = Act(self.now - timedelta(days=1), "cli")
        return self.do(lambda con: subscribers.add(con, newcomer, act, secret_key(self.settings)))

    def known(self, address: str = ADA) -> Subscriber | None:
        """The subscriber of that address."""
        return self.do(lambda con: subscribers.find(con, address))

    def rows(self, table: sa.Table) -> list[dict]:
        """All rows of a table."""
        return self.do(lambda con: [dict(row) for row in con.execute(sa.select(table)).mappings()])

    def do(self, what: Callable[[sa.Connection], object]):
        """Do something in a transaction of its own."""
        with open_database(self.settings) as database, database.write() as con:
            return what(con)


class Page(HTMLParser):
    """The fields of a page's first form as a browser would send them, the errors beside them, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, object] = {}
        self.errors: dict[str, str] = {}
        self.links: list[str] = []
        self.forms = 0
        self._select = self._textarea = self._error = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name") or ""
        match tag:
            case "form":
                self.forms += 1
            case "a":
                self.links.append(given["href"])
            case "input" if self.forms == 1 and given.get("type") == "checkbox":
                if "checked" in given:
                    self.fields.setdefault(name, []).append(given["value"])
            case "input" if self.forms == 1:
                self.fields[name] = given.get("value", "")
            case "select":
                self._select = name
            case "option" if "selected" in given:
                self.fields[self._select] = given["value"]
            case "textarea":
                self._textarea = name
                self.fields[name] = ""
            case "p" if given.get("class") == "error":
                self._error = (given.get("id") or "").removesuffix("-error")
                self.errors[self._error] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._textarea = ""
        if tag == "p":
            self._error = ""

    def handle_data(self, data):
        if self._textarea:
            self.fields[self._textarea] += data
        if self._error:
            self.errors[self._error] += data


def link(mail: EmailMessage, room: str) -> str:
    """The path that a mail's text links to in that room of the site."""
    text = mail.get_body(("plain",)).get_content()
    return re.search(rf"{PUBLIC}(/{room}/\S+)", text)[1]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A site at which nothing was published yet."""
    return Office(tmp_path / "home", secret_key="test")


@pytest.fixture
def full_office(site_home: Path) -> Office:
    """A site with two weeks of papers."""
    return Office(site_home, secret_key="test")


@pytest.fixture
def office_on(tmp_path: Path, database_url: str) -> Office:
    """A site on either kind of mail database."""
    return Office(tmp_path / "home", secret_key="test", database_url=database_url)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers do not wait until they are all equally late."""
    monkeypatch.setattr(subscribing, "ANSWERED_AFTER_SECONDS", 0.0)
