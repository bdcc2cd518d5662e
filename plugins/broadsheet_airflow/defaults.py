"""What every DAG of Broadsheet has in common."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from broadsheet.runtime import MAIL_POOL, WAREHOUSE_POOL
from broadsheet_airflow.notifier import FailureNotice

TAG = "broadsheet"

FIRST_DAY = datetime(2023, 5, 4, tzinfo=UTC)
"""The hub has daily lists since then: how far a backfill can go."""

# What a person has to put right does not get better by waiting.
_LEFT_TO_A_PERSON = RetryRule(exception="broadsheet.errors.UsageError", action=RetryAction.FAIL)

TASK_DEFAULTS: dict[str, Any] = {
    "owner": "broadsheet",
    "retries": 4,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": ExceptionRetryPolicy(rules=[_LEFT_TO_A_PERSON]),
    "execution_timeout": timedelta(hours=1),
    "on_failure_callback": FailureNotice(),
}

WRITES_WAREHOUSE: dict[str, Any] = {"pool": WAREHOUSE_POOL, "queue": WAREHOUSE_POOL}
"""For tasks that write the warehouse: one at a time, on the worker that holds the file."""

SENDS_MAIL: dict[str, Any] = {
    "pool": MAIL_POOL,
    "retries": 10,
    # A worker that died cannot say why: its part is taken over at once. A mail server that is away needs its time.
    "retry_delay": timedelta(seconds=10),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            _LEFT_TO_A_PERSON,
            RetryRule(
                exception="broadsheet_airflow.mailing.NotDeliveredError",
                action=RetryAction.RETRY,
                retry_delay=timedelta(minutes=5),
            ),
        ]
    ),
    # Longer than any run may take: what is not sent by its deadline expires.
    "execution_timeout": timedelta(hours=76),
}
"""For tasks that send: trying again goes on where the last attempt stood, and costs nothing."""
