"""
### Keep house

Once a day: look at every watched list and at the mail, and fail (so that a notice goes out) when a list has been
silent for too long, a run is stuck, digests were missed or readers complain; fold the months that are closed;
delete the logs and journals that were written more than a month ago.
"""

from airflow.sdk import CronTriggerTimetable, dag, task

from broadsheet_airflow import mailing, steps
from broadsheet_airflow.defaults import FIRST_DAY, TAG, TASK_DEFAULTS, WRITES_WAREHOUSE


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
    def check_mail():
        """Fail when a run is stuck, digests were missed or too many readers complained."""
        return mailing.check_mail()

    @task(**WRITES_WAREHOUSE)
    def fold_months():
        """Put closed months into files that publications share."""
        return steps.fold_months()

    @task
    def drop_old_logs():
        """Delete what Airflow logged more than a month ago."""
        return steps.drop_old_logs()

    @task
    def drop_old_journals():
        """Delete the senders' journals of more than a month ago."""
        return mailing.drop_old_journals()

    check_sources()
    check_mail()
    fold_months()
    drop_old_logs()
    drop_old_journals()


housekeeping()
