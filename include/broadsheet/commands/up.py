"""`broadsheet up`: everything on this machine, for real."""

import signal
import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import msgspec

from broadsheet.commands.declaring import Option
from broadsheet.commands.services import Voice
from broadsheet.runtime import DEFAULT_PORT, airflow_home
from broadsheet.settings import Settings, load_settings

if TYPE_CHECKING:
    from broadsheet.services import AirflowServices

LOOK_EVERY_SECONDS = 1.0
PASSWORDS = "simple_auth_manager_passwords.json.generated"
"""The file in which Airflow keeps the password it made up for `admin`."""


def up(
    port: Annotated[int, Option(min=1, max=65535, help="The port of Airflow's pages.")] = DEFAULT_PORT,
    web_port: Annotated[
        int | None,
        Option(
            min=0,
            max=65535,
            help="The port of the web pages, 0 for a free one; default: the setting web_port.",
        ),
    ] = None,
    web: Annotated[bool, Option("--web/--no-web", help="Serve the web pages beside Airflow's.")] = True,
) -> None:
    """Run everything on this machine for real: Airflow with the watcher on the hub, the web pages, the inbox if no
    SMTP is set.

    Stays until Ctrl-C or SIGTERM, then ends every process it started. When the hub cannot be reached it says so once
    and goes on trying. Ends with 1 when one of Airflow's processes dies.
    """
    from broadsheet.services import AirflowServices
    from broadsheet.web.serving import serving

    settings = load_settings()
    if web_port is not None:
        settings = msgspec.structs.replace(settings, web_port=web_port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    airflow = AirflowServices(settings, port)
    voice = Voice(settings)
    try:
        with serving(settings) if web else nullcontext() as site:
            voice.say("Starting Airflow…")
            airflow.start()
            airflow.wait_until_healthy()
            voice.begin(_told(settings, site, airflow.address))
            _watch(airflow, voice)
    except KeyboardInterrupt:
        voice.say("\nStopping…")
    finally:
        # From here on a second Ctrl-C must not leave processes behind.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        airflow.stop()


def _watch(airflow: "AirflowServices", voice: Voice) -> None:
    """Pass on what the watcher says, until interrupted. Raises AirflowError when a process dies."""
    while True:
        airflow.check_alive()
        for words in airflow.said():
            voice.report(words)
        time.sleep(LOOK_EVERY_SECONDS)


def _told(settings: Settings, site: str | None, airflow: str) -> dict[str, str]:
    lists = ", ".join(map(str, settings.watched_lists)) or "no undated list"
    dated = f"; {', '.join(settings.dated_kinds)} lists each day" if settings.dated_kinds else ""
    return {
        "site": _site(settings, site),
        "Airflow": f"{airflow} (user admin, password in {airflow_home(settings) / PASSWORDS})",
        "hub": settings.hub_url,
        "watching": f"{lists} every {_interval(settings.poll_seconds)}{dated}",
        "mails": _mails(settings),
        "warehouse": str(settings.published_path),
        "logs": str(airflow_home(settings) / "logs"),
        "stop": "Ctrl-C",
    }


def _site(settings: Settings, address: str | None) -> str:
    if address is None:
        return "not served from here"
    return f"{address}, public as {settings.public_url}" if settings.public_url else address


def _interval(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 120 else f"{seconds:g} seconds"


def _mails(settings: Settings) -> str:
    if not settings.digest_to:
        return "to nobody: set digest_to to an address"
    way = "by the mail server that is set" if settings.smtp_url else f"kept as files in {settings.inbox_path}"
    hour = f"{settings.digest_hour:02d}:00 {settings.digest_timezone}"
    return f"{', '.join(settings.digest_lists)} from {hour}, {way}"
