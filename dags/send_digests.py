"""
### Send what is due

Every quarter of an hour, and whenever something is new: open a run for the subscribers who are due and freeze what
each of them is told, send every run that is open, a task for each part of it, and close those that are over. What
happened is kept in the published warehouse (`digest_log`, `delivery_log`).

The ledger knows what was sent. A task that is tried again goes on where it was; one that is cleared, or a run
started by hand, sends nothing twice. Whoever was owed mail while the machine slept gets it with the next run, up to
the deadline.
"""

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task

from assets import CHANGES
from broadsheet_airflow import mailing
from broadsheet_airflow.defaults import FIRST_DAY, SENDS_MAIL, TAG, TASK_DEFAULTS, WRITES_WAREHOUSE

EVERY_SLOT = CronTriggerTimetable("*/15 * * * *", timezone="UTC")


@dag(
    schedule=AssetOrTimeSchedule(assets=[CHANGES], timetable=EVERY_SLOT),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    tags=[TAG, "mail"],
    doc_md=__doc__,
)
def send_digests():
    @task
    def open_run():
        """Freeze the run of this slot; gives the parts of every open run, letters first."""
        return mailing.open_run()

    @task(**SENDS_MAIL)
    def send(part):
        """Send one part of one run, or what is left of it."""
        return mailing.send(part)

    @task(trigger_rule="all_done")
    def close():
        """Close the runs that are over; say what is left of the others."""
        return mailing.close()

    @task(**WRITES_WAREHOUSE)
    def record():
        """Keep what happened in the published warehouse, without addresses."""
        return mailing.record()

    send.expand(part=open_run()) >> close() >> record()


send_digests()
