"""
### Keep house

Once a day: look at every watched list, and fail (so that a notice goes out) when one has been silent for too long;
delete the logs that Airflow wrote more than a month ago.
"""

from airflow.sdk import CronTriggerTimetable, dag, task

from broadsheet_airflow import steps
from broadsheet_airflow.defaults import FIRST_DAY, TAG, TASK_DEFAULTS


@dag(
    schedule=CronTriggerTimetable("23 4 * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=[TAG, "upkeep"],
    doc_md=__doc__,
)
def housekeeping():
    @task
    def check_sources():
        """Fail when a watched list has given nothing for too long."""
        return steps.check_sources()

    @task
    def drop_old_logs():
        """Delete what Airflow logged more than a month ago."""
        return steps.drop_old_logs()

    check_sources()
    drop_old_logs()


housekeeping()
