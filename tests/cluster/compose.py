"""docker-compose.yaml and the Dockerfile, read as far as it takes to start their services without containers."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

ROOT = Path(__file__).resolve().parents[2]

_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<word>[^}]*))?\}|(?P<bare>\w+))"
)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One service, its variables put in. What would run in the image stands there as the image has it.

    ``environment`` holds the image's own variables, too, if it is ours. ``check`` is the health check, run every
    ``check_seconds``; empty for none. ``needs`` names the services that must be healthy, or over if they run once,
    before this is started.
    """

    name: str
    image: str
    command: tuple[str, ...]
    environment: dict[str, str]
    check: tuple[str, ...]
    check_seconds: float
    needs: tuple[str, ...]
    runs_once: bool


def read_services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services by name, with ``variables`` put in. Raises ValueError for one that is demanded and missing."""
    services = yaml.safe_load((ROOT / "docker-compose.yaml").read_text())["services"]
    return {name: _service(name, written, variables) for name, written in services.items()}


def demanded_variables() -> set[str]:
    """The variables that the file cannot do without."""
    text = (ROOT / "docker-compose.yaml").read_text()
    return {match["name"] for match in _VARIABLE.finditer(text) if match["how"] == ":?"}


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """``text`` with its variables put in, as Compose does. Raises ValueError for one that is demanded and missing."""

    def value(match: re.Match[str]) -> str:
        if match["dollar"]:
            return "$"
        name = match["name"] or match["bare"]
        found = variables.get(name, "")
        if found or not match["how"]:
            return found
        if match["how"] == ":?":
            raise ValueError(f"{name} is not set: {match['word']}")
        return match["word"]

    return _VARIABLE.sub(value, text)


def _service(name: str, written: dict[str, Any], variables: Mapping[str, str]) -> Service:
    environment = {
        variable: interpolated(str(value), variables) if value is not None else variables[variable]
        for variable, value in written.get("environment", {}).items()
        if value is not None or variable in variables
    }
    entrypoint = written.get("entrypoint", [])
    if "build" in written:
        image = _image()
        environment = image.environment | environment
        entrypoint = entrypoint or image.entrypoint
    command = [interpolated(word, variables) for word in [*entrypoint, *written.get("command", [])]]
    return Service(
        name=name,
        image=written["image"],
        command=tuple(command),
        environment=environment,
        check=tuple(interpolated(word, variables) for word in _check(written)),
        check_seconds=float(written.get("healthcheck", {}).get("interval", "0s").removesuffix("s")),
        needs=tuple(written.get("depends_on", ())),
        runs_once=written["restart"] == "no",
    )


def _check(written: dict[str, Any]) -> Iterator[str]:
    kind, *words = written.get("healthcheck", {}).get("test", ["NONE"])
    if kind == "CMD-SHELL":
        yield from ("sh", "-c")
    yield from words


class _Image(msgspec.Struct, frozen=True):
    environment: dict[str, str]
    entrypoint: list[str]


def _image() -> _Image:
    """What our Dockerfile's last stage says."""
    stage = (ROOT / "Dockerfile").read_text().replace("\\\n", "").rpartition("\nFROM ")[2]
    _base, *lines = stage.splitlines()
    said = dict(line.split(maxsplit=1) for line in lines if line)
    environment = dict(pair.split("=", 1) for pair in shlex.split(said["ENV"]))
    return _Image(environment, json.loads(said["ENTRYPOINT"]))
