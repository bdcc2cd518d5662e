"""What the demo says at its end, and the site over what it made."""

import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from broadsheet.settings import Settings, load_settings

if TYPE_CHECKING:
    from socket import socket

PAGES = {
    "/": "what trends, and how it moved",
    "/lists": "every list, on any day and at any moment",
    "/changes": "what changed, as it comes",
    "/trends": "what rises, what lasts, what comes back",
    "/editions": "past editions",
    "/search": "papers by their words",
    "/subscribe": "one mail a day with what is new",
    "/feeds": "Atom and JSON Feed of all of it",
    "/api": "the API",
    "/status": "how every source stands",
}


def reserve_site() -> "socket":
    """A socket at the setting web_port on loopback, or at a free port where that is taken.

    Reserved before the first mail, whose links lead there.
    """
    from broadsheet.web.serving import ServingError, listen

    wanted = Settings(web_port=load_settings().web_port)
    try:
        return listen(wanted)
    except ServingError:
        return listen(msgspec.structs.replace(wanted, web_port=0))


def ways_on(settings: Settings, asks: Sequence[str], *, is_served: bool) -> str:
    """The addresses of the site's pages, and the commands ``asks`` as they can be called from here."""
    program = shlex.quote(_program())
    serve = f"serve --port {settings.web_port}"
    commands = asks if is_served else (serve, *asks)
    variables = {"BROADSHEET_HOME": str(settings.home_path), "BROADSHEET_PUBLIC_URL": settings.public_url}
    export = " ".join(shlex.quote(f"{name}={value}") for name, value in variables.items())
    how = "until Ctrl-C" if is_served else f"with `{program} {serve}`, as below"
    pages = "".join(f"  {settings.public_url}{path:<11} {words}\n" for path, words in PAGES.items())
    return (
        f"\nThe site, {how}:\n{pages}"
        f"\nNext{', in another terminal' if is_served else ''}:\n  export {export}\n"
        + "".join(f"  {program} {command}\n" for command in commands)
    )


def _program() -> str:
    """This program as it can be called from here."""
    called = Path(sys.argv[0]).resolve()
    on_path = shutil.which("broadsheet")
    if on_path is not None and Path(on_path).resolve() == called:
        return "broadsheet"
    here = Path.cwd()
    return str(called.relative_to(here)) if called.is_relative_to(here) else str(called)
