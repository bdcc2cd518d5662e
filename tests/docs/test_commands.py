"""Every command, option and setting that the documentation names is there."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Match

from broadsheet.commands import COMMANDS, Command, Group
from broadsheet.commands.line import parser_of
from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from docs.pages import PAGES, ROOT, command_lines, spans

CALL = re.compile(
    r"(?:^|[;|&] |ExecStart=)\s*(?:export )?(?:[A-Z_]+=\S+ )*(?:/\S+/|\.venv/bin/)?broadsheet (?P<rest>[a-z].*)"
)
ADDRESS = re.compile(
    r"(?:(?P<method>GET|POST) )?(?P<path>/(?!etc/|opt/|srv/|usr/|var/|state\b)[a-z][^\s?]*)(?:\?\S*)?"
)
"""The site's, not a folder's."""
MAKE = re.compile(r"^\s*make (?:--\S+ )*(?P<target>[a-z]+)")


def calls(page: Path) -> list[str]:
    """The calls of `broadsheet` that a page shows, without the program's name and what follows the command."""
    found = [call["rest"] for line in command_lines(page) for call in CALL.finditer(line)]
    return [re.split(r" [|#;&>]|  ", rest)[0] for rest in found]


def options(command: Command) -> set[str]:
    function = getattr(import_module(f"broadsheet.commands.{command.module}"), command.function)
    return set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", parser_of("it", function).format_help()))


def wrong(call: str) -> str | None:
    """What of a call is not there; None if all is."""
    words = re.sub(r"\"[^\"]*\"|'[^']*'", "TEXT", call).split()
    command = COMMANDS.get(words[0])
    if isinstance(command, Group):
        name = words[1] if len(words) > 1 else ""
        if not re.fullmatch(r"[a-z]+", name):
            return None
        command = command.commands.get(name)
    if command is None:
        return f"no command: {call}"
    named = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    unknown = named - options(command) - {"--help"}
    return f"no option {', '.join(sorted(unknown))}: {call}" if unknown else None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_exist(page: Path) -> None:
    assert [found for call in calls(page) if (found := wrong(call))] == []


def test_calls_are_found_at_all() -> None:
    assert sum(len(calls(page)) for page in PAGES) > 100


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_settings_in_the_environment_exist(page: Path) -> None:
    named = re.findall(r"\bBROADSHEET_([A-Z_]+[A-Z])", page.read_text(encoding="utf-8"))
    assert {name.lower() for name in named} <= set(Settings.__struct_fields__) | {"test_seeds"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_targets_of_make_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {made["target"] for line in command_lines(page) if (made := MAKE.match(line))} <= targets


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[BaseRoute]:
    """The addresses of the site."""
    return create_app(Settings(home=str(tmp_path_factory.mktemp("routes")))).routes


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_addresses_of_the_site_exist(page: Path, routes: list[BaseRoute]) -> None:
    lost = []
    for address in (found for span in spans(page) if (found := ADDRESS.fullmatch(span))):
        path = re.sub(r"…|[A-Z]+|\{\w+\}", "1", address["path"])
        scope = {"type": "http", "method": address["method"] or "GET", "path": path, "root_path": ""}
        if all(route.matches(scope)[0] is not Match.FULL for route in routes):
            lost.append(address[0])
    assert lost == []
