"""What runs in place of the images that are not ours: Debian's servers, moto for S3, the sample inbox."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import postgresql
from cluster.compose import Service
from cluster.places import Places

LOOPBACK = "127.0.0.1"


class MissingError(Exception):
    """A program that is needed is not installed; the message says how to install it."""


class Standin(NamedTuple):
    """A command, its environment, the user it runs as (None for our own), and what ends it."""

    command: list[str]
    environment: dict[str, str]
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM


def check_programs() -> None:
    """Raise MissingError unless everything is installed."""
    needed = {
        "postgresql": postgresql.find_programs(),
        "redis-server": shutil.which("redis-server"),
        "openssl": shutil.which("openssl"),
    }
    if missing := [package for package, found in needed.items() if found is None]:
        raise MissingError(f"missing on this machine: apt-get install {' '.join(missing)}")
    if not moto().exists():
        raise MissingError("moto is not installed: make .venv/.installed-dev .venv/.installed-cluster")


def moto() -> Path:
    """The program that stands in for the S3 server."""
    return Path(sys.executable).with_name("moto_server")


def postgres(service: Service, places: Places) -> Standin:
    """A server of its own cluster, made as the image makes it: its user, its password, its database."""
    programs = postgresql.find_programs()
    assert programs is not None
    # PostgreSQL refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    data = places.folder / "postgres"
    data.mkdir()
    secret = places.folder / "postgres-password"
    secret.touch(mode=0o600)
    secret.write_text(service.environment["POSTGRES_PASSWORD"])
    if user:
        for path in (data, secret):
            shutil.chown(path, user)
    name, database = service.environment["POSTGRES_USER"], service.environment["POSTGRES_DB"]
    made = [f"--pgdata={data}", f"--username={name}", f"--pwfile={secret}", "--auth=scram-sha-256"]
    _run(programs / "initdb", [*made, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"], user)
    create = f"CREATE DATABASE {database}\n"
    _run(programs / "postgres", ["--single", "-D", str(data), "template1"], user, create)
    listening = ["-D", str(data), "-h", LOOPBACK, "-p", str(places.ports["postgres"]), "-k", ""]
    return Standin([str(programs / "postgres"), *listening, *service.command[1:]], {}, user, signal.SIGINT)


def _run(program: Path, arguments: list[str], user: str | None, given: str = "") -> None:
    subprocess.run(
        [program, *arguments], input=given, text=True, user=user, cwd="/", check=True, capture_output=True
    )


def redis(service: Service, places: Places) -> Standin:
    """The server with the image's own command."""
    here = ["--bind", LOOPBACK, "--port", str(places.ports["redis"]), "--dir", str(places["redis"])]
    return Standin([*service.command, *here], {})


def objects(_service: Service, places: Places) -> Standin:
    """An S3 server that keeps everything in memory and lets everybody in."""
    return Standin([str(moto()), "--host", LOOPBACK, "--port", str(places.ports["objects"])], {})


def inbox(service: Service, places: Places) -> Standin:
    """For Mailpit: a server that keeps each mail as a file in ``state/inbox``."""
    return _mail_server("inbox", places["state"] / "inbox", service, places)


def relay(service: Service, places: Places) -> Standin:
    """For Mailpit: one that only notes what it took, in ``state/accepted.log``, before it says so."""
    return _mail_server("relay", places["state"] / "accepted.log", service, places)


def _mail_server(module: str, kept: Path, service: Service, places: Places) -> Standin:
    """With the certificate that Mailpit would have."""
    certificate, key = (places.here(service.environment[f"MP_SMTP_TLS_{part}"]) for part in ("CERT", "KEY"))
    command = [sys.executable, "-m", f"broadsheet.sample.{module}", str(kept)]
    return Standin(
        [*command, f"--port={places.ports['mailpit']}", f"--certificate={certificate}", f"--key={key}"],
        {"PYTHONPATH": places.here("/app/include")},
    )


STANDINS: dict[str, Callable[[Service, Places], Standin]] = {
    "postgres": postgres,
    "redis": redis,
    "objects": objects,
    "mailpit": inbox,
}
"""By the name of the service."""
