"""Take pictures of a made-up digest as browsers show it: ``python tests/digest/pictures.py [FOLDER]``.

Needs Chromium. ``digest.png`` and ``digest-dark.png`` are 800 pixels wide, ``digest-narrow.png`` and
``digest-narrow-dark.png`` 360, as on a telephone. Default folder: docs/pictures.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from broadsheet.digest.forme import Forme, Links
from broadsheet.digest.picking import Picker
from broadsheet.digest.press import Press
from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from digest.made_up import HUB, UNTIL
from digest.readers import stocks_of_a_day

DOCS = Path(__file__).parents[2] / "docs" / "pictures"
SCHEMES = {"": 1, "-dark": 0}
"""Chromium's numbers for a reader's preferred colours."""
SIZES = {"digest": (800, 1700), "digest-narrow": (360, 2300)}
TOPICS = "diffusion, retrieval, agents, cameras, speech, benchmark, energy, encoders, search, models"
SITE = "https://papers.example"
LINKS = Links(
    f"{SITE}/u/token", f"{SITE}/p/token", f"{SITE}/e/2026-11-20", "mailto:unsubscribe@papers.example"
)
PHONE = (
    "<!DOCTYPE html><style>body {{ margin: 0 }} iframe {{ border: 0 }}</style>"
    "<iframe src='{page}' width=360 height={height}></iframe>"
)


def page() -> str:
    """The mail of a reader with topics."""
    stocks = stocks_of_a_day()[:1]
    press = Press(stocks, HUB, UNTIL)
    picked = Picker(stocks).pick(range(1), Wishes(read_topics(TOPICS)))
    selection = press.set(picked, timezone="UTC")
    return Forme(press.fragments()).html(selection, LINKS)


def take(page: Path, picture: Path, width: int, height: int, scheme: int) -> None:
    """One picture. A phone's width is shown through a frame: Chromium's windows are at least 500 pixels wide."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as profile:
        if width < 500:
            frame = Path(profile) / "frame.html"
            frame.write_text(PHONE.format(page=page.as_uri(), height=height), encoding="utf-8")
            page = frame
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                f"--user-data-dir={profile}/profile",
                f"--blink-settings=preferredColorScheme={scheme}",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def main() -> None:
    """Take them all."""
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "digest.html"
        file.write_text(page(), encoding="utf-8")
        for name, (width, height) in SIZES.items():
            for suffix, scheme in SCHEMES.items():
                take(file, folder / f"{name}{suffix}.png", width, height, scheme)


if __name__ == "__main__":
    main()
