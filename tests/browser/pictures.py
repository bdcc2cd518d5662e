"""Take pictures of every page: ``python tests/browser/pictures.py [HOME] [FOLDER]``.

Needs Chromium. HOME is the home folder of a finished `broadsheet demo` (default: .broadsheet/demo); FOLDER takes the
pictures (default: docs/pictures). ``page.png`` is 1280 pixels wide, ``page-dark.png`` is in the dark,
``page-narrow.png`` 360 pixels wide, as on a telephone. Somebody subscribes in a copy of HOME, for the pages that only
a subscriber has. With pngquant the pictures become a third as large.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
from playwright.sync_api import Browser, sync_playwright

from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_address
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Newcomer
from broadsheet.mail.timed import Waiting, confirmation_token
from broadsheet.mail.tokens import preferences_token, unsubscribe_token
from broadsheet.settings import Settings
from broadsheet.web import operators
from broadsheet.web.app import create_app
from broadsheet.web.serving import serving

ROOT = Path(__file__).parents[2]
ARGUMENTS = ("--disable-gpu", "--disable-background-networking", "--no-first-run")
TALLEST = 1500
"""What stands further down is not shown."""
PAGES = {
    "front": "/",
    "archive": "/lists",
    "list": "/lists/daily/2026-11-10",
    "as-of": "/lists/trending?at=2026-11-10T12:00",
    "paper": "/papers/{paper}",
    "changes": "/changes",
    "search": "/search?q=language+models",
    "trends": "/trends",
    "editions": "/editions",
    "edition": "/editions/trending/2026-11-12",
    "subscribe": "/subscribe",
    "confirm": "/confirm/{confirm}",
    "preferences": "/preferences/{preferences}",
    "unsubscribe": "/unsubscribe/{unsubscribe}",
    "feeds": "/feeds",
    "api": "/api",
    "status": "/status",
    "about": "/about",
    "operators": "/operators",
}
LOOKS = {
    "": (1280, "light"),
    "-dark": (1280, "dark"),
    "-narrow": (360, "light"),
    "-narrow-dark": (360, "dark"),
}
NOW = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
"""When the demo is over."""


def take(browser: Browser, address: str, path: str, look: str, picture: Path) -> None:
    """One picture."""
    width, scheme = LOOKS[look]
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(path)
    page.evaluate("document.fonts.ready")
    height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=picture)
    context.close()


@contextmanager
def joined(home: Path) -> Iterator[tuple[Settings, dict[str, str]]]:
    """A copy of a home folder that somebody has subscribed in, and somebody else is about to; and what in ``PAGES``
    stands in braces."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(home, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("archive", "airflow"))
        settings = Settings(home=copy, web_port=0, web_requests_per_minute=0)
        secret = secret_key(settings)
        with open_database(settings) as database, database.write() as con:
            ada, bob = (
                subscribers.add(con, newcomer(address, state), Act(NOW, "web"), secret)
                for address, state in (
                    ("ada@example.org", SubscriberState.ACTIVE),
                    ("bob@example.org", SubscriberState.PENDING),
                )
            )
        who = (ada.subscriber_id, ada.generation)
        with duckdb.connect(str(settings.published_path), read_only=True) as con:
            (paper,) = con.execute(
                "SELECT paper_id FROM rank_history WHERE list_kind = 'trending' GROUP BY ALL"
                " HAVING count(*) > 8 ORDER BY min(rank), paper_id LIMIT 1"
            ).fetchone()
        waiting = Waiting.of(bob.subscriber_id, bob.generation, bob.address_hash)
        yield (
            settings,
            {
                "paper": paper,
                "confirm": confirmation_token(waiting, NOW, secret),
                "preferences": preferences_token(*who, secret),
                "unsubscribe": unsubscribe_token(*who, secret),
            },
        )


def newcomer(address: str, state: SubscriberState) -> Newcomer:
    """Somebody who asks for papers on language models."""
    wishes = read_preferences({"topics": "language models, agent*"}, Preferences())
    return Newcomer(identity=read_address(address), preferences=wishes, state=state)


def main() -> None:
    """Take all of them, or those whose names are in the variable PAGES."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".broadsheet" / "demo"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    chosen = os.environ.get("PAGES", " ".join(PAGES)).split()
    pictures = [folder / f"{name}{look}.png" for name in chosen for look in LOOKS]
    with joined(home) as (settings, found), sync_playwright() as playwright:
        site = create_app(settings, lambda: NOW)
        site.include_router(operators.router)
        program = shutil.which("chromium") or sys.exit("Chromium is needed: apt-get install chromium")
        as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        with serving(settings, app=site) as address:
            browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *as_root])
            places = [(PAGES[name].format_map(found), look) for name in chosen for look in LOOKS]
            for (path, look), picture in zip(places, pictures, strict=True):
                take(browser, address, path, look, picture)
            browser.close()
    if quantise := shutil.which("pngquant"):
        subprocess.run([quantise, "--force", "--ext", ".png", "--skip-if-larger", *pictures], check=False)


if __name__ == "__main__":
    main()
