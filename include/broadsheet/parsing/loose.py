"""Reading JSON of which a part has an unexpected type: what can be read is read, the rest is noted.

The typed decoders refuse a whole answer for one wrong value. This slower way is taken only then.
"""

import types
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from broadsheet.parsing.wire import WireItem

S = TypeVar("S", bound=msgspec.Struct)


class UnreadableError(Exception):
    """A value without which its object says nothing is missing or of a wrong type."""


def read_items(values: list[Any], notes: list[str]) -> list[WireItem | None]:
    """The items of a list; None stands for one without a readable id. Oddities go into ``notes``."""
    return [_read_item(value, f"item {number}", notes) for number, value in enumerate(values, start=1)]


def _read_item(value: Any, where: str, notes: list[str]) -> WireItem | None:
    # The API's summary objects are papers without an item around them.
    if isinstance(value, dict) and "paper" not in value and "id" in value:
        value = {"paper": value}
    try:
        return read_struct(WireItem, value, where, notes)
    except UnreadableError as problem:
        notes.append(str(problem))
        return None


def read_struct(kind: type[S], value: Any, where: str, notes: list[str]) -> S:
    """``value`` as a ``kind``; optional fields of a wrong type are left out with a note.

    Raises:
        UnreadableError: not an object, or a required field is missing or of a wrong type.
    """
    if not isinstance(value, dict):
        raise UnreadableError(f"{where} is no object")
    read: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in value:
            if field.required:
                raise UnreadableError(f"{where} has no {field.encode_name}")
            continue
        path = f"{where}: {field.encode_name}"
        try:
            read[field.name] = _read_field(field.type, value[field.encode_name], path, notes)
        except UnreadableError as problem:
            if field.required:
                raise
            notes.append(f"{problem}; left out")
    return kind(**read)


def _read_field(kind: Any, value: Any, path: str, notes: list[str]) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        if isinstance(value, dict) and (struct := _struct_of(kind)) is not None:
            return read_struct(struct, value, path, notes)
        if isinstance(value, list) and (struct := _struct_of(_element_of(kind))) is not None:
            return [
                read_struct(struct, one, f"{path} {number}", notes)
                for number, one in enumerate(value, start=1)
            ]
        raise UnreadableError(f"{path}: {problem}") from None


def _element_of(kind: Any) -> Any:
    return next((get_args(option)[0] for option in _options(kind) if get_origin(option) is list), None)


def _struct_of(kind: Any) -> type[msgspec.Struct] | None:
    return next(
        (
            option
            for option in _options(kind)
            if isinstance(option, type) and issubclass(option, msgspec.Struct)
        ),
        None,
    )


def _options(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
