"""Changes as they come, in a page that is being read."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from broadsheet.model import parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.warehouse.ingest import poll
from sites import DAYS, FIRST_MORNING


@pytest.fixture
def publish(site) -> Iterator[Callable[[], None]]:
    """Each call polls the trending list on one more morning and publishes it."""
    with SampleHub() as hub:
        settings = replace(site.settings, hub_url=hub.url, budget_requests=1000)
        mornings = (FIRST_MORNING + timedelta(days=number) for number in range(DAYS, DAYS + 9))

        def next_morning() -> None:
            hub.now = morning = next(mornings)
            poll(settings, [parse_list_id("trending")], now=lambda: morning, sleep=lambda _: None)

        yield next_morning


def test_new_changes_are_announced_and_shown_when_asked_for(visit_own, publish):
    page = visit_own("/changes")
    first = page.locator("[data-seq]").first
    before = first.get_attribute("data-seq")
    publish()
    button = page.get_by_role("button", name="new changes")
    button.wait_for(timeout=10_000)
    # Nothing has moved under the reader's eyes.
    assert first.get_attribute("data-seq") == before
    count = int(button.inner_text().split()[0])
    button.click()
    fresh = page.locator("[data-fresh]")
    fresh.first.wait_for(timeout=10_000)
    assert fresh.count() == min(count, 100)
    assert button.is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert page.locator("h2 time").first.get_attribute("datetime").startswith("2026-11-16")
    # It goes on listening, from what is shown now.
    publish()
    button.wait_for(timeout=10_000)
    button.click()
    page.locator("h2 time[datetime^='2026-11-17']").wait_for(timeout=10_000)


def test_only_what_was_asked_for_is_announced(visit_own, publish):
    page = visit_own("/changes?change=entered")
    publish()
    button = page.get_by_role("button", name="new change")
    button.wait_for(timeout=10_000)
    count = int(button.inner_text().split()[0])
    button.click()
    page.locator("[data-fresh]").first.wait_for(timeout=10_000)
    assert (
        page.locator("[data-fresh].change-entered").count() == page.locator("[data-fresh]").count() == count
    )
