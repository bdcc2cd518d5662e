"""Rows of the mail database as structs."""

from typing import TypeVar

import msgspec
import sqlalchemy as sa

Struct = TypeVar("Struct", bound=msgspec.Struct)


def as_struct(row: sa.RowMapping, kind: type[Struct], **more: object) -> Struct:
    """A row, and whatever else there is to say, as a struct of that kind; names of states become their enums."""
    # SQLAlchemy's names of columns are strings of its own kind, which msgspec does not take.
    return msgspec.convert({str(name): value for name, value in row.items()} | more, kind)
