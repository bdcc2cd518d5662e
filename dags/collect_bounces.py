"""
### Collect bounces

What came back (setting `bounce_mailbox`): addresses that do not exist are not written to again, complaints and mails
to the unsubscribe address end a subscription, everything else is kept and left alone.
"""

from airflow.sdk import CronTriggerTimetable, dag, task

from broadsheet_airflow import mailing
from broadsheet_airflow.defaults import FIRST_DAY, TAG, TASK_DEFAULTS


@dag(
    schedule=CronTriggerTimetable("*/10 * * * *", timezone="UTC"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=[TAG, "mail"],
    doc_md=__doc__,
)
def collect_bounces():
    @task
    def collect():
        """Read the new reports; skipped where no mailbox is set."""
        return mailing.collect_bounces()

    collect()


collect_bounces()
