"""How everything stands: every source, every digest run, what is published; and the same for load balancers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request, Response

from broadsheet.mail.states import Reason
from broadsheet.warehouse.reading import totals
from broadsheet.warehouse.rows import Record
from broadsheet.warehouse.store import SCHEMA_VERSION
from broadsheet.web.health import health
from broadsheet.web.questions import ask, newest_snapshot_at
from broadsheet.web.site import site_of
from broadsheet.web.sources import STRIP_DAYS, sources

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RUN_DAYS = 30
REASONS = {
    Reason.NOTHING_NEW: "nothing new",
    Reason.NO_MATCH: "nothing they asked for",
    Reason.SUPPRESSED: "address barred",
    Reason.NOT_ALLOWED: "address not allowed here",
    Reason.NO_CHANNEL: "channel gone",
    Reason.MISSED: "too late",
}
_LOST = ("failed", "suppressed", "expired", "aborted", "quarantined")
_OPEN = ("waiting", "deferred", "in_doubt")

router = APIRouter(include_in_schema=False)


@router.get("/status")
def status(request: Request) -> Response:
    """The page depends on the clock, so it is made anew each time."""
    site = site_of(request)
    now = site.clock()
    with site.published.reading() as reading:
        content = {
            "now": now,
            "published_at": reading.published_at,
            "newest_at": newest_snapshot_at(reading.con),
            "sources": sources(reading.con, site.settings, now),
            "strip_days": STRIP_DAYS,
            "runs": _runs(reading.con, now),
            "run_days": RUN_DAYS,
            "totals": totals(reading.con),
            "schema_version": SCHEMA_VERSION,
        }
    return site.own_page(request, "status.html", content)


@router.get("/healthz")
def healthz(request: Request) -> Response:
    """200 when a publication can be read, else 503; the reason is in the log, not here."""
    found = health(site_of(request))
    return Response(
        msgspec.json.encode(found),
        status_code=200 if found.status == "ok" else 503,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _runs(con: "DuckDBPyConnection", now: datetime) -> list[dict[str, Any]]:
    since = now - timedelta(days=RUN_DAYS)
    excluded: dict[str, list[str]] = {}
    for row in ask(con, "status/exclusions", since=since):
        excluded.setdefault(row["run_key"], []).append(f"{row['subscribers']:,} {REASONS[row['reason']]}")
    return [
        run
        | {
            "taken": run["accepted"] + run["presumed_accepted"],
            "excluded_words": ", ".join(excluded.get(run["run_key"], ())),
            "lost": _in_words(run, _LOST),
            "open": _in_words(run, _OPEN),
        }
        for run in ask(con, "status/runs", since=since)
    ]


def _in_words(run: Record, states: Iterable[str]) -> str:
    """``1 failed, 2 in doubt``; "" for none."""
    return ", ".join(f"{run[state]:,} {state.replace('_', ' ')}" for state in states if run[state])
