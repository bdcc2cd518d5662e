"""Where containers' hosts, ports and folders are on one machine: what is rewritten so that nothing else need be."""

import re
import socket
from collections.abc import Iterable
from pathlib import Path

from cluster.compose import ROOT

_SERVERS = {
    "postgres": 5432,
    "redis": 6379,
    "objects": 7070,
    "mailpit": 1025,
    "api-server": 8080,
    "scheduler": 8974,
    "web": 8000,
}
"""The port that each service listens on in its container."""
_HOSTS = {str(port): host for host, port in _SERVERS.items()}
_VOLUMES = ("state", "airflow", "certificates", "objects", "redis")
_OF_THE_CHECKOUT = {"app": ROOT, "deploy": ROOT / "deploy"}

_ADDRESS = re.compile(
    rf"(?:(?<=//)|(?<=@))(?P<host>{'|'.join(_SERVERS)})(?::\d+)?(?=/|$)|localhost:(?P<port>\d+)"
)
_FOLDER = re.compile(rf"(?<![\w/])/({'|'.join([*_VOLUMES, *_OF_THE_CHECKOUT])})(?=[/:]|$)")


class Places:
    """A free loopback port for each server, and a folder for each volume."""

    def __init__(self, folder: Path, path: Iterable[Path]) -> None:
        self.folder = folder
        self.ports = dict(zip(_SERVERS, free_ports(len(_SERVERS)), strict=True))
        self._folders = {name: folder / name for name in _VOLUMES}
        for made in self._folders.values():
            made.mkdir(mode=0o700)
        self._path = ":".join(map(str, path))

    def __getitem__(self, volume: str) -> Path:
        return self._folders[volume]

    def here(self, text: str) -> str:
        """A command's word or a variable's value as it must be on this machine."""
        text = _ADDRESS.sub(self._address, text)
        text = _FOLDER.sub(lambda found: str(self._folders.get(found[1]) or _OF_THE_CHECKOUT[found[1]]), text)
        return text.replace("/opt/venv/bin:$PATH", self._path).replace("0.0.0.0", "127.0.0.1")

    def _address(self, found: re.Match[str]) -> str:
        host = found["host"] or _HOSTS.get(found["port"])
        return f"localhost:{self.ports[host]}" if host else found[0]


def free_ports(count: int) -> list[int]:
    """So many loopback ports that nobody listens on."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
