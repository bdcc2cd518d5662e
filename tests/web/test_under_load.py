"""Many visitors at once while polls are loaded and published: no error, no lock, and nobody sees half of anything."""

import asyncio
import threading
from collections import Counter
from datetime import timedelta

import httpx
import pytest

from broadsheet.model import parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from broadsheet.web.serving import serving
from sites import NOW

pytestmark = pytest.mark.long

VISITORS = 200
PUBLICATIONS = 3
LIST = "/api/v1/lists/trending"
OTHERS = ("/", "/lists", "/changes", "/search?q=models", "/feeds/trending.atom", "/static/site.css")


def test_two_hundred_visitors_during_loads_see_whole_pages_and_no_error(site_home):
    with SampleHub() as hub:
        settings = Settings(
            home=str(site_home), hub_url=hub.url, budget_requests=1000, web_port=0, web_requests_per_minute=0
        )
        over, answered = threading.Event(), threading.Event()

        def publish() -> None:
            try:
                for number in range(1, PUBLICATIONS + 1):
                    hub.now = NOW + timedelta(hours=6 * number)
                    poll(settings, [parse_list_id("trending")], now=lambda: hub.now, sleep=lambda _: None)
                    for _ in range(2):
                        # The first answer may have been under way; the next one is of this publication or a later.
                        answered.clear()
                        assert answered.wait(60)
            finally:
                over.set()

        with serving(settings) as address:
            publisher = threading.Thread(target=publish)
            publisher.start()
            statuses, boards = asyncio.run(_crowd(address, over, answered))
            publisher.join()
    assert set(statuses) == {200}
    assert {len(board["entries"]) for seen in boards for board in seen} == {50}
    for seen in boards:
        times = [board["captured_at"] for board in seen]
        assert times == sorted(times), "somebody saw an older list after a newer one"
    assert len({board["captured_at"] for seen in boards for board in seen}) > 2
    assert boards[0][-1]["captured_at"] > NOW.isoformat()


async def _crowd(
    address: str, over: threading.Event, answered: threading.Event
) -> tuple[Counter[int], list[list[dict]]]:
    """What all visitors were answered; of each visitor the lists in the order they saw them."""
    statuses: Counter[int] = Counter()
    limits = httpx.Limits(max_connections=VISITORS)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=60) as client:

        async def visit(number: int) -> list[dict]:
            seen = []
            while True:
                last = over.is_set()
                answer = await client.get(LIST)
                statuses[answer.status_code] += 1
                seen.append(answer.json())
                if number == 0:
                    answered.set()
                other = await client.get(OTHERS[(number + len(seen)) % len(OTHERS)])
                statuses[other.status_code] += 1
                if last:
                    return seen

        return statuses, await asyncio.gather(*map(visit, range(VISITORS)))
