"""What only operators see: what somebody should look at, and how mail stands. Beside Airflow, behind its login."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from broadsheet.mail.accounts import Account, accounts, list_runs, open_runs
from broadsheet.mail.alarms import mail_alarms
from broadsheet.mail.database import open_database
from broadsheet.mail.overview import overview
from broadsheet.mail.states import RunKind
from broadsheet.warehouse.store import WarehouseError
from broadsheet.web.mounting import root_of
from broadsheet.web.site import Site, site_of
from broadsheet.web.sources import Source, sources

MOUNTED_AT = "/broadsheet"
"""Where Airflow has the site; Airflow's own pages are found by leaving it out."""
PATH = "/operators"
NEWEST_RUNS = 20
DAGS = {
    "watch_trending": "loads what the watcher saw on the hub",
    "ingest_lists": "fetches each day's daily, weekly and monthly lists; past days by backfill",
    "send_digests": "sends to everybody who is due",
    "collect_bounces": "reads what came back",
    "housekeeping": "looks for what needs a person, and forgets what is to be forgotten",
}
LOOK_HERE = "send_digests"
"""Whoever may see the runs of this DAG may see this page: it tells more of them."""

router = APIRouter(include_in_schema=False)


@router.get(PATH)
def operators(request: Request) -> Response:
    """Alarms, sources and runs as they stand now; no addresses."""
    site = site_of(request)
    now = site.clock()
    found, silent = _sources(site, now)
    with open_database(site.settings) as database, database.read() as con:
        mail = overview(con, now)
        runs = _runs(con)
    content: dict[str, Any] = {
        "now": now,
        "alarms": (*silent, *mail_alarms(site.settings, now)),
        "sources": found,
        "mail": mail,
        "runs": runs,
        "dags": DAGS,
        "airflow": root_of(request.scope).removesuffix(MOUNTED_AT),
    }
    return site.own_page(request, "operators.html", content)


def _sources(site: Site, now: datetime) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Every source, and in a line each what is wrong with them."""
    try:
        with site.published.reading() as reading:
            found = sources(reading.con, site.settings, now)
    except WarehouseError as error:
        return (), (str(error),)
    return found, tuple(str(source.silence) for source in found if source.silence)


def _runs(con: sa.Connection) -> tuple[Account, ...]:
    """The newest digest runs, and whatever is open, letters too."""
    newest = list_runs(con, kind=RunKind.DIGEST, most=NEWEST_RUNS)
    return accounts(con, (*(run for run in open_runs(con) if run not in newest), *newest))
