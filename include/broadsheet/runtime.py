"""What Airflow's processes need to know: one place for their environment, wherever they are started.

Plain strings only, nothing of Airflow is imported: the command line and the tests hand this to the processes
they start.
"""

import base64
import secrets
from pathlib import Path

import msgspec

from broadsheet.files import made_once
from broadsheet.settings import ENV_PREFIX, Settings, SettingsError

PROJECT = Path(__file__).resolve().parents[2]
"""The checkout (or the image's folder) that holds dags/, plugins/ and include/."""

WAREHOUSE_POOL = "warehouse"
"""The pool of one slot that every task that writes the warehouse runs in."""
MAIL_POOL = "mail"
"""The pool that senders run in: a slot for each shard of a run."""

WATCH_LOGGER = "broadsheet.watch"
"""The logger on which the page watcher says what a person wants to know."""

DEFAULT_PORT = 8080


def airflow_home(settings: Settings) -> Path:
    """The folder of Airflow's own state: its database, its logs, its keys."""
    return settings.home_path / "airflow"


def airflow_environment(settings: Settings, port: int = DEFAULT_PORT) -> dict[str, str]:
    """The variables that make Airflow's processes run Broadsheet on this machine with these settings.

    ``port`` is the loopback port of Airflow's API and pages. Makes the home folder and, the first time, the
    keys that Airflow's processes share; they are readable by this user only.

    Raises:
        SettingsError: the home folder cannot be written, or a setting cannot be handed on.
    """
    home = airflow_home(settings)
    address = f"http://127.0.0.1:{port}"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = {name: _shared_key(home / "keys" / name) for name in ("fernet", "api", "jwt")}
    except OSError as error:
        raise SettingsError(f"home: {error.filename} cannot be written: {error.strerror}") from None
    return settings_environment(settings) | {
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": str(PROJECT / "include"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # More at once than this and SQLite answers "database is locked".
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        # Seconds to wait for another process's write; SQLite's own five are too few on a busy machine.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout=60",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__SECRET_KEY": keys["api"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt"],
        # A supervisor that misses its task's end sleeps this long, and so does an idle scheduler.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        # Under load of the whole machine a poll's thread may hold the interpreter for a moment.
        "AIRFLOW__TRIGGERER__BLOCKED_MAIN_THREAD_WARNING_THRESHOLD": "2",
    }


def settings_environment(settings: Settings) -> dict[str, str]:
    """The settings that differ from their defaults as ``BROADSHEET_…`` variables; ``home`` always, absolute.

    Raises:
        SettingsError: a list holds a comma, which the environment cannot tell from the next list.
    """
    defaults = Settings()
    values = {name: getattr(settings, name) for name in settings.__struct_fields__}
    changed = {name: value for name, value in values.items() if value != getattr(defaults, name)}
    changed["home"] = str(settings.home_path)
    return {ENV_PREFIX + name.upper(): _as_text(name, value) for name, value in changed.items()}


def _as_text(name: str, value: object) -> str:
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    if not isinstance(value, tuple):
        return str(msgspec.to_builtins(value))
    if spoiled := [item for item in value if "," in item]:
        raise SettingsError(f"{name}: {spoiled[0]!r} holds a comma; write it without")
    return ",".join(value)


def _shared_key(file: Path) -> str:
    """The key kept in ``file``; made the first time."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made_once(file, lambda: base64.urlsafe_b64encode(secrets.token_bytes(32))).decode("ascii")
