"""
### Fetch the day's dated lists

Each whole day (UTC): its daily list, and the weekly and monthly list it belongs to (setting `dated_kinds`), fetched,
archived, loaded and published. Days on which the machine slept are made up for.

    airflow backfill create --dag-id ingest_lists --from-date 2026-05-01 --to-date 2026-05-31

fetches any past days. A backfill never tells the `changes` asset, so it never mails. Running a day again
changes nothing but what the hub itself has changed since.
"""

from airflow.sdk import dag, task

from assets import CHANGES
from broadsheet_airflow import steps
from broadsheet_airflow.defaults import FIRST_DAY, TAG, TASK_DEFAULTS, WRITES_WAREHOUSE
from broadsheet_airflow.timetable import EveryDayMissingNone


@dag(
    schedule=EveryDayMissingNone(),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=[TAG, "lists"],
    doc_md=__doc__,
)
def ingest_lists():
    @task(**WRITES_WAREHOUSE)
    def load(dag_run=None):
        """Fetch and load the lists of the run's day."""
        return steps.load_dated(steps.day_of(dag_run))

    @task(outlets=[CHANGES])
    def announce(loaded, dag_run=None):
        """Tell who waits for changes; skipped for old days and when there is nothing to tell."""
        yield steps.news(CHANGES, loaded, dag_run)

    announce(load())


ingest_lists()
