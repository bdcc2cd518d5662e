"""
### Load what the watcher saw

Every watched list (setting `lists`, by default `trending`) is polled in the triggerer. When its page moved, this
DAG loads what was archived into the warehouse, publishes it, and tells the `changes` asset what is new.

Once an hour it also runs without such an event, for the polls that brought nothing: they are rows too. A run
started by hand polls first.
"""

from airflow.sdk import AssetAny, AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from assets import CHANGES, HUB_PAGES
from broadsheet_airflow import steps
from broadsheet_airflow.defaults import FIRST_DAY, TAG, TASK_DEFAULTS, WRITES_WAREHOUSE


@dag(
    schedule=AssetOrTimeSchedule(
        assets=AssetAny(*HUB_PAGES), timetable=CronTriggerTimetable("7 * * * *", timezone="UTC")
    ),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=[TAG, "lists"],
    doc_md=__doc__,
)
def watch_trending():
    @task(**WRITES_WAREHOUSE)
    def load(dag_run=None):
        """Load the archive's new captures."""
        return steps.load_watched(poll_first=dag_run.run_type == "manual")

    @task(outlets=[CHANGES])
    def announce(loaded, dag_run=None):
        """Tell who waits for changes; skipped when there is nothing to tell."""
        yield steps.news(CHANGES, loaded, dag_run)

    announce(load())


watch_trending()
