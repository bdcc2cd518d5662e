"""`broadsheet serve`: the web pages, feeds and API alone."""

import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

from broadsheet.commands.declaring import Option
from broadsheet.commands.services import Voice
from broadsheet.settings import Settings, load_settings

if TYPE_CHECKING:
    from socket import socket


def serve(
    host: Annotated[str, Option(help="The address to listen on; default: the setting web_host.")] = "",
    port: Annotated[
        int | None,
        Option(min=0, max=65535, help="The port, 0 for a free one; default: the setting web_port."),
    ] = None,
    workers: Annotated[int, Option(min=1, max=64, help="How many processes answer.")] = 1,
    log_requests: Annotated[
        bool, Option("--log-requests", help="Write a line for each request, without who asked.")
    ] = False,
) -> None:
    """Serve the web pages, the feeds and the API from what is published.

    Stays until Ctrl-C or SIGTERM. A new publication is noticed without a restart; while there is none yet, pages say
    so. Errors go to standard error.
    """
    import msgspec

    from broadsheet.web.serving import listen

    settings = load_settings()
    settings = msgspec.structs.replace(
        settings,
        web_host=host or settings.web_host,
        web_port=settings.web_port if port is None else port,
    )
    with listen(settings) as listener:
        Voice(settings).begin(_told(settings, listener))
        serve_until_stopped(settings, listener, workers=workers, log_requests=log_requests)


def serve_until_stopped(
    settings: Settings, listener: "socket", *, workers: int = 1, log_requests: bool = False
) -> None:
    """Serve the site to whoever connects to ``listener``, until Ctrl-C or SIGTERM."""
    from broadsheet.web import serving

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        serving.serve(settings, listener, workers=workers, log_requests=log_requests)
    Voice(settings).say("Stopped.")


def _told(settings: Settings, listener: "socket") -> dict[str, str]:
    from broadsheet.web.serving import address_of

    published = settings.published_path
    return {
        "site": address_of(listener),
        "public": settings.public_url or "no public_url is set: mails have no links",
        "warehouse": f"{published}{'' if published.exists() else ': nothing is published yet, pages say so'}",
        "stop": "Ctrl-C",
    }
