"""Which lists a page is about: one, all of a kind, or all there are."""

from typing import Annotated, Any

import msgspec
from fastapi import Query

from broadsheet.errors import UsageError
from broadsheet.model import DATED_KINDS, ListId, ListKind, read_source
from broadsheet.web.wording import kind_name, list_name

MOST_TEXT = 200
"""How long the name of a list may be that is asked for."""


class Scope(msgspec.Struct, frozen=True):
    """``kind`` None: every list. ``key`` None: every list of the kind."""

    kind: ListKind | None = None
    key: str | None = None

    def __str__(self) -> str:
        """As an address has it: ``daily:2026-11-20``, ``daily``, "" for every list."""
        if self.kind is None:
            return ""
        return str(ListId(self.kind, self.key or ""))

    @property
    def name(self) -> str:
        """``Daily papers of 20 Nov 2026``, ``Daily papers``, ``All lists``."""
        if self.kind is None:
            return "All lists"
        return kind_name(self.kind) if self.key is None else list_name(ListId(self.kind, self.key))

    def parameters(self) -> dict[str, Any]:
        """``kind`` and ``key`` as questions take them."""
        return {"kind": None if self.kind is None else str(self.kind), "key": self.key}


EVERY_LIST = Scope()
TRENDING = Scope(ListKind.TRENDING, "")
COMMON = (
    EVERY_LIST,
    TRENDING,
    *(Scope(kind) for kind in ListKind if kind in DATED_KINDS),
)
"""What forms offer."""


def asked_scope(
    name: Annotated[
        str, Query(alias="list", max_length=MOST_TEXT, description="a list, a kind, or none")
    ] = "",
) -> Scope:
    """The scope that a request names; "" names every list. Raises UsageError for what is no list."""
    if not name.strip():
        return EVERY_LIST
    try:
        source = read_source(name)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return Scope(source.kind, source.key) if isinstance(source, ListId) else Scope(source)
