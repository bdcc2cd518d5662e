"""`broadsheet doctor`: is it set up right?"""

import platform
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

from broadsheet import __version__
from broadsheet.checks.finding import Finding, State
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Option
from broadsheet.commands.output import Column, emit, emit_json, printable, table
from broadsheet.errors import DONE, FAILED
from broadsheet.hub.storage import without_user
from broadsheet.settings import SECRETS, Loaded, load

if TYPE_CHECKING:
    from broadsheet.checks.names import Names

PACKAGES = ("apache-airflow", "duckdb", "beautifulsoup4", "requests", "pyarrow", "warcio")
UNLIMITED_WIDTH = 10_000
SETTINGS_COLUMNS = Column("name", "Setting"), Column("value", "Value"), Column("origin", "From")
MARKS = {State.OK: "✓", State.WARN: "!", State.FAIL: "✗"}
COLOURS = {State.OK: "32", State.WARN: "33", State.FAIL: "31"}


def doctor(
    offline: Annotated[
        bool, Option("--offline", help="Ask no other machine: no name server, mail server or database.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Print every setting with its origin, the versions, and what was checked. Ends with 1 if a check failed.

    Nothing is changed and nothing is sent. If a mail server is set, it is connected to as for sending, and name
    servers are asked what receivers of mail ask them: SPF, DKIM, DMARC, reverse name, and who takes the bounces.

    JSON: settings [{name, value, origin}], versions {name: version}, offline, checks [{area, what, state, detail,
    advice}] with state ok, warn or fail; a secret's value is "(set)" or "".
    """
    from broadsheet.checks.examination import examine

    loaded = load()
    settings = [
        {"name": name, "value": _value(loaded, name), "origin": origin}
        for name, origin in loaded.origins.items()
    ]
    versions = _versions()
    checks = list(examine(loaded, datetime.now(UTC), None if offline else _name_servers))
    if as_json:
        emit_json({"settings": settings, "versions": versions, "offline": offline, "checks": checks})
    else:
        emit(table(settings, SETTINGS_COLUMNS) + "\n")
        emit("  ".join(f"{name} {version}" for name, version in versions.items()) + "\n")
        emit("".join(_drawn(checks)))
        emit(_summary(checks, offline=offline))
    return FAILED if any(check.state is State.FAIL for check in checks) else DONE


def _name_servers() -> "Names":
    from broadsheet.checks.names import system_names

    return system_names()


def _value(loaded: Loaded, name: str) -> str:
    value = getattr(loaded.settings, name)
    if name in SECRETS:
        return "(set)" if value else ""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return without_user(text)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    found = {name: version(name) for name in PACKAGES}
    return {"broadsheet": __version__, "python": platform.python_version(), **found}


def _drawn(checks: Sequence[Finding]) -> Iterator[str]:
    """The findings by area: a mark, what it is about, what was found, and below it what to do."""
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else UNLIMITED_WIDTH
    column = max(len(check.what) for check in checks)
    for area, found in groupby(checks, lambda check: check.area):
        yield f"\n{area}\n"
        for check in found:
            mark = MARKS[check.state]
            mark = f"\x1b[{COLOURS[check.state]}m{mark}\x1b[0m" if terminal else mark
            yield f"  {mark} {check.what:<{column}}  {_wrapped(check.detail, column + 6, width)}\n"
            if check.advice:
                yield f"{' ' * (column + 6)}→ {_wrapped(check.advice, column + 8, width)}\n"


def _wrapped(text: str, indent: int, width: int) -> str:
    """The text within ``width``, its further lines below its first."""
    lines = textwrap.wrap(
        printable(text), max(width - indent, 30), break_long_words=False, break_on_hyphens=False
    )
    return f"\n{' ' * indent}".join(lines)


def _summary(checks: Sequence[Finding], *, offline: bool) -> str:
    counts = {state: sum(check.state is state for check in checks) for state in State}
    closing = " No other machine was asked (--offline)." if offline else ""
    return f"\n{counts[State.OK]} in order, {counts[State.WARN]} worth a look, {counts[State.FAIL]} wrong.{closing}\n"
