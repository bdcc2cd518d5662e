"""Whether a page is fit for all readers and all windows."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
WIDTHS = (320, 360, 768, 1920)


def serious_findings(page: Page) -> list[str]:
    """What axe finds that shuts readers out, in the light and in the dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [
            f"{scheme}: {each['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for each in Axe().run(page).response["violations"]
            if each["impact"] in SERIOUS
            for node in each["nodes"]
        ]
    return found


def too_wide(page: Page) -> dict[int, int]:
    """Each width of the window that the page is wider than, and how wide it is there."""
    needed = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        needed[width] = page.evaluate("document.documentElement.scrollWidth")
    return {width: found for width, found in needed.items() if found > width}
