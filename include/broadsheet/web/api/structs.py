"""Answers that other rooms define as structs, as the document tells of them."""

from typing import Any

import msgspec

from broadsheet.digest.document import DigestDocument
from broadsheet.warehouse.search import Found
from broadsheet.web.api.answering import JSON
from broadsheet.web.health import Health

STRUCTS = (DigestDocument, Found, Health)
_REFERENCE = "#/components/schemas/{name}"


def told_as(struct: type[msgspec.Struct], description: str) -> dict[int | str, dict[str, Any]]:
    """The answer of an operation for the document: one of ``STRUCTS``."""
    schema = {"$ref": _REFERENCE.format(name=struct.__name__)}
    return {200: {"description": description, "content": {JSON: {"schema": schema}}}}


def schemas() -> dict[str, Any]:
    """What the document must hold so that ``told_as`` can refer to it."""
    _, components = msgspec.json.schema_components(STRUCTS, ref_template=_REFERENCE)
    return components
