"""Reading back: from the front page through the calendar to any day, any moment, and what lies between two."""

import re

from playwright.sync_api import Page

from browser.walking import go

EARLIER = re.compile(r"^Before: ")
LATER = re.compile(r"^After: ")


def titles(page: Page) -> list[str]:
    return page.locator(".entries .headline").all_inner_texts()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    go(page.locator("main").get_by_role("link", name=name))


def seen(page: Page) -> str:
    """When the list that is shown was seen."""
    return page.locator(".ear time").get_attribute("datetime")


def test_from_the_front_page_to_a_past_day_and_on_from_snapshot_to_snapshot(visit):
    page = visit("/")
    newest = seen(page)
    go(page.get_by_role("link", name="Archive"))
    follow(page, "Trending papers on 10 November 2026")
    assert "As it stood at 10 Nov 2026, 23:59 UTC" in page.locator(".list-head").inner_text()
    then, there = titles(page), seen(page)
    assert there.startswith("2026-11-10")

    follow(page, EARLIER)
    assert seen(page) < there
    assert titles(page) != then
    follow(page, LATER)
    assert (titles(page), seen(page)) == (then, there)
    page.go_back()
    assert seen(page) < there

    follow(page, "As it is now")
    assert seen(page) == newest
    assert page.get_by_role("link", name=LATER).count() == 0


def test_from_a_day_to_the_days_beside_it(visit):
    page = visit("/lists")
    follow(page, re.compile(r"^Daily papers of 10 Nov 2026: \d+$"))
    assert page.get_by_role("heading", level=1).inner_text() == "Daily papers of 10 Nov 2026"
    there = titles(page)
    follow(page, "Daily papers of 9 Nov 2026")
    assert page.get_by_role("heading", level=1).inner_text() == "Daily papers of 9 Nov 2026"
    assert not set(titles(page)) & set(there)
    follow(page, "Daily papers of 10 Nov 2026")
    assert titles(page) == there


def test_a_moment_is_asked_for_and_two_are_compared(visit):
    page = visit("/lists/trending")
    page.get_by_text("At another moment, or between two").click()
    page.get_by_label("As it stood at").fill("2026-11-10T12:00")
    go(page.get_by_role("button", name="Go there"))
    assert "As it stood at 10 Nov 2026, 12:00 UTC" in page.locator(".list-head").inner_text()
    after = titles(page)

    page.get_by_text("At another moment, or between two").click()
    assert page.get_by_label("As it stood at").input_value() == "2026-11-10T12:00"
    page.get_by_label("Compared with").fill("2026-11-07T12:00")
    go(page.get_by_role("button", name="Go there"))
    told = page.get_by_role("region", name="From 7 Nov 2026, 12:00 UTC to 10 Nov 2026, 12:00 UTC")
    assert titles(page) == after

    def told_of(kind: str) -> set[str]:
        return set(told.locator(f"h3:has-text('{kind}') + ul").get_by_role("link").all_inner_texts())

    came, left = told_of("New") | told_of("Back"), told_of("Left")
    page.goto("/lists/trending?at=2026-11-07T12:00")
    before = titles(page)
    assert len(came) == len(set(after) - set(before)) > 0
    assert len(left) == len(set(before) - set(after)) > 0


def test_a_moment_before_the_history_is_answered_with_where_it_begins(visit):
    page = visit("/lists/trending?at=2026-10-01T12:00", status=404)
    assert "first seen on 2 Nov 2026" in page.locator("main").inner_text()
    follow(page, "What trends now")
    assert len(titles(page)) > 40
