"""How everything stands, read when it is asked for, and not oftener than it moves."""

import logging
from collections.abc import Iterator
from itertools import chain

from prometheus_client.core import GaugeMetricFamily

from broadsheet import __version__
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailError
from broadsheet.mail.figures import Debt, Figures, read_debt, read_figures
from broadsheet.warehouse.store import WarehouseError
from broadsheet.web.metrics.families import gauges
from broadsheet.web.metrics.kept import Kept
from broadsheet.web.metrics.mail import debt_families, mail_families
from broadsheet.web.metrics.warehouse import Stand, file_families, read_stand, stand_families
from broadsheet.web.site import Site

STAND_SECONDS = 60.0
"""For one publication: only a list's silence moves with the clock."""
MAIL_SECONDS = 15.0
DEBT_SECONDS = 300.0
"""It is found by looking at every subscriber who is due."""

_log = logging.getLogger("broadsheet.web")


class Standing:
    """The gauges of one site. What cannot be read is left out, and ``broadsheet_readable`` says so."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stand: Kept[Stand] = Kept(STAND_SECONDS)
        self._figures: Kept[Figures] = Kept(MAIL_SECONDS)
        self._debt: Kept[Debt] = Kept(DEBT_SECONDS)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of them, as they stand now."""
        yield gauges(
            "broadsheet_build_info", "The version that answers", ["version"], [((__version__,), 1.0)]
        )
        readable: dict[str, float] = {}
        for store, read in (("warehouse", self._warehouse), ("mail", self._mail)):
            try:
                families = list(read())
            except (WarehouseError, MailError) as error:
                _log.error("no numbers of the %s: %s", store, error)
                families = []
            readable[store] = float(bool(families))
            yield from families
        yield gauges(
            "broadsheet_readable",
            "1 where the publication, or the mail database, can be read",
            ["store"],
            [((store,), value) for store, value in readable.items()],
        )

    def _warehouse(self) -> Iterator[GaugeMetricFamily]:
        tag, published_at = self._site.published.newest()
        stand = self._stand.get(tag, self._read_stand)
        return chain(file_families(self._site.settings, published_at), stand_families(stand))

    def _mail(self) -> Iterator[GaugeMetricFamily]:
        figures = self._figures.get(None, self._read_figures)
        debt = self._debt.get(None, self._read_debt)
        return chain(mail_families(figures), debt_families(debt))

    def _read_stand(self) -> Stand:
        with self._site.published.reading() as reading:
            return read_stand(reading.con, self._site.settings, self._site.clock())

    def _read_figures(self) -> Figures:
        with open_database(self._site.settings) as database, database.read() as con:
            return read_figures(con, self._site.clock())

    def _read_debt(self) -> Debt:
        with open_database(self._site.settings) as database, database.read() as con:
            return read_debt(con, self._site.clock())
