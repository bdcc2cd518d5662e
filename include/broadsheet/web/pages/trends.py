"""Trends of a month: what gained votes, who climbed, stayed and came back, and how much moved."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from broadsheet.warehouse.reading import NotFoundError
from broadsheet.warehouse.rows import Record, list_of
from broadsheet.web.drawing.bars import Moves, columns, row_of_days
from broadsheet.web.months import Month
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask, titled
from broadsheet.web.scope import COMMON, Scope, asked_scope
from broadsheet.web.sentences import duration
from broadsheet.web.site import site_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST = {"keyword": 20, "organization": 10, "author": 10}
"""How many of each subject are shown."""
MOST_PAPERS = 10

router = APIRouter(include_in_schema=False)


@router.get("/trends")
def trends(
    request: Request,
    scope: Annotated[Scope, Depends(asked_scope)],
    month: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """What moved in a month, beside the month before; without a name the newest month that was looked at."""
    asked = Month.read(month) if month else None

    def read(reading: Reading) -> dict[str, Any]:
        known = [Month.read(row["month"]) for row in ask(reading.con, "trends/months", **scope.parameters())]
        shown = _shown_month(asked, known, scope)
        return {
            "scope": scope,
            "scopes": dict.fromkeys((*COMMON, scope)),
            "month": shown,
            "months": known,
            **(_content(reading.con, shown, scope) if shown else {}),
        }

    return site_of(request).page(request, "trends.html", read)


def _shown_month(asked: Month | None, known: list[Month], scope: Scope) -> Month | None:
    if asked is not None and asked not in known:
        looks = f" The first look was in {known[0].name}, the last in {known[-1].name}." if known else ""
        raise NotFoundError(f"{scope.name}: not looked at in {asked.name}.{looks}")
    return asked or (known[-1] if known else None)


def _content(con: "DuckDBPyConnection", month: Month, scope: Scope) -> dict[str, Any]:
    within = {"begin": month.begin, "end": month.next.begin, **scope.parameters()}
    gains = ask(con, "trends/gains", **within, before=month.before.begin, most=max(MOST.values()))
    moves = ask(con, "trends/moves", **within)
    return {
        "everything": next((row for row in gains if row["subject"] == "all"), None),
        "gains": {subject: _subject(gains, subject, month, most) for subject, most in MOST.items()},
        "voted": titled(con, _voted(gains)),
        "climbs": _papers(con, ask(con, "trends/climbs", **within, most=MOST_PAPERS)),
        "runs": [
            row | {"lasted": duration(row["lasted_to"] - row["began_at"])}
            for row in _papers(con, ask(con, "trends/runs", **within, most=MOST_PAPERS))
        ],
        "comebacks": [
            row | {"away": duration(row["captured_at"] - row["left_at"])}
            for row in _papers(con, ask(con, "trends/comebacks", **within, most=MOST_PAPERS))
        ],
        "moves": moves,
        "drawing": columns(
            [Moves(row["day"], row["entered"], row["returned"], row["departed"]) for row in moves], month.days
        ),
    }


def _subject(gains: list[Record], subject: str, month: Month, most: int) -> list[dict[str, Any]]:
    """The rows of one subject that gained anything, each with its bar and its days drawn to the same measure."""
    rows = [row for row in gains if row["subject"] == subject and row["votes"] > 0][:most]
    highest = max((count for row in rows for count in _by_day(row).values()), default=0)
    return [
        row
        | {
            "share": round(100 * row["votes"] / rows[0]["votes"], 1),
            "bars": row_of_days(_by_day(row), month.days, highest),
            "busiest": max(row["days"], key=lambda each: each["gained"]),
        }
        for row in rows
    ]


def _voted(gains: list[Record]) -> list[Record]:
    """The papers that gained most."""
    rows = [row for row in gains if row["subject"] == "paper" and row["votes"] > 0]
    return [row | {"paper_id": row["label"]} for row in rows[:MOST_PAPERS]]


def _by_day(row: Record) -> dict[date, int]:
    return {each["day"]: each["gained"] for each in row["days"]}


def _papers(con: "DuckDBPyConnection", rows: list[Record]) -> list[dict[str, Any]]:
    """The rows with their papers' titles and their lists."""
    return [row | {"list": list_of(row)} for row in titled(con, rows)]
