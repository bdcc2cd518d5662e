"""Going from page to page."""

from playwright.sync_api import Locator


def go(link_or_button: Locator) -> None:
    """Press it, and wait until the page that it leads to is there, whole."""
    with link_or_button.page.expect_navigation():
        link_or_button.click()
