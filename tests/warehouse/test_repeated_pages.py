"""A list of several pages, one of which came only at the second try."""

from datetime import UTC, datetime

from broadsheet.model import Verdict, parse_list_id
from broadsheet.sample.faults import Status, WrongType
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll


def test_the_last_try_of_a_page_counts(tmp_path):
    moment = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    entries = []
    for name, faults in (("calm", ()), ("troubled", (WrongType("application/json"), Status(503)))):
        with SampleHub(now=moment) as hub:
            for fault in faults:
                hub.fail("/api", fault)
            settings = Settings(home=str(tmp_path / name), hub_url=hub.url)
            monthly = parse_list_id("monthly:2026-10")
            report = poll(settings, [monthly], now=lambda: moment, sleep=lambda _: None)
            assert len([r for r in hub.log if r.status == 503]) == len(faults) // 2
        (outcome,) = (o for o in report.outcomes if o.list_id == monthly)
        assert outcome.verdict is Verdict.OK
        entries.append(outcome.entries)
    assert entries[0] == entries[1] > 200
