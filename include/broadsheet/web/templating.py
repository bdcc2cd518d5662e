"""Jinja2 as the pages use it: autoescaped, strict, no look-up of the clock."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from broadsheet import __version__
from broadsheet.settings import Settings
from broadsheet.web import wording
from broadsheet.web.mounting import path_of, root_of

_PACKAGE = files("broadsheet.web")
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and overrides of the direction of writing: with them a text looks like another one."""


class Templates:
    """The templates of the site."""

    def __init__(self, settings: Settings) -> None:
        self._environment = Environment(
            loader=PackageLoader("broadsheet.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_plain,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= wording.FILTERS
        self._environment.globals |= {"hub_url": settings.hub_url.rstrip("/"), "version": __version__}

    def render(self, request: Request, template: str, content: Mapping[str, Any]) -> str:
        """A template's text. In it ``href(path)`` gives the address of a path of this site wherever it is mounted,
        ``static(name)`` that of a file of static/, and ``here`` is the path asked for.
        """
        root = root_of(request.scope)
        return self._environment.get_template(template).render(
            href=partial(_href, root),
            static=lambda name: f"{root}/static/{name}?v={build_tag()}",
            here=path_of(request.scope),
            **content,
        )


def _plain(value: object) -> object:
    """What a template writes, without what could steer a reader; markup is made of such."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return _STEERING.sub("", value)


def _href(root: str, path: str, **query: object) -> str:
    """``path`` (from /, its segments quoted by `segment` where they hold what the hub said) below the site's root."""
    asked = "&".join(
        f"{quote(name)}={quote(str(value), safe='')}"
        for name, value in query.items()
        if value not in {None, ""}
    )
    return f"{root}{path}?{asked}" if asked else f"{root}{path}"


@cache
def build_tag() -> str:
    """12 hex digits of the release and of its templates and static files."""
    digest = hashlib.sha256(__version__.encode())
    for file in _files(_PACKAGE):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry)
        elif not entry.name.endswith(".pyc"):
            yield entry
