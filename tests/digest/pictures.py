"""Take pictures of a made-up digest as browsers show it: ``python tests/digest/pictures.py [FOLDER]``.

Needs Chromium. ``digest.png`` and ``digest-dark.png`` are 720 pixels wide; with a folder given, phone-wide ones
(``digest-phone.png``, ``digest-phone-dark.png``) are taken as well. Default folder: docs/pictures, without those.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from broadsheet.digest.render import render
from digest.made_up import day_digest

DOCS = Path(__file__).parents[2] / "docs" / "pictures"
SCHEMES = {"": 1, "-dark": 0}
"""Chromium's numbers for a reader's preferred colours."""
PHONE = (
    "<!DOCTYPE html><style>body {{ margin: 0 }} iframe {{ border: 0 }}</style>"
    "<iframe src='{page}' width=360 height={height}></iframe>"
)


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
        page = Path(work) / "digest.html"
        page.write_text(render(day_digest()).html, encoding="utf-8")
        for suffix, scheme in SCHEMES.items():
            take(page, folder / f"digest{suffix}.png", 720, 1500, scheme)
            if folder != DOCS:
                take(page, folder / f"digest-phone{suffix}.png", 360, 2400, scheme)


if __name__ == "__main__":
    main()
