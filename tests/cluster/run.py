"""`make cluster`: docker-compose.yaml on this machine without containers, until Ctrl-C."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from cluster.cluster import Cluster, ClusterError
from cluster.standins import MissingError

LOOK_EVERY_SECONDS = 1.0


def main() -> int:
    """Gives the exit code: 1 when something is missing or a service ended by itself."""
    parser = argparse.ArgumentParser(prog="make cluster", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="how many workers, default 2")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt_once)
    # Of PostgreSQL's user, who must be able to go through it; what is in it is closed to others one by one.
    folder = Path(tempfile.mkdtemp(prefix="broadsheet-cluster-"))
    folder.chmod(0o711)
    try:
        began = time.monotonic()
        cluster = Cluster(folder, os.environ, options.workers)
        print("Starting the services of docker-compose.yaml…", flush=True)
        with cluster:
            print(_block(cluster, time.monotonic() - began), flush=True)
            while True:
                cluster.look()
                time.sleep(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        print("\nStopped; nothing is kept.")
        shutil.rmtree(folder)
        return 0
    except MissingError as error:
        print(error, file=sys.stderr)
        shutil.rmtree(folder)
        return 1
    except ClusterError as error:
        print(f"{error}\nAll that there was is in {folder}.", file=sys.stderr)
        return 1


def _interrupt_once(_number: int, _frame: object) -> None:
    """A second Ctrl-C must not leave processes behind."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _block(cluster: Cluster, seconds: float) -> str:
    ports, state = cluster.places.ports, cluster.places["state"]
    told = {
        "services": f"{', '.join(cluster.running)}: up after {seconds:.0f} s",
        "site": f"http://localhost:{ports['web']}",
        "Airflow": f"http://localhost:{ports['api-server']}, user admin",
        "password": str(state / "airflow-passwords.json"),
        "archive": f"{cluster.services['worker'].environment['BROADSHEET_ARCHIVE_URL']} at "
        f"http://localhost:{ports['objects']}",
        "mails": f"{state / 'inbox'}, a file each",
        "logs": str(cluster.places.folder / "logs"),
        "stop": "Ctrl-C",
    }
    return "\n".join(f"{name:<10}{value}" for name, value in told.items())


if __name__ == "__main__":
    sys.exit(main())
