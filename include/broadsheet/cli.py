"""`broadsheet …`: picks the command, runs it, and turns errors into exit codes.

Only the called command's module is imported; `--help` and `--version` import none. Exit codes: 0 done,
1 failed, 2 usage, 75 try again later, 130 interrupted, 141 the reader of the output went away.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NoReturn

from broadsheet import __version__
from broadsheet.commands import COMMANDS, Command, Group
from broadsheet.errors import DONE, FAILED, USAGE, BroadsheetError, UsageError

INTERRUPTED = 130
OBJECTS_UNTIL_COLLECTION = 100_000
"""At Python's own 700, looking for garbage takes a tenth of the time that imports take, and finds none."""
HEADING = """\
Usage: broadsheet [--debug] COMMAND …

Watch trending papers, keep their whole history in DuckDB, mail what is new.

Commands:
"""
CLOSING = """
Options:
  --debug    show the whole traceback of an error
  --version  print the version
  --help     print this; `broadsheet COMMAND --help` tells about one command

Settings come from the environment (BROADSHEET_…), then broadsheet.toml: `broadsheet doctor` prints them.
"""


def main() -> None:
    """Run the command line's arguments and end the process with their exit code."""
    gc.set_threshold(OBJECTS_UNTIL_COLLECTION)
    _end(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run ``arguments`` (without the program's name) and give the exit code."""
    debug = "--debug" in arguments[:1]
    try:
        return dispatch(arguments[1:] if debug else arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except RuntimeError as error:
        # What DuckDB makes of a Ctrl-C in the middle of a query.
        if not isinstance(error.__cause__, KeyboardInterrupt):
            raise
        return INTERRUPTED
    except (BroadsheetError, OSError) as error:
        if debug:
            raise
        print(f"broadsheet: {_message(error)}", file=sys.stderr)
        return error.exit_code if isinstance(error, BroadsheetError) else FAILED


def dispatch(arguments: Sequence[str]) -> int:
    """Run one command. Raises UsageError for one that does not exist."""
    name = arguments[0] if arguments else None
    if name in {None, "--help", "-h"}:
        print(_help(), end="")
        return 0 if name else USAGE
    if name == "--version":
        print(f"broadsheet {__version__}")
        return 0
    command = COMMANDS.get(str(name))
    if command is None:
        nearest = _nearest(str(name), COMMANDS, "broadsheet --help")
        raise UsageError(f"there is no command {name!r}{nearest}")
    if isinstance(command, Group):
        return _dispatch_in(str(name), command, arguments[1:])
    return _call(str(name), command, arguments[1:])


def _dispatch_in(group: str, commands: Group, arguments: Sequence[str]) -> int:
    name = arguments[0] if arguments else None
    if name in {None, "--help", "-h"}:
        print(
            f"Usage: broadsheet {group} COMMAND …\n\n{commands.summary}\n\nCommands:\n"
            f"{_listed(commands.commands)}\n`broadsheet {group} COMMAND --help` tells about one command."
        )
        return 0 if name else USAGE
    command = commands.commands.get(str(name))
    if command is None:
        nearest = _nearest(str(name), commands.commands, f"broadsheet {group} --help")
        raise UsageError(f"there is no command {f'{group} {name}'!r}{nearest}")
    return _call(f"{group} {name}", command, arguments[1:])


def _end(code: int) -> NoReturn:
    """End at once. Commands close what they open; to take every module apart takes a fifth of a query's time."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or FAILED
    os._exit(code)


def _call(name: str, command: Command, arguments: Sequence[str]) -> int:
    from importlib import import_module

    from broadsheet.commands.line import read

    function = getattr(import_module(f"broadsheet.commands.{command.module}"), command.function)
    try:
        code: int | None = function(**read(name, function, arguments))
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else int(done.code is not None)
    return DONE if code is None else code


def _help() -> str:
    return HEADING + _listed(COMMANDS) + CLOSING


def _listed(commands: Mapping[str, Command | Group]) -> str:
    width = max(map(len, commands))
    return "".join(f"  {name:<{width}}  {command.summary}\n" for name, command in commands.items())


def _nearest(name: str, commands: Mapping[str, Command | Group], listing: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, commands, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; `{listing}` lists those there are"


def _message(error: BroadsheetError | OSError) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)
