"""Airflow without its daemons: one process that runs whole DAGs, one after the other, on request.

Reads a request a line from standard input and writes an answer a line to standard output, both JSON::

    {"dag": "watch_trending", "logical_date": "2026-11-20T09:00:00+00:00", "environment": {"BROADSHEET_CLOCK": "…"}}
    {"dag": "watch_trending", "state": "success", "tasks": {"load": "success", "announce": "skipped"}}

Before the first request it makes Airflow's database ready and reads the DAGs, and says ``{"ready": true}``.
Everything else that is printed goes to standard error. A task is tried once: nobody waits here for a retry.
"""

import json
import os
import sys
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import DAG


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    dags = read_dags()
    say(answers, {"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        os.environ.update(request["environment"])
        say(answers, run(dags[request["dag"]], datetime.fromisoformat(request["logical_date"])))


def read_dags() -> "dict[str, DAG]":
    """The DAGs by name, as Airflow reads them, with tasks that are tried once."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import conf

    from broadsheet_airflow.prepare import prepare

    prepare()
    bag = DagBag(conf.get("core", "dags_folder"))
    if bag.import_errors:
        raise SystemExit("\n".join(bag.import_errors.values()))
    for dag in bag.dags.values():
        for task in dag.tasks:
            task.retries = 0
    return bag.dags


def run(dag: "DAG", logical_date: datetime) -> dict[str, Any]:
    """One whole run; gives how it and its tasks ended."""
    done = dag.test(logical_date=logical_date)
    tasks = {task.task_id: str(task.state) for task in done.get_task_instances()}
    return {"dag": dag.dag_id, "state": str(done.state), "tasks": tasks}


def say(answers: IO[str], answer: dict[str, Any]) -> None:
    """Write one line."""
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
