"""Whether the site can answer, in a few words for load balancers and monitors."""

from datetime import datetime
from typing import Literal

import msgspec

from broadsheet import __version__
from broadsheet.warehouse.silence import silences
from broadsheet.warehouse.store import WarehouseError
from broadsheet.web.questions import newest_snapshot_at
from broadsheet.web.site import Site


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """``ok``: a publication can be read. ``silent`` names watched lists that gave nothing to believe for too long:
    the pages stand, but what they show grows old. Times are UTC.
    """

    status: Literal["ok", "unavailable"]
    version: str = __version__
    published_at: datetime | None = None
    newest_snapshot_at: datetime | None = None
    silent: tuple[str, ...] = ()


def health(site: Site) -> Health:
    """How it stands now: the publication is really read, nothing is kept."""
    try:
        with site.published.reading() as reading:
            return Health(
                status="ok",
                published_at=reading.published_at,
                newest_snapshot_at=newest_snapshot_at(reading.con),
                silent=tuple(
                    str(each.list_id) for each in silences(reading.con, site.settings, site.clock())
                ),
            )
    except WarehouseError:
        return Health(status="unavailable")
