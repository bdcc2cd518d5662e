"""Every link between the pages of the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

from docs.pages import PAGES, ROOT, prose

LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href|srcset)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings: lower case, without signs, hyphens for spaces."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(prose(page)):
        bare = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", bare.lower()).replace(" ", "-")
        found[anchor] = found.get(anchor, -1) + 1
    return {
        f"{anchor}-{number}" if number else anchor
        for anchor, most in found.items()
        for number in range(most + 1)
    }


def is_broken(page: Path, link: str) -> bool:
    """Whether a link to this checkout leads nowhere. Those to other places are not asked."""
    if re.match(r"[a-z]+:", link):
        return False
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return True
    return bool(anchor) and anchor not in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [
        link for link in (one or other for one, other in LINK.findall(prose(page))) if is_broken(page, link)
    ]
    assert broken == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name == "docs"], ids=lambda page: page.name
)
def test_every_page_is_reached_from_another(page: Path) -> None:
    others = "".join(prose(other) for other in PAGES if other != page)
    assert f"{page.name})" in others or f"{page.name}#" in others
