"""docker-compose.yaml, run here: a worker's host dies while eight shards of a run are sent."""

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import httpx
import pytest
import sqlalchemy as sa
from fsspec.core import url_to_fs

from broadsheet.hub.archive import Archive
from broadsheet.mail.accounts import list_runs
from broadsheet.mail.consent import Act
from broadsheet.mail.csvfile import read_entries
from broadsheet.mail.database import open_database
from broadsheet.mail.evidence.acceptances import AcceptanceLog
from broadsheet.mail.importing import carry_out, plan_import
from broadsheet.mail.preferences import starting
from broadsheet.mail.schema import attempts, deliveries, shards
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import RunKind, RunState, State
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings, load
from broadsheet.warehouse.ingest import poll
from cluster import standins
from cluster.cluster import Cluster

pytestmark = [pytest.mark.airflow, pytest.mark.crash, pytest.mark.timeout(600)]

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
READERS = 5000
SHARDS = 8
MAILS_A_SECOND = 500
PATIENCE_SECONDS = 180
TASKS = """
SELECT to_char(start_date, 'HH24:MI:SS'), round(duration::numeric, 1), dag_id, task_id, map_index, try_number, state
FROM task_instance ORDER BY start_date
"""


class Stage:
    """A hub on its Monday, whose page is known, the cluster that watches it, and the settings of its services."""

    def __init__(self, hub: SampleHub, cluster: Cluster) -> None:
        self.hub = hub
        self.cluster = cluster
        environment = cluster.environment("worker-warehouse")
        self.objects = {name: value for name, value in environment.items() if name.startswith("AWS_")}
        self.settings: Settings = load(environment, cluster.places.folder).settings
        self.taken = AcceptanceLog(cluster.places["state"] / "accepted.log")

    def wait_for(self, condition: Callable[[], bool], what: str, every_seconds: float = 0.2) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            self.cluster.look()
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(every_seconds)

    def subscribe(self, addresses: list[str]) -> None:
        """All of them are owed a digest since this morning."""
        settings, today = self.settings, datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        entries = read_entries(
            ["address,hour", *(f"{address},0" for address in addresses)], "readers.csv", ()
        )
        secret = secret_key(settings)
        with open_database(settings) as database, database.write() as con:
            plan = plan_import(con, entries, starting(settings), secret)
            carry_out(con, plan, Act(today - timedelta(days=1), "import"), secret, lambda _done, _total: None)

    def is_over(self) -> bool:
        """Whether there is a run, and none that is still sent."""
        with open_database(self.settings) as database, database.read() as con:
            runs = list_runs(con, kind=RunKind.DIGEST)
        return bool(runs) and all(run.state is RunState.DONE for run in runs)

    def published_snapshots(self) -> int:
        """How many snapshots of the trending list the newest publication on the S3 server has."""
        storage, root = url_to_fs(self.settings.published_url)
        storage.invalidate_cache()
        here = self.cluster.places.folder / "newest.duckdb"
        storage.get_file(max(storage.glob(f"{root}/papers-*.duckdb")), str(here))
        with duckdb.connect(here, read_only=True) as con:
            (count,) = con.execute("SELECT count(*) FROM snapshots WHERE list_kind = 'trending'").fetchone()
        return count

    def tell_tasks(self) -> None:
        """Print what Airflow did, for whoever has to find out why this failed."""
        url = self.cluster.environment("worker")["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.connect() as con:
            for row in con.exec_driver_sql(TASKS):
                print(*row)

    def rows(self, query: sa.Select) -> list:
        with open_database(self.settings) as database, database.read() as con:
            return list(con.execute(query))


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """PostgreSQL's user must be able to go through it, which it may not through pytest's folders."""
    made = Path(tempfile.mkdtemp(prefix="broadsheet-cluster-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def stage(folder: Path) -> Iterator[Stage]:
    try:
        standins.check_programs()
    except standins.MissingError as missing:
        pytest.skip(str(missing))
    with SampleHub(MONDAY) as hub:
        exported = {
            "BROADSHEET_HUB_URL": hub.url,
            "BROADSHEET_POLL_SECONDS": "3",
            "BROADSHEET_BUDGET_REQUESTS": "10000",
            "BROADSHEET_SHARDS": str(SHARDS),
            "BROADSHEET_RATE_PER_SECOND": str(MAILS_A_SECOND),
            "BROADSHEET_EVIDENCE": "acceptances:/state/accepted.log",
        }
        cluster = Cluster(folder, exported, workers=2, inbox=standins.relay)
        # What is known so far must be as old as the hub's clock: else Tuesday's page counts as a stale copy.
        known = Settings(
            home=str(cluster.places["state"]), archive_url=str(folder / "monday"), hub_url=hub.url
        )
        poll(known, known.watched_lists, now=lambda: MONDAY, sleep=time.sleep)
        with cluster:
            stage = Stage(hub, cluster)
            yield stage
            stage.tell_tasks()


def test_a_worker_dies_and_everybody_has_one_mail(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster, readers = stage.cluster, [f"reader{number:05d}@example.org" for number in range(READERS)]
    cluster.wait_for("web")
    stage.subscribe(readers)
    stage.hub.now = MONDAY + timedelta(days=1)

    stage.wait_for(lambda: len(stage.taken.read()) > READERS / 5, "the first thousand mails")
    cluster.kill("worker.0")
    stage.wait_for(stage.is_over, "the end of the run", every_seconds=1.0)

    taken = stage.taken.read()
    assert Counter(one.recipient for one in taken) == Counter(readers)
    assert len({one.message_id for one in taken}) == READERS
    states = dict(stage.rows(sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state)))
    assert set(states) == {"accepted"}
    # It was in the midst of shards, and another took them over and read their journals: of all that was in hand, up
    # to 400 mails a shard, one a connection was in doubt at most.
    (taken_over,) = stage.rows(sa.select(sa.func.count()).where(shards.c.epoch > 1))[0]
    assert taken_over > 0
    (doubts,) = stage.rows(sa.select(sa.func.count()).where(attempts.c.event == str(State.IN_DOUBT)))[0]
    assert doubts <= taken_over * stage.settings.connections

    for name, value in stage.objects.items():
        monkeypatch.setenv(name, value)
    assert stage.settings.archive_location == "s3://broadsheet/archive"
    archived = [stored.capture for stored in Archive(stage.settings.archive_location).read()]
    assert {capture.url for capture in archived if capture.status == 200} >= {
        f"{stage.hub.url}/papers/trending"
    }
    assert not (cluster.places["state"] / "archive").exists()

    stage.wait_for(lambda: stage.published_snapshots() == 2, "Tuesday's publication", every_seconds=1.0)

    page = httpx.get(f"http://localhost:{cluster.places.ports['web']}/status")
    assert page.status_code == 200
