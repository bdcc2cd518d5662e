"""The OpenAPI document as a page tells it: operations by tag, their parameters, the fields of what they answer."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

Schema = Mapping[str, Any]
_FORMATS = {"date-time": "time", "date": "day"}
_TYPES = {
    "string": "text",
    "number": "number",
    "boolean": "true or false",
    "null": "null",
    "object": "object",
}
_LARGEST_EXACT = 2**53
"""A bound beyond the numbers that every program reads exactly tells people nothing."""
_ANYWHERE = {"304", "400", "414", "422", "429", "503"}
"""Statuses that any operation may answer with: told once, not at each."""


class Form(msgspec.Struct, frozen=True):
    """What a value is like, in words; ``struct`` names the fields' table that tells of it or of its elements."""

    words: str
    struct: str | None = None


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter or a field. ``default`` and ``example`` are as they are written; None: there is none."""

    name: str
    form: Form
    required: bool
    description: str
    default: str | None = None
    example: str | None = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One question that the API takes. ``answers`` are media types, forms and what is said of them; ``refusals`` its
    own statuses and their meanings.
    """

    name: str
    path: str
    summary: str
    paragraphs: tuple[str, ...]
    parameters: tuple[Value, ...]
    answers: tuple[tuple[str, Form, str], ...]
    refusals: tuple[tuple[str, str], ...]


class Group(msgspec.Struct, frozen=True):
    """The operations of one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


class Struct(msgspec.Struct, frozen=True):
    """The fields of one kind of answer, or of a part of one."""

    name: str
    description: str
    fields: tuple[Value, ...]


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page tells. ``common`` are the statuses that any operation may answer with."""

    title: str
    version: str
    paragraphs: tuple[str, ...]
    common: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    structs: tuple[Struct, ...]


def reference(document: Schema) -> Reference:
    """What an OpenAPI document says, in its order."""
    reader = _Reader(document["components"]["schemas"])
    operations = [
        (operation["tags"][0], reader.operation(path, operation))
        for path, methods in document["paths"].items()
        for operation in methods.values()
    ]
    responses = next(iter(next(iter(document["paths"].values())).values()))["responses"]
    return Reference(
        title=document["info"]["title"],
        version=document["info"]["version"],
        paragraphs=_paragraphs(document["info"]["description"]),
        common=_statuses(responses, _ANYWHERE),
        groups=tuple(
            Group(
                tag["name"],
                tag["description"],
                tuple(operation for name, operation in operations if name == tag["name"]),
            )
            for tag in document["tags"]
        ),
        structs=tuple(reader.structs()),
    )


class _Reader:
    """Reads parts of a document whose references are to ``schemas``."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def operation(self, path: str, operation: Schema) -> Operation:
        responses = operation["responses"]
        own = set(responses) - _ANYWHERE - {"200"}
        return Operation(
            name=operation["operationId"],
            path=path,
            summary=operation["summary"],
            paragraphs=_paragraphs(operation["description"]),
            parameters=tuple(
                self._value(each["name"], _not_null(each["schema"]), each, required=each["required"])
                for each in operation.get("parameters", ())
            ),
            answers=tuple(
                (media_type, self._form(each["schema"]), each["schema"].get("description", ""))
                for media_type, each in responses["200"]["content"].items()
            ),
            refusals=_statuses(responses, own),
        )

    def structs(self) -> Iterator[Struct]:
        for name, schema in self._schemas.items():
            if "properties" in schema:
                required = set(schema.get("required", ()))
                fields = (
                    self._value(field, each, each, required=field in required)
                    for field, each in schema["properties"].items()
                )
                yield Struct(name, " ".join(schema.get("description", "").split()), tuple(fields))

    def _value(self, name: str, schema: Schema, told: Schema, *, required: bool) -> Value:
        examples = told.get("examples") or schema.get("examples")
        default = told["schema"].get("default") if "schema" in told else None
        return Value(
            name=name,
            form=self._form(schema),
            required=required,
            description=told.get("description", ""),
            default=_written(default) if default or default == 0 else None,
            example=_written(examples[0]) if examples else None,
        )

    def _form(self, schema: Schema) -> Form:
        """``number, 1 to 500``; ``time or null``; ``list of Change``."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            meant = self._schemas[name]
            return self._form(meant) if "enum" in meant else Form(name, name)
        if "anyOf" in schema:
            forms = [self._form(each) for each in schema["anyOf"]]
            struct = next((form.struct for form in forms if form.struct), None)
            return Form(" or ".join(dict.fromkeys(form.words for form in forms)), struct)
        if "enum" in schema:
            return Form("one of " + ", ".join(map(str, schema["enum"])))
        if schema.get("type") == "array":
            inner = self._form(schema["items"])
            return Form(f"list of {inner.words.removeprefix('one of ')}", inner.struct)
        if schema.get("type") == "integer":
            return Form(f"number{_bounds(schema)}")
        return Form(_FORMATS.get(schema.get("format", ""), _TYPES[schema["type"]]))


def _not_null(schema: Schema) -> Schema:
    """A parameter is left out, never null."""
    if "anyOf" not in schema:
        return schema
    return {**schema, "anyOf": [each for each in schema["anyOf"] if each.get("type") != "null"]}


def _statuses(responses: Mapping[str, Schema], wanted: Collection[str]) -> tuple[tuple[str, str], ...]:
    return tuple((status, each["description"]) for status, each in responses.items() if status in wanted)


def _bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is None:
        return ""
    return f", {least} to {most}" if most is not None and most < _LARGEST_EXACT else f" from {least}"


def _written(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
