"""A real PostgreSQL server for tests: its own cluster in a folder of its own, on a socket and a loopback port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pg8000.native

USER = "broadsheet"
START_SECONDS = 60


class Server:
    """One cluster. `restart` and `stop` end it as an operator's mistake would: without waiting for anybody."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._log = folder / "server.log"
        self.port = port

    @property
    def url(self) -> str:
        """The address of its maintenance database."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The address of one database."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make the cluster's files."""
        options = ("--auth=trust", f"--username={USER}", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8")
        self._run("initdb", "-D", str(self._data), *options)

    def start(self) -> None:
        """Start and wait until it answers."""
        # What a crash of the server loses does not depend on fsync, only what a crash of the machine loses.
        settings = (
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=60",
            "fsync=off",
        )
        options = f"-p {self.port} " + " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash does."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def restart(self) -> None:
        """Crash and come back."""
        self.stop()
        self.start()

    def new_database(self, name: str, like: str = "template0") -> str:
        """Make a database, empty or a copy of one that nobody uses; gives its address."""
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever still uses it."""
        self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        with closing(
            pg8000.native.Connection(USER, host="127.0.0.1", port=self.port, database="postgres")
        ) as con:
            con.run(statement)

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        prefix = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        subprocess.run(
            [*prefix, str(self._programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            timeout=START_SECONDS,
        )


def find_programs() -> Path | None:
    """The folder of the newest installed server's programs; None if there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running() -> Iterator[Server]:
    """A server for the block, in a temporary folder that its user may enter."""
    programs = find_programs()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL server is installed")
    with tempfile.TemporaryDirectory(prefix="broadsheet-postgresql-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        server = Server(programs, folder, _free_port())
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
