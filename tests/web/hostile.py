"""A hub that means harm: every field of every paper tries to be a script, a tag, a header or a formula."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from broadsheet.hub.archive import Archive
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_identity
from broadsheet.mail.office import deliver_due
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.secret import secret_key
from broadsheet.mail.subscribers import Newcomer, add
from broadsheet.model import Capture, ListId, ListKind, dated_list
from broadsheet.sample.items import list_item
from broadsheet.sample.world import World
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import ingest

FIRST_MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
MORNINGS = 3
READER = "reader@example.org"
SITE = "https://papers.example.org"
"""Where the links in the mails lead."""
NOW = FIRST_MORNING + timedelta(days=MORNINGS - 1, hours=1)
TRENDING = "https://huggingface.co/api/daily_papers?sort=trending&limit=100"

MARK = "h0stile"
"""Stands in every payload that would run: where it is a name of an element or attribute, something broke out."""
TEXTS = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"'><svg/onload={MARK}()>",
    f"</title></textarea></style></script><{MARK}>",
    f"]]><{MARK} xmlns='http://www.w3.org/1999/xhtml'/><![CDATA[",
    f"<!--><{MARK}>-->",
    f"{{{{7*7}}}}{{% print({MARK}) %}}${{7*7}}<%= 7*7 %>",
    f'=HYPERLINK("https://evil.example/{MARK}","x")',
    f"@SUM(1+1)*cmd|' /C calc'!A0 {MARK}",
    f"\u202e\u2066gpj.{MARK}\u2069\u200f\ufeff\u2028\u2029",
    f"line\r\nX-{MARK}: yes\r\n\r\n<b>{MARK}</b>",
    f"\x00\x1b[31m\x07{MARK}\x7f",
    f"&lt;script&gt;{MARK}&amp;#x3C;script>",
    f"{MARK} }} \\end{{document}} \\write18{{id}} @article{{x, title={{",
    f"{MARK}' OR 1=1; DROP TABLE papers; --",
    f"[{MARK}](javascript:{MARK}()) ![x](https://evil.example/x.png) `<b>`",
    f"{MARK} " + "𝕬" * 40 + "e\u0301\u0301" * 300,
    f"{MARK}" + "W" * 5_000,
)
ADDRESSES = (
    f"javascript:{MARK}()",
    f"JaVaScRiPt:{MARK}()//https://github.com/a/b",
    f"data:text/html,<script>{MARK}()</script>",
    f'https://github.com/a/b"onmouseover="{MARK}()',
    f"https://github.com@evil.example/{MARK}",
    f"//evil.example/{MARK}",
    f"https://evil.example/{MARK}\r\nLocation: https://evil.example",
    f"vbscript:{MARK}",
    f"https://github.com/<script>{MARK}</script>",
    "https://[broken",
)
IDS = (
    f'"><img src=x onerror={MARK}()>',
    f"../../{MARK}",
    f"2611.70001?x=<{MARK}>#y",
    f"{MARK}%2f..%2f%00",
    f"{MARK} id",
)
_ADDRESS_KEYS = frozenset(
    {"githubRepo", "projectPage", "thumbnail", "mediaUrls", "mediaUrl", "avatar", "avatarUrl"}
)
_SOUND_KEYS = frozenset(
    {"id", "publishedAt", "submittedOnDailyAt", "statusLastChangedAt", "type", "updatedAt"}
)
"""Without a time that is one the hub's item could not be read at all."""


def fill(settings: Settings) -> None:
    """Load three mornings of such a hub's trending list, and of its daily list, and mail a reader what came."""
    archive = Archive(settings.archive_location)
    for number in range(MORNINGS):
        morning = FIRST_MORNING + timedelta(days=number)
        yesterday = dated_list(ListKind.DAILY, (morning - timedelta(days=1)).date())
        daily = f"https://huggingface.co/api/daily_papers?date={yesterday.key}"
        archive.append(
            [_answer(morning, TRENDING, ListId(ListKind.TRENDING)), _answer(morning, daily, yesterday)]
        )
    ingest(settings)
    _subscribe(settings)
    deliver_due(settings, lambda: NOW)


def _subscribe(settings: Settings) -> None:
    today = NOW.replace(hour=0)
    newcomer = Newcomer(
        identity=read_identity(READER, ()), preferences=Preferences(hour=0), scheduled_from=today
    )
    with open_database(settings) as database, database.write() as con:
        add(con, newcomer, Act(today, "cli"), secret_key(settings))


def _answer(morning: datetime, url: str, asked: ListId) -> Capture:
    items = _items(morning, shift=morning.day)
    return Capture(
        captured_at=morning,
        url=url,
        status=200,
        headers=(("Content-Type", "application/json; charset=utf-8"),),
        body=json.dumps(items).encode(),
        asked=asked,
    )


def _items(morning: datetime, shift: int) -> list[dict[str, Any]]:
    """The sample hub's list of that morning, spoiled; each morning in another order, and with other texts."""
    state = World().at(morning)
    sound = [list_item(paper, state) for paper in state.trending()]
    for number, evil in enumerate(IDS):
        sound[number * 7]["paper"]["id"] = evil
    turn = count(shift)
    spoiled = [_spoiled(item, "", turn) for item in sound]
    return [*islice(spoiled, shift, None), *islice(spoiled, shift)]


def _spoiled(value: Any, key: str, turn: "count[int]") -> Any:
    match value:
        case dict():
            return {name: _spoiled(inner, name, turn) for name, inner in value.items()}
        case list():
            return [_spoiled(inner, key, turn) for inner in value]
        case str() if key not in _SOUND_KEYS:
            payloads = ADDRESSES if key in _ADDRESS_KEYS else TEXTS
            return payloads[next(turn) % len(payloads)]
        case _:
            return value
