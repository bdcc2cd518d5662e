"""Failures reach the operator: in the log, and by mail where an address is set."""

import logging
from typing import Any

from airflow.sdk import BaseNotifier

log = logging.getLogger(__name__)


class FailureNotice(BaseNotifier):
    """Tells that a task has failed for good: as one error line, and as a mail to setting ``notices_to``.

    A notice that cannot be mailed is logged; it does not hide the failure that it tells of.
    """

    def notify(self, context: Any) -> None:
        """Airflow's context of the failed task."""
        from broadsheet.mail.notice import send_notice

        from broadsheet_airflow.settings import task_settings

        instance, error = context["task_instance"], context.get("exception")
        where = f"{instance.dag_id}.{instance.task_id}"
        text = f"{where} failed in run {instance.run_id}, try {instance.try_number}: {error}"
        log.error("%s", text)
        send_notice(task_settings(), subject=f"Broadsheet: {where} failed", text=text)
