"""The services of docker-compose.yaml on this machine: each one's own command, environment and health check."""

import base64
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import postgresql
from cluster import standins
from cluster.compose import Service, demanded_variables, read_services
from cluster.places import Places, free_ports
from cluster.running import Running

START_SECONDS = 180.0
STOP_SECONDS = 10.0
LOOK_EVERY_SECONDS = 0.1
MORE_OFTEN = 12
"""Who starts a cluster waits for it: its health is looked at so much more often than the file says."""


class ClusterError(Exception):
    """A service did not come up, or ended; the message names its log."""


class Cluster:
    """``with Cluster(folder, variables, workers=2) as cluster: …``; up and healthy within the block.

    Args:
        folder: for everything that the services keep, and their logs; PostgreSQL's user must be able to enter it.
        variables: what would be exported before ``docker compose up``; secrets that are missing are made up.
        workers: as ``--scale worker=…``.
        inbox: what stands in for Mailpit.

    Attributes:
        places: where everything is.
        services: what runs, as the compose file has it.
        running: by name; workers are ``worker.0``, ``worker.1`` and so on.
    """

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str],
        workers: int = 2,
        inbox: Callable[[Service, Places], standins.Standin] = standins.inbox,
    ) -> None:
        programs = postgresql.find_programs()
        path = [Path(sys.executable).parent, *([programs] if programs else []), os.environ["PATH"]]
        self.places = Places(folder, map(Path, path))
        made_up = {name: secrets.token_hex(24) for name in demanded_variables()}
        made_up["FERNET_KEY"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        self.services = read_services(made_up | dict(variables))
        self._workers = workers
        self._standins = standins.STANDINS | {"mailpit": inbox}
        self.running: dict[str, Running] = {}
        (folder / "logs").mkdir()

    def __enter__(self) -> Self:
        standins.check_programs()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def environment(self, name: str) -> dict[str, str]:
        """A service's environment, as it is here."""
        service = self.services[name]
        written = {variable: self.places.here(value) for variable, value in service.environment.items()}
        basic = {
            "PATH": self.places.here("/opt/venv/bin:$PATH"),
            "HOME": str(self.places.folder),
            "LANG": "C.UTF-8",
        }
        return basic | written | {"HOSTNAME": socket.gethostname()} | self._ports()

    def start(self) -> None:
        """Start every service as soon as what it needs is there, and return when all are up.

        The web pages are healthy once something is published: `wait_for` them where a hub is polled.
        """
        deadline = time.monotonic() + START_SECONDS
        waiting = dict(self.services)
        while waiting or not all(self._is_there(name) for name in self.services if name != "web"):
            for name in [name for name, service in waiting.items() if self._may_start(service)]:
                self._start(waiting.pop(name))
            self.look()
            if time.monotonic() > deadline:
                late = [name for name, one in self.running.items() if not one.is_healthy]
                raise ClusterError(f"not up after {START_SECONDS:.0f} s: {late}, not begun: {list(waiting)}")
            time.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        """Raise ClusterError if a service has ended that should not have."""
        for name, one in self.running.items():
            one.look()
            runs_once = self.services[_service_of(name)].runs_once
            if one.ended_with not in ({None, 0} if runs_once else {None}):
                raise ClusterError(f"{name} ended with {one.ended_with}: see {one.log}")

    def wait_for(self, name: str, seconds: float = START_SECONDS) -> None:
        """Return when a service is healthy. Raises ClusterError as `look`, and if it is not in so many seconds."""
        deadline = time.monotonic() + seconds
        while not self._is_there(name):
            self.look()
            if time.monotonic() > deadline:
                raise ClusterError(f"{name} is not healthy: see {self.running[name].log}")
            time.sleep(LOOK_EVERY_SECONDS)

    def kill(self, name: str) -> None:
        """End a service as its host's power cut does, and have nobody miss it."""
        self.running.pop(name).kill()

    def stop(self) -> None:
        """End all, those first whom nobody needs any more, each with time to end by itself."""
        while self.running:
            needed = {name for one in self.running for name in self.services[_service_of(one)].needs}
            group = [one for name, one in self.running.items() if _service_of(name) not in needed]
            for one in group:
                one.ask_to_end()
            deadline = time.monotonic() + STOP_SECONDS
            while any(one.ended_with is None for one in group) and time.monotonic() < deadline:
                time.sleep(LOOK_EVERY_SECONDS)
            for one in group:
                self.kill(one.name)

    def _may_start(self, service: Service) -> bool:
        return all(self._is_there(name) for name in service.needs)

    def _is_there(self, name: str) -> bool:
        replicas = [one for one in self.running.values() if _service_of(one.name) == name]
        if self.services[name].runs_once:
            return bool(replicas) and replicas[0].ended_with == 0
        return bool(replicas) and all(one.is_healthy for one in replicas)

    def _start(self, service: Service) -> None:
        environment, folder = self.environment(service.name), self.places.folder
        if service.name in self._standins:
            standin = self._standins[service.name](service, self.places)
            port = self.places.ports[service.name]
            probe = [sys.executable, "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}))"]
            self.running[service.name] = Running(
                service.name,
                standin.command,
                environment | standin.environment,
                folder,
                probe,
                user=standin.user,
                stop_signal=standin.stop_signal,
            )
            return
        names = [service.name] if service.name != "worker" else [f"worker.{n}" for n in range(self._workers)]
        for number, name in enumerate(names):
            # On one host workers must tell themselves apart by more than its name.
            command, check = (
                [self.places.here(word.replace("worker@", f"worker{number}@")) for word in words]
                for words in (service.command, service.check)
            )
            (log_port,) = free_ports(1)
            own = environment | {"AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(log_port)}
            check_seconds = service.check_seconds / MORE_OFTEN
            self.running[name] = Running(name, command, own, folder, check, check_seconds)

    def _ports(self) -> dict[str, str]:
        """What tells servers that are ours to listen elsewhere than in their container."""
        (log_port,) = free_ports(1)
        ports = self.places.ports
        return {
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(ports["api-server"]),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(ports["scheduler"]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(log_port),
            "BROADSHEET_WEB_PORT": str(ports["web"]),
        }


def _service_of(name: str) -> str:
    """The service that a process is one of."""
    return name.partition(".")[0]
