"""Read one DAG file as Airflow does; prints the processor seconds before it and after it.

Before it stands a DAG that uses the same names of Airflow's: airflow.sdk loads them when they are first used.
"""

import importlib
import sys
import time

from airflow.sdk import (
    Asset,
    AssetOrTimeSchedule,
    AssetWatcher,
    BaseNotifier,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    Metadata,
    conf,
    dag,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException
from airflow.timetables.interval import CronDataIntervalTimetable
from airflow.triggers.base import BaseEventTrigger

USED = (
    AirflowSkipException,
    AssetWatcher,
    BaseEventTrigger,
    BaseNotifier,
    CronDataIntervalTimetable,
    ExceptionRetryPolicy,
    Metadata,
    conf,
)
"""What our DAG files import besides."""


@dag(
    schedule=AssetOrTimeSchedule(
        assets=[Asset(name="some", uri="x-some://asset")],
        timetable=CronTriggerTimetable("@hourly", timezone="UTC"),
    )
)
def nothing():
    @task
    def do_nothing():
        """Does nothing."""

    do_nothing()


nothing()
before = time.process_time()
importlib.import_module(sys.argv[1])
print(before, time.process_time())
