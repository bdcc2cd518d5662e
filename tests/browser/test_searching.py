"""Finding papers: by the keyboard, by words and fields, page by page, and what is said where there is none."""

import re

from playwright.sync_api import Page

from browser.walking import go

ON_A_PAGE = 20


def found(page: Page) -> list[str]:
    return page.locator(".finding h2").all_inner_texts()


def total(page: Page) -> int:
    return int(re.match(r"([\d,]+) paper", page.get_by_role("status").inner_text())[1].replace(",", ""))


def test_by_the_keyboard_alone(visit):
    page = visit("/search")
    box = page.get_by_role("searchbox")
    assert box.evaluate("box => box === document.activeElement")
    page.keyboard.type("language/vision")
    assert box.input_value() == "language/vision"
    page.keyboard.press("Control+A")
    page.keyboard.type("language models")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=language+models**")
    assert "model" in page.locator(".finding mark").nth(1).inner_text().lower()
    assert not box.evaluate("box => box === document.activeElement")
    page.keyboard.press("/")
    page.keyboard.type("speech")
    assert box.input_value() == "speech"
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=speech**")
    assert all("speech" in said.lower() for said in page.locator(".finding .why").all_inner_texts())


def test_page_by_page_nothing_is_shown_twice_and_nothing_left_out(visit):
    page = visit("/search?q=language+models")
    most, shown = total(page), found(page)
    first = list(shown)
    assert most > ON_A_PAGE == len(first)
    pages = page.get_by_role("navigation", name="Pages")
    while (more := pages.get_by_role("link", name="More")).count():
        go(more)
        assert page.locator(".findings").get_attribute("start") == str(len(shown) + 1)
        shown += found(page)
    assert len(shown) == most
    for _ in range((most - 1) // ON_A_PAGE):
        go(pages.get_by_role("link", name="Before"))
    assert found(page) == first


def test_fields_narrow_what_words_find(visit):
    page = visit("/search?q=language+models")
    all_of_them = total(page)
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Was on").select_option("trending")
    page.get_by_label("Published since").fill("2026-11")
    go(page.get_by_role("button", name="Search"))
    assert 0 < total(page) < all_of_them
    assert page.get_by_label("Published since").input_value() == "2026-11"
    assert all("Trending papers" in said for said in page.locator(".finding .figures").all_inner_texts())
    page.get_by_text("Why this order").click()
    assert page.get_by_text("By score, highest first").is_visible()


def test_from_a_keyword_on_the_front_page_to_its_papers_and_their_feed(visit):
    page = visit("/")
    keyword = page.get_by_role("list", name="AI keywords").first.get_by_role("link").first
    word = keyword.inner_text()
    leads = page.locator(".lead .headline").inner_text()
    go(keyword)
    assert page.get_by_label("AI keyword", exact=True).input_value() == word
    assert leads in found(page)
    feed = page.request.get(page.get_by_role("link", name="Follow as a feed").get_attribute("href"))
    assert feed.status == 200
    assert leads in feed.text()


def test_where_nothing_is_found_each_word_is_offered_by_itself(visit):
    page = visit("/search?q=language+xyzzy")
    assert "No paper is like that" in page.get_by_role("status").inner_text()
    assert "in no paper" in page.locator("li", has_text="xyzzy").inner_text()
    go(page.locator(".advice").get_by_role("link", name="language"))
    assert total(page) > 0
