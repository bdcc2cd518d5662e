"""The whole day through the real DAGs, as the demonstration runs it: in a process of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.dagruns import DagRuns
from broadsheet.sample.hub import SampleHub
from broadsheet.services import AirflowError
from broadsheet.settings import Settings

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_a_day_goes_through_all_dags(tmp_path):
    with SampleHub(MONDAY) as hub:
        settings = Settings(home=str(tmp_path / "home"), hub_url=hub.url, digest_to="reader@example.org")
        with DagRuns(settings) as dags:
            watched = dags.run("watch_trending", at=MONDAY)
            dated = dags.run(
                "ingest_lists",
                at=MONDAY + timedelta(minutes=1),
                logical_date=datetime(2026, 10, 30, tzinfo=UTC),
            )
            sent = dags.run("send_digests", at=MONDAY + timedelta(minutes=2))
    assert {answer.state for answer in (watched, dated, sent)} == {"success"}
    assert watched.returned["load"]["new"][0]["list"] == "trending"
    assert {new["list"] for new in dated.returned["load"]["new"]} >= {"daily:2026-10-30", "monthly:2026-10"}
    assert sent.returned["close"] == {"2026-11-02T09:00Z": "every mail is over"}
    assert sent.returned["record"] == {"runs": 1, "deliveries": 1}
    assert len(list(settings.inbox_path.glob("*.eml"))) == 1


def test_an_airflow_that_ends_is_told_with_its_log(tmp_path):
    with (
        DagRuns(Settings(home=str(tmp_path / "home"))) as dags,
        pytest.raises(AirflowError, match=r"driver\.log"),
    ):
        dags.run("no_such_dag", at=MONDAY)
    assert "no_such_dag" in dags.log.read_text()
