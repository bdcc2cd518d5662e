"""A trending page of 50 papers: reading it, against how others do and the least that has to be done.

Everybody gives the same entries with every field. The page is the sample hub's, made as heavy around the data as
the hub's own page of October 2026 is, whose cards take 9 kB each: a light page would flatter who parses all of it.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import scrapers
from harness.contest import contest
from harness.measurement import Measurement, faster, within
from msgspec.structs import replace

from broadsheet.hub.client import HubClient
from broadsheet.model import Capture, ListId, ListKind
from broadsheet.parsing.door import parse
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings

OURS = "Broadsheet"
BOUND = "find, replace, typed JSON: the bound"
LEXBOR = "selectolax, orjson"
HTML_PARSER = "BeautifulSoup(html.parser), orjson"
HTML_PARSER_CARDS = "BeautifulSoup(html.parser)"

ROUNDS = 21
"""Two milliseconds are soon disturbed."""

DRAWING = (
    '<svg class="mr-1" viewBox="0 0 12 12" width="1em" height="1em"><path fill="none" d="M0 0h12"/></svg>'
)
DRAWINGS, COMMENTS = 5, 40
"""How many more a real card holds than the sample hub's."""
HEAD, FOOT = 11_000, 10_000
"""How many more bytes stand above and below a real list."""


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """How long reading the page takes: by its JSON, with its tag written otherwise, and by its cards alone."""
    page = heavy(trending_page(home))
    size = len(page.body) / 1000
    yield Measurement(
        number=1,
        title=f"A page of 50 papers ({size:.0f} kB), every field",
        contenders=contest(
            {
                OURS: lambda: parse(page).entries,
                BOUND: lambda: scrapers.found_and_replaced(page.body),
                LEXBOR: lambda: scrapers.with_lexbor(page.body, scrapers.by_json),
                "selectolax, typed JSON": lambda: scrapers.with_lexbor(page.body, scrapers.typed),
                "lxml, orjson": lambda: scrapers.with_lxml(page.body, scrapers.by_json),
                "BeautifulSoup(lxml), orjson": lambda: scrapers.with_soup(page.body, "lxml"),
                HTML_PARSER: lambda: scrapers.with_soup(page.body, "html.parser"),
            },
            rounds=ROUNDS,
        ),
        goals=[faster(50, HTML_PARSER), faster(1, LEXBOR), within(1.25, BOUND)],
    )
    otherwise = rewritten(page)
    yield Measurement(
        number=1,
        title="The same page, its attributes in another order and other quotes",
        contenders=contest(
            {
                OURS: lambda: parse(otherwise).entries,
                BOUND: lambda: scrapers.found_and_replaced(page.body),
                LEXBOR: lambda: scrapers.with_lexbor(otherwise.body, scrapers.by_json),
                HTML_PARSER: lambda: scrapers.with_soup(otherwise.body, "html.parser"),
            },
            rounds=ROUNDS,
        ),
        goals=[faster(50, HTML_PARSER), faster(1, LEXBOR), within(1.25, BOUND)],
        note="The bound cannot read this page: it reads the other one.",
    )
    bare = without_props(page)
    yield Measurement(
        number=2,
        title=f"Its cards alone ({len(bare.body) / 1000:.0f} kB), every field that they show",
        contenders=contest(
            {
                OURS: lambda: parse(bare).entries,
                "BeautifulSoup(lxml)": lambda: scrapers.cards_with_soup(bare.body, "lxml"),
                HTML_PARSER_CARDS: lambda: scrapers.cards_with_soup(bare.body, "html.parser"),
            }
        ),
        goals=[faster(5, HTML_PARSER_CARDS)],
    )


def trending_page(home: Path) -> Capture:
    """The sample hub's page as the client gets it."""
    with SampleHub() as hub:
        settings = Settings(home=str(home), hub_url=hub.url)
        with HubClient(settings, now=lambda: hub.now, sleep=time.sleep) as client:
            return client.fetch(ListId(ListKind.TRENDING))[-1]


def heavy(page: Capture) -> Capture:
    """The same page with what real ones hold besides: longer classes, drawings, comments, scripts, a foot."""
    head, *cards = page.body.decode().split("<article")
    more = DRAWING * DRAWINGS + "<!---->" * COMMENTS
    cards = [re.sub(r' class="([^"]*)"', r' class="\1 \1"', card) for card in cards]
    body = "<article".join([head, *(card.replace("</h3>", f"</h3>{more}", 1) for card in cards)])
    body = body.replace("</head>", f"<script>{'let setting = 1;' * (HEAD // 16)}</script></head>", 1)
    foot = '<li class="mb-2"><a class="hover:underline" href="/docs">Documentation</a></li>'
    return replace(
        page, body=body.replace("</main>", f"</main><ul>{foot * (FOOT // len(foot))}</ul>").encode()
    )


def rewritten(page: Capture) -> Capture:
    """The same page as another serialiser writes it: attributes sorted, the JSON in single quotes."""
    tag = re.search(rb'<div [^>]*data-target="DailyPapers" data-props="([^"]*)">', page.body)
    assert tag is not None
    value = tag[1].replace(b"'", b"&#39;").replace(b"&quot;", b'"')
    written = b"<div class='contents' data-props='" + value + b"' data-target=DailyPapers >"
    return replace(page, body=page.body[: tag.start()] + written + page.body[tag.end() :])


def without_props(page: Capture) -> Capture:
    """The same page with its JSON cut out: only the cards are left."""
    body = re.sub(rb'data-target="DailyPapers"', b'data-target="Other"', page.body)
    return replace(page, body=re.sub(rb'data-props="[^"]*"', b'data-props="{}"', body))
