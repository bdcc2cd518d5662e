"""Failures reach the operator: in the log, and by mail where an address is set."""

import logging
from typing import Any

from airflow.sdk import BaseNotifier

from broadsheet.errors import BroadsheetError
from broadsheet.settings import now

log = logging.getLogger(__name__)


class FailureNotice(BaseNotifier):
    """Tells that a task has failed for good: as an error in the log, and as a mail to setting ``notices_to``.

    A notice that cannot be mailed is logged too; it never hides the failure that it tells of.
    """

    def notify(self, context: Any) -> None:
        """Airflow's context of the failed task."""
        from broadsheet.mail.notice import send_notice
        from broadsheet_airflow.settings import task_settings

        instance, error = context["task_instance"], context.get("exception") or "it was ended from outside"
        task = f"{instance.dag_id}.{instance.task_id}"
        log.error("%s failed in run %s: %s", task, instance.run_id, error)
        try:
            settings = task_settings()
            text = f"{task} has failed and will not be tried again by itself:\n\n{error}"
            outcome = send_notice(settings, f"Broadsheet: {task} failed", text, now(settings))
        except (BroadsheetError, OSError) as trouble:
            log.warning("no notice was mailed: %s", trouble)
            return
        log.info("notice: %s", outcome.result if outcome else "nobody is to be told, or was told already")
