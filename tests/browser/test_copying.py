"""Copying a citation and the address of a feed."""

import pytest

TAKES_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
"""As on a page that came without TLS."""


@pytest.fixture
def paper(visit):
    """The page of the paper that leads the list."""
    front = visit("/")
    return visit(front.locator("a[href^='/papers/']").first.get_attribute("href"))


def test_a_citation_is_copied(paper):
    paper.context.grant_permissions(["clipboard-read", "clipboard-write"])
    paper.get_by_role("button", name="Copy citation").click()
    paper.get_by_text("Copied.").wait_for()
    copied = paper.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@misc{arXiv:")
    assert copied == paper.locator("#citation").text_content()


def test_where_a_page_may_not_copy_the_citation_is_shown_and_selected(paper):
    paper.evaluate(TAKES_CLIPBOARD)
    paper.get_by_role("button", name="Copy citation").click()
    paper.get_by_text("Selected: copy it with your keyboard.").wait_for()
    assert paper.locator("#citation").is_visible()
    assert paper.evaluate("getSelection().toString()").startswith("@misc{arXiv:")


def test_topics_make_a_feed_whose_address_is_copied(visit):
    page = visit("/feeds")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("textbox", name="Topics").fill("robot*")
    page.get_by_role("button", name="Make the feed").click()
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_text("Copied.").wait_for()
    feed = page.request.get(page.evaluate("navigator.clipboard.readText()"))
    assert feed.status == 200
    assert "robot*" in feed.text()
