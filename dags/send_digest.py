"""
### Send the digest

When the hour of the digest has come (settings `digest_hour`, `digest_timezone`), and whenever something is new: each
digest that is due and not yet sent goes out. Which those are is decided by the record of deliveries, so running
this twice sends nothing twice. A day without news sends nothing and says so.
"""

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from assets import CHANGES
from broadsheet.settings import load_settings
from broadsheet_airflow import steps
from broadsheet_airflow.defaults import FIRST_DAY, TAG, TASK_DEFAULTS

SETTINGS = load_settings()
AT_DIGEST_HOUR = CronTriggerTimetable(f"0 {SETTINGS.digest_hour} * * *", timezone=SETTINGS.digest_timezone)


@dag(
    schedule=AssetOrTimeSchedule(assets=[CHANGES], timetable=AT_DIGEST_HOUR),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=[TAG, "mail"],
    doc_md=__doc__,
)
def send_digest():
    @task
    def deliver():
        """Send what is due."""
        return steps.deliver_digests()

    deliver()


send_digest()
