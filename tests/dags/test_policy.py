"""What every DAG promises, so that no reviewer has to look."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from broadsheet.runtime import WAREHOUSE_POOL, airflow_environment
from broadsheet.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))
DAG_IDS = ["collect_bounces", "housekeeping", "ingest_lists", "send_digests", "watch_trending"]
TAGS = {"broadsheet", "lists", "mail", "upkeep"}
MAY_IMPORT = {"airflow.sdk", "assets", "broadsheet_airflow", "broadsheet.settings"}
LONGEST_DAG_FILE = 80
LONGEST_TASK = 5


def test_all_dags_are_read_without_an_error(dag_bag):
    assert dag_bag.import_errors == {}
    assert sorted(dag_bag.dags) == DAG_IDS


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_a_dag_tells_what_it_is_and_whose(dag_bag, dag_id):
    dag = dag_bag.dags[dag_id]
    assert dag.doc_md.strip().startswith("###")
    assert dag.tags
    assert dag.tags <= TAGS
    assert {task.owner for task in dag.tasks} == {"broadsheet"}
    assert all(task.doc_md or task.python_callable.__doc__ for task in dag.tasks)


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_a_dag_has_one_run_at_a_time_and_never_floods_at_its_first_start(dag_bag, dag_id):
    dag = dag_bag.dags[dag_id]
    assert dag.max_active_runs == 1
    assert dag.catchup is False


def test_every_task_retries_with_back_off_and_tells_of_its_failure():
    from broadsheet_airflow.defaults import TASK_DEFAULTS
    from broadsheet_airflow.notifier import FailureNotice

    assert TASK_DEFAULTS["retries"] >= 3
    assert TASK_DEFAULTS["retry_exponential_backoff"] > 1
    assert TASK_DEFAULTS["max_retry_delay"] > TASK_DEFAULTS["retry_delay"]
    assert isinstance(TASK_DEFAULTS["on_failure_callback"], FailureNotice)


@pytest.mark.parametrize("dag_id", DAG_IDS)
def test_every_task_takes_the_defaults(dag_bag, dag_id):
    from broadsheet_airflow.defaults import TASK_DEFAULTS

    for task in dag_bag.dags[dag_id].tasks:
        assert task.retry_exponential_backoff == TASK_DEFAULTS["retry_exponential_backoff"]
        callback = task.on_failure_callback  # a list of them, but for a task that is mapped over its parts
        assert TASK_DEFAULTS["on_failure_callback"] in (
            callback if isinstance(callback, list) else [callback]
        )
        assert task.execution_timeout is not None


def test_a_dead_workers_part_is_taken_over_at_once_and_an_absent_mail_server_given_time():
    from airflow.sdk import RetryAction

    from broadsheet_airflow.defaults import SENDS_MAIL
    from broadsheet_airflow.mailing import NotDeliveredError, PausedError

    assert (
        SENDS_MAIL["retry_delay"].total_seconds() <= 15
    )  # of a death there is no exception: this is its delay
    policy = SENDS_MAIL["retry_policy"]
    away = policy.evaluate(NotDeliveredError("away"), 1, 10)
    assert away.action == RetryAction.RETRY
    assert away.retry_delay.total_seconds() >= 120
    assert policy.evaluate(PausedError("paused"), 1, 10).action == RetryAction.FAIL


def test_what_a_person_must_put_right_is_not_tried_again():
    from airflow.sdk import RetryAction

    from broadsheet.errors import TryAgainError
    from broadsheet.settings import SettingsError
    from broadsheet_airflow.defaults import TASK_DEFAULTS

    policy = TASK_DEFAULTS["retry_policy"]
    assert policy.evaluate(SettingsError("wrong"), 1, 5).action == RetryAction.FAIL
    assert policy.evaluate(TryAgainError("locked"), 1, 5).action != RetryAction.FAIL


def test_tasks_that_write_the_warehouse_run_in_its_pool(dag_bag):
    from airflow.models.pool import Pool

    writers = {
        (dag.dag_id, t.task_id)
        for dag in dag_bag.dags.values()
        for t in dag.tasks
        if t.pool == WAREHOUSE_POOL
    }
    assert writers == {
        ("watch_trending", "load"),
        ("ingest_lists", "load"),
        ("send_digests", "record"),
        ("housekeeping", "fold_months"),
    }
    assert all(dag_bag.dags[dag_id].get_task(task_id).queue == WAREHOUSE_POOL for dag_id, task_id in writers)
    assert Pool.get_pool(WAREHOUSE_POOL).slots == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_dag_file_is_short_and_holds_no_logic(file):
    text = file.read_text()
    assert text.count("\n") <= LONGEST_DAG_FILE
    tree = ast.parse(text)
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    roots = {name for name in imported if not name.startswith("broadsheet_airflow.")}
    assert roots <= MAY_IMPORT
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.For | ast.While | ast.Try)]
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and is_task(node)]:
        assert function.end_lineno - function.body[0].lineno < LONGEST_TASK, function.name


def is_task(function: ast.FunctionDef) -> bool:
    return any("task" in ast.unparse(decorator) for decorator in function.decorator_list)


def test_the_idiom_is_todays():
    ruff = Path(sys.executable).with_name("ruff")
    command = [ruff, "check", "--no-cache", "--isolated", "--select", "AIR", "--preview", "dags", "plugins"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


READ_ALL = """
import json, sys
from airflow.dag_processing.dagbag import BundleDagBag

folder, answer = sys.argv[1:]
bag = BundleDagBag(folder, bundle_path=folder, bundle_name="dags-folder")
read = {"dags": sorted(bag.dags), "errors": bag.import_errors, "warnings": bag.captured_warnings}
json.dump(read, open(answer, "w"))
"""


def test_reading_the_dags_warns_of_nothing(tmp_path):
    """In a fresh process: Python tells a warning once only."""
    environment = os.environ | airflow_environment(Settings(home=str(tmp_path)))
    command = [sys.executable, "-c", READ_ALL, str(ROOT / "dags"), str(tmp_path / "answer.json")]
    subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True)
    answer = json.loads((tmp_path / "answer.json").read_text())
    assert answer == {"dags": DAG_IDS, "errors": {}, "warnings": {}}
