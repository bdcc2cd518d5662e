"""Every page, as a reader with any device and any sight meets it."""

import pytest

from browser.fitness import serious_findings, too_wide

PAGES = (
    "/",
    "/lists",
    "/lists/trending?at=2026-11-10T12:00",
    "/lists/trending?at=2026-11-10T12:00&since=2026-11-07",
    "/lists/daily/2026-11-10",
    "/papers/{paper}",
    "/changes",
    "/search",
    "/search?q=language+models",
    "/search?q=language+xyzzy",
    "/trends",
    "/editions",
    "/editions/trending/2026-11-12",
    "/subscribe",
    "/feeds",
    "/api",
    "/status",
    "/about",
    "/nowhere",
)


@pytest.fixture(scope="session")
def path_of(read_only_site):
    """A page's path with what it speaks of filled in."""
    import duckdb

    with duckdb.connect(str(read_only_site.settings.published_path), read_only=True) as con:
        (paper,) = con.execute("SELECT paper_id FROM trending_now WHERE rank = 1").fetchone()
    return lambda page: page.replace("{paper}", paper)


@pytest.fixture
def look(visit, path_of):
    """Open one of the pages: ``look("/papers/{paper}", width=360)``."""
    return lambda page, **how: visit(path_of(page), status=404 if page == "/nowhere" else 200, **how)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_fit_for_all_readers(path, look):
    page = look(path)
    assert page.locator("h1").count() == 1
    assert serious_findings(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_window(path, look):
    assert too_wide(look(path)) == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_the_same_without_scripts(path, look):
    def said(page):
        """What there is to read; forms may help with scripts."""
        lines = page.locator("main :is(h1, h2, h3, p, li, dd, td, th):not(form *)").all_inner_texts()
        return {line.strip() for text in lines for line in text.splitlines() if line.strip()}

    without = said(look(path, scripts=False))
    assert len(" ".join(without)) > 60
    assert without - said(look(path)) == set()


@pytest.mark.parametrize("path", ["/", "/papers/{paper}", "/changes", "/search?q=language+models", "/status"])
def test_a_page_prints_on_white_without_what_only_a_screen_can_do(path, look):
    width = 718  # A4 less its margins
    page = look(path, width=width, scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("form:visible, button:visible, .sections a:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_reader_may_choose_the_dark(visit):
    page = visit("/")

    def paper():
        return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    light = paper()
    page.get_by_role("button", name="Dark").click()
    dark = paper()
    assert dark != light
    page.reload()
    assert paper() == dark
    page.get_by_role("button", name="Light").click()
    assert paper() == light


def test_a_keyboard_reaches_the_content_first(visit):
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
