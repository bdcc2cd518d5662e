"""A real Postfix for tests: its own instance in a folder of its own, on a loopback port, delivering to nowhere."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.localhost
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
default_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
header_checks = regexp:{folder}/etc/header_checks
"""

_HEADER_CHECKS = """\
/^X-Test: reject/ REJECT not this
/^X-Test: hold/ HOLD
/^X-Test: discard/ DISCARD
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A running instance."""

    def __init__(self, folder: Path, port: int) -> None:
        self.log = folder / "mail.log"
        self.url = f"smtp://127.0.0.1:{port}"


def why_not() -> str | None:
    """Why no instance can run here; None if one can."""
    if shutil.which("postfix") is None:
        return "Postfix is not installed here: apt-get install postfix"
    return None if os.geteuid() == 0 else "Postfix runs as root only"


@contextmanager
def running() -> Iterator[Postfix]:
    """An instance for the block."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-postfix-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("etc", "queue", "data"):
            (folder / part).mkdir()
        shutil.chown(folder / "data", "postfix")
        port = _free_port()
        daemons = subprocess.run(
            ["postconf", "-d", "-h", "daemon_directory"], check=True, capture_output=True, text=True
        ).stdout.strip()
        (folder / "etc" / "main.cf").write_text(_MAIN.format(folder=folder, daemons=daemons))
        (folder / "etc" / "master.cf").write_text(_MASTER.format(port=port))
        (folder / "etc" / "header_checks").write_text(_HEADER_CHECKS)
        _control(folder, "start")
        try:
            yield Postfix(folder, port)
        finally:
            _control(folder, "stop")


def _control(folder: Path, command: str) -> None:
    subprocess.run(
        ["postfix", "-c", str(folder / "etc"), command],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=START_SECONDS,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
