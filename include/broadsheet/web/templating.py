"""Jinja2 as the pages use it: autoescaped, strict, no look-up of the clock."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from broadsheet import __version__
from broadsheet.settings import Settings
from broadsheet.web import wording

_PACKAGE = files("broadsheet.web")


class Templates:
    """The templates of the site."""

    def __init__(self, settings: Settings) -> None:
        self._environment = Environment(
            loader=PackageLoader("broadsheet.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= wording.FILTERS
        self._environment.globals |= {"hub_url": settings.hub_url.rstrip("/"), "version": __version__}

    def render(self, request: Request, template: str, content: Mapping[str, Any]) -> str:
        """A template's text. In it ``href(path)`` gives the address of a path of this site wherever it is mounted,
        ``static(name)`` that of a file of static/, and ``here`` is the path asked for.
        """
        root = request.scope.get("root_path", "")
        return self._environment.get_template(template).render(
            href=partial(_href, root),
            static=lambda name: f"{root}/static/{name}?v={build_tag()}",
            here=request.url.path.removeprefix(root),
            **content,
        )


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
