"""Airflow in this process, on a home of its own. Importing this file sets its environment: it has to stand before
anything imports Airflow, and says nothing to anything else."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from broadsheet.runtime import airflow_environment
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models.dagrun import DagRun

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
_HOME = tempfile.TemporaryDirectory(prefix="broadsheet-airflow-")
os.environ |= {
    name: value
    for name, value in airflow_environment(Settings(home=_HOME.name)).items()
    if name.startswith("AIRFLOW")
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker("airflow")


@pytest.fixture(scope="session")
def airflow_database() -> None:
    from broadsheet_airflow.prepare import prepare

    prepare()


@pytest.fixture(scope="session")
def dag_bag(airflow_database: None) -> "DagBag":
    """Our DAGs, as Airflow reads them."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(ROOT / "dags"))
    for dag in bag.dags.values():
        for task in dag.tasks:
            task.retries = 0  # dag.test() would sleep out the real delays
    return bag


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder that the tasks use; other settings are set with `set_setting`."""
    for name in [name for name in os.environ if name.startswith("BROADSHEET_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BROADSHEET_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def set_setting(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_settings(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"BROADSHEET_{name.upper()}", str(value))

    return set_settings


@pytest.fixture
def run_dag(dag_bag: "DagBag", home: Path) -> Callable[..., "DagRun"]:
    """``run_dag("ingest_lists", logical_date=…)``: one whole run in this process; gives the finished run."""

    def run(dag_id: str, logical_date: datetime | None = None, **more: Any) -> "DagRun":
        return dag_bag.dags[dag_id].test(logical_date=logical_date, **more)

    return run


@pytest.fixture
def hub(set_setting: Callable[..., None]) -> Iterator[SampleHub]:
    """A sample hub that the tasks ask, patient with their many requests, and a clock for both."""
    with SampleHub(MONDAY) as sample:
        set_setting(hub_url=sample.url, clock=MONDAY.isoformat(), max_attempts=1, budget_requests=1000)
        yield sample
