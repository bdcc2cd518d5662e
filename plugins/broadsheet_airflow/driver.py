"""Run the real DAGs one after another in this one process, as `broadsheet.dagruns` orders it.

A program of its own: `Order`s come on standard input, a JSON line each, `Answer`s go to standard output, Airflow's
log to standard error. The environment is that of `broadsheet.runtime.airflow_environment`.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from broadsheet.dagruns import Answer, Order

if TYPE_CHECKING:
    from airflow.models.taskinstance import TaskInstance
    from airflow.sdk import DAG


def main() -> None:
    """Serve orders until standard input ends."""
    with _answers() as answers:
        dags = _read_dags()
        for line in sys.stdin.buffer:
            answers.write(msgspec.json.encode(_run(dags, msgspec.json.decode(line, type=Order))) + b"\n")
            answers.flush()


@contextmanager
def _answers() -> Iterator[BinaryIO]:
    """Standard output for the answers alone: whatever else is printed goes to standard error."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        yield answers


def _read_dags() -> "dict[str, DAG]":
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.sdk import conf

    from broadsheet_airflow.prepare import prepare

    prepare()
    folder = conf.get("core", "dags_folder")
    dags: dict[str, DAG] = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder").dags
    for dag in dags.values():
        for task in dag.tasks:
            task.retries = 0  # DAG.test() would sleep out the delays
    return dags


def _run(dags: "dict[str, DAG]", order: Order) -> Answer:
    began = time.monotonic()
    os.environ |= order.environment
    run = dags[order.dag].test(logical_date=order.logical_date)
    instances = run.get_task_instances()
    return Answer(
        dag=order.dag,
        state=str(run.state),
        tasks={instance.task_id: str(instance.state) for instance in instances},
        returned={instance.task_id: _returned(instance) for instance in instances},
        seconds=round(time.monotonic() - began, 3),
    )


def _returned(instance: "TaskInstance") -> Any:
    """What the task gave, None for nothing; of one that was mapped, what each part gave."""
    value = instance.xcom_pull(task_ids=instance.task_id)
    return value if value is None or instance.map_index < 0 else list(value)


if __name__ == "__main__":
    main()
