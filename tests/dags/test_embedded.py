"""Whole DAGs in a process of their own, as the demo runs them."""

from datetime import UTC, datetime, timedelta

import pytest
from broadsheet.embedded import EmbeddedAirflow, EmbeddedError

from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings

pytestmark = pytest.mark.xdist_group("services")

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def clock(moment):
    return {"BROADSHEET_CLOCK": moment.isoformat()}


def test_a_day_goes_through_all_dags_into_the_inbox(tmp_path):
    with SampleHub(MONDAY) as hub:
        settings = Settings(home=str(tmp_path / "home"), hub_url=hub.url, digest_to="reader@example.org")
        with EmbeddedAirflow(settings) as airflow:
            runs = [
                airflow.run("watch_trending", MONDAY, clock(MONDAY)),
                airflow.run("ingest_lists", MONDAY - timedelta(days=3), clock(MONDAY)),
                airflow.run("send_digest", MONDAY, clock(MONDAY + timedelta(minutes=1))),
                airflow.run("housekeeping", MONDAY),
            ]
    assert [run.state for run in runs] == ["success"] * 4
    assert runs[0].tasks == {"load": "success", "announce": "success"}
    assert len(list(settings.inbox_path.glob("*.eml"))) == 1


def test_an_airflow_that_ends_is_told_with_its_log(tmp_path):
    settings = Settings(home=str(tmp_path / "home"))
    with EmbeddedAirflow(settings) as airflow, pytest.raises(EmbeddedError, match=r"embedded\.log"):
        airflow.run("no_such_dag", MONDAY)
    assert "no_such_dag" in airflow.log.read_text()
