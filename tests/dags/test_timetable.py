"""Which days ingest_lists is run for."""

from datetime import datetime, timedelta

import pytest


@pytest.fixture
def today():
    from pendulum import today

    return today("UTC")


@pytest.fixture
def next_run(airflow_database):
    """The data interval that comes after ``last`` (the start of a day), as the scheduler asks for it."""
    from airflow.timetables.base import DataInterval, TimeRestriction
    from pendulum import instance

    from broadsheet_airflow.defaults import FIRST_DAY
    from broadsheet_airflow.timetable import EveryDayMissingNone

    def ask(last, catchup=False):
        interval = DataInterval(last, last.add(days=1)) if last else None
        return EveryDayMissingNone().next_dagrun_info(
            last_automated_data_interval=interval,
            restriction=TimeRestriction(instance(FIRST_DAY), None, catchup=catchup),
        )

    return ask


def test_it_begins_with_the_last_whole_day(next_run, today):
    first = next_run(None)
    assert first.data_interval.start == today.subtract(days=1)
    assert first.run_after == today


def test_the_day_after_the_last_one_comes_next_however_long_ago(next_run, today):
    for days in (1, 2, 10, 30):
        last = today.subtract(days=days)
        assert next_run(last).data_interval.start == last.add(days=1)


def test_what_is_older_than_a_month_is_left_to_a_backfill(next_run, today):
    found = next_run(today.subtract(years=1)).data_interval.start
    assert timedelta(days=30) <= today - found <= timedelta(days=31)


def test_a_backfill_gets_every_day_of_its_range(dag_bag):
    from airflow.serialization.serialized_objects import DagSerialization

    dag = dag_bag.dags["ingest_lists"]
    scheduled = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dag))
    asked = (datetime.fromisoformat("2024-02-27T00:00Z"), datetime.fromisoformat("2024-03-02T00:00Z"))
    days = [info.logical_date.date().isoformat() for info in scheduled.iter_dagrun_infos_between(*asked)]
    assert days == ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02"]
