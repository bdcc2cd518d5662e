"""A real IMAP server for tests: Dovecot with a configuration, folders and a certificate of its own, on loopback."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "bounces"
PASSWORD = "se:cret/@"
START_SECONDS = 20

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
imap_capability = {capability}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  user = {auth}
}}
service auth-worker {{
  user = {auth}
}}
passdb {{
  driver = static
  args = user={user} password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}/mail
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
"""


class Server:
    """One server; ``certificate`` is what a client has to trust, ``moves``: whether it knows MOVE."""

    def __init__(self, folder: Path, plain: int, tls: int, *, moves: bool) -> None:
        self.moves = moves
        self.plain = plain
        self.tls = tls
        self.certificate = folder / "certificate.pem"
        self.maildir = folder / "mail"

    def drop(self, data: bytes, name: str) -> None:
        """Let a mail arrive."""
        path = self.maildir / "new" / name
        path.write_bytes(data)
        if os.geteuid() == 0:
            shutil.chown(path, "nobody", "nogroup")

    def folder(self, name: str) -> list[bytes]:
        """The mails in a folder, in the order of their bytes."""
        rooms = (self.maildir / f".{name}" / room for room in ("new", "cur"))
        return sorted(path.read_bytes() for room in rooms for path in room.iterdir())


def is_installed() -> bool:
    return (
        shutil.which("dovecot") is not None
        and shutil.which("openssl") is not None
        and Path("/usr/lib/dovecot/imap").exists()
    )


@contextmanager
def running(*, prefix: str = "", separator: str = ".", capability: str = "") -> Iterator[Server]:
    """A server for the block. ``prefix`` is where its personal folders begin, ``capability`` all it says it can."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-dovecot-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Server(folder, _free_port(), _free_port(), moves=not capability)
        _make_certificate(folder)
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid()).pw_name
        my_group = grp.getgrgid(os.getegid()).gr_name
        for room in ("new", "cur", "tmp"):
            (server.maildir / room).mkdir(parents=True)
        if root:
            for path in (server.maildir, *server.maildir.iterdir()):
                shutil.chown(path, "nobody", "nogroup")
        (folder / "dovecot.conf").write_text(
            _CONFIGURATION.format(
                folder=folder,
                internal="dovecot" if root else me,
                group="dovecot" if root else my_group,
                login="dovenull" if root else me,
                auth="root" if root else me,
                owner="nobody" if root else me,
                owner_group="nogroup" if root else my_group,
                plain=server.plain,
                tls=server.tls,
                user=USER,
                password=PASSWORD,
                capability=capability,
                separator=separator,
                prefix=prefix,
            )
        )
        command = ["dovecot", "-F", "-c", str(folder / "dovecot.conf")]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _await(server.plain, process, folder / "dovecot.log")
                yield server
            finally:
                process.terminate()
                process.wait(START_SECONDS)


def _make_certificate(folder: Path) -> None:
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"))
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *name]
    subprocess.run(command, check=True, capture_output=True)


def _await(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                if probe.recv(4) == b"* OK":
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"dovecot did not start: {log.read_text() if log.exists() else 'no log'}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
