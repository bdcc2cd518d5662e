"""Addresses that may not be written to, by their keyed hash: this outlives the address itself."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from broadsheet.mail.schema import suppressions
from broadsheet.mail.states import SuppressionReason


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """Why, since when and who says so; ``delivery_id`` is the delivery that brought it about, if one did."""

    reason: SuppressionReason
    since: datetime
    source: str
    delivery_id: str | None = None


def suppress(con: sa.Connection, address_hash: str, suppression: Suppression) -> bool:
    """Write to that address no more; whether it could be written to before. The first reason is kept."""
    row = msgspec.structs.asdict(suppression) | {
        "address_hash": address_hash,
        "reason": str(suppression.reason),
    }
    try:
        with con.begin_nested():
            con.execute(suppressions.insert(), row)
    except sa.exc.IntegrityError:
        return False
    return True


def unsuppress(
    con: sa.Connection, address_hash: str, reasons: Collection[SuppressionReason] = tuple(SuppressionReason)
) -> bool:
    """Let that address be written to again, if it is suppressed for one of ``reasons``; whether it was."""
    gone = con.execute(
        suppressions.delete().where(
            suppressions.c.address_hash == address_hash, suppressions.c.reason.in_(list(reasons))
        )
    )
    return gone.rowcount > 0


def find(con: sa.Connection, address_hash: str) -> Suppression | None:
    """Why that address may not be written to; None if it may."""
    query = sa.select(suppressions).where(suppressions.c.address_hash == address_hash)
    row = con.execute(query).mappings().first()
    return None if row is None else _suppression(row)


def every(con: sa.Connection) -> dict[str, Suppression]:
    """All suppressions by address hash."""
    rows = con.execute(sa.select(suppressions)).mappings()
    return {row["address_hash"]: _suppression(row) for row in rows}


def _suppression(row: Mapping[Any, Any]) -> Suppression:
    return Suppression(
        reason=SuppressionReason(row["reason"]),
        since=row["since"],
        source=row["source"],
        delivery_id=row["delivery_id"],
    )
