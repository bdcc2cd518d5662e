"""Take pictures of every page: ``python tests/browser/pictures.py [HOME] [FOLDER]``.

Needs Chromium. HOME is the home folder of a finished `broadsheet demo` (default: .broadsheet/demo); FOLDER takes the
pictures (default: docs/pictures). ``page.png`` is 1280 pixels wide, ``page-dark.png`` is in the dark,
``page-narrow.png`` 360 pixels wide, as on a telephone.
"""

import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
from playwright.sync_api import Browser, sync_playwright

from broadsheet.settings import Settings
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
    "feeds": "/feeds",
    "api": "/api",
    "status": "/status",
    "about": "/about",
}
LOOKS = {
    "": (1280, "light"),
    "-dark": (1280, "dark"),
    "-narrow": (360, "light"),
    "-narrow-dark": (360, "dark"),
}
NOW = datetime(2026, 11, 15, 11, 0, tzinfo=UTC)
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


def main() -> None:
    """Take all of them, or those whose names are in the variable PAGES."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".broadsheet" / "demo"
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "pictures"
    settings = Settings(home=str(home), web_port=0, web_requests_per_minute=0)
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        (paper,) = con.execute(
            "SELECT paper_id FROM rank_history WHERE list_kind = 'trending' GROUP BY ALL"
            " HAVING count(*) > 8 ORDER BY min(rank), paper_id LIMIT 1"
        ).fetchone()
    chosen = os.environ.get("PAGES", " ".join(PAGES)).split()
    folder.mkdir(parents=True, exist_ok=True)
    with serving(settings, lambda: NOW) as address, sync_playwright() as playwright:
        program = shutil.which("chromium") or sys.exit("Chromium is needed: apt-get install chromium")
        as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *as_root])
        for name in chosen:
            for look in LOOKS:
                path = PAGES[name].replace("{paper}", paper)
                take(browser, address, path, look, folder / f"{name}{look}.png")
        browser.close()


if __name__ == "__main__":
    main()
