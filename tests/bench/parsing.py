"""A trending page of 50 papers: reading it, against what most scrapers do."""

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from harness.contest import contest
from harness.measurement import Measurement, faster, within

from broadsheet.hub.client import HubClient
from broadsheet.model import Capture, ListId, ListKind
from broadsheet.parsing.door import parse
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings

Rows = list[tuple[str | None, int | None]]


def trending_page(home: Path) -> Capture:
    """The sample hub's page as the client gets it."""
    with SampleHub() as hub:
        settings = Settings(home=str(home), hub_url=hub.url)
        with HubClient(settings, now=lambda: hub.now, sleep=time.sleep) as client:
            return client.fetch(ListId(ListKind.TRENDING))[-1]


def without_props(page: Capture) -> Capture:
    """The same page with its JSON cut out: only the cards are left."""
    import msgspec

    body = re.sub(rb'data-target="DailyPapers"', b'data-target="Other"', page.body)
    return msgspec.structs.replace(page, body=re.sub(rb'data-props="[^"]*"', b'data-props="{}"', body))


def ours(page: Capture) -> Rows:
    return [(entry.paper_id, entry.upvotes) for entry in parse(page).entries]


def soup_and_json(page: Capture) -> Rows:
    """The whole page with html.parser, the attribute with json."""
    found: Any = BeautifulSoup(page.body, "html.parser").find(attrs={"data-target": "DailyPapers"})
    papers = [item["paper"] for item in json.loads(found["data-props"])["dailyPapers"]]
    return [(paper["id"], paper["upvotes"]) for paper in papers]


def bound(page: Capture) -> Rows:
    """The least that can be done: find the attribute, undo its escapes, decode it."""
    start = page.body.index(b'data-target="DailyPapers"')
    start = page.body.index(b'data-props="', start) + len(b'data-props="')
    text = html.unescape(page.body[start : page.body.index(b'"', start)].decode())
    papers = [item["paper"] for item in json.loads(text)["dailyPapers"]]
    return [(paper["id"], paper["upvotes"]) for paper in papers]


def soup_of_cards(page: Capture) -> int:
    """html.parser over the page and every card's links; gives how many papers it saw."""
    cards = BeautifulSoup(page.body, "html.parser").find_all("article")
    return len({card.find("a", href=re.compile(r"^/papers/"))["href"] for card in cards})


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """How long reading the page takes, all fields by us, two fields by the others."""
    page = trending_page(home)
    size = len(page.body) / 1000
    yield Measurement(
        number=1,
        title=f"A page of 50 papers ({size:.0f} kB); ours reads every field, the others two",
        contenders=contest(
            {
                "Broadsheet": lambda: ours(page),
                "find, unescape, json": lambda: bound(page),
                "BeautifulSoup(html.parser), json": lambda: soup_and_json(page),
            }
        ),
        goals=[faster(50, "BeautifulSoup(html.parser), json"), within(1.25, "find, unescape, json")],
    )
    bare = without_props(page)
    yield Measurement(
        number=2,
        title="Its cards alone",
        contenders=contest(
            {
                "Broadsheet": lambda: len(parse(bare).entries),
                "BeautifulSoup(html.parser), links only": lambda: soup_of_cards(bare),
            }
        ),
        goals=[faster(5, "BeautifulSoup(html.parser), links only")],
    )
