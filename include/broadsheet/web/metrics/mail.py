"""How mail stands."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from broadsheet.mail.bounces.kinds import Kind
from broadsheet.mail.figures import Debt, Figures
from broadsheet.mail.states import OPEN_RUNS, RunKind, State, SubscriberState
from broadsheet.web.metrics.families import counts, gauge, gauges, moment


def mail_families(figures: Figures) -> Iterator[GaugeMetricFamily]:
    """The figures as gauges."""
    yield counts(
        "broadsheet_subscribers", "Subscribers by state", "state", SubscriberState, figures.subscribers
    )
    yield gauges(
        "broadsheet_runs",
        "Runs that are open",
        ["kind", "state"],
        [((kind, state), figures.runs.get((kind, state), 0)) for kind in RunKind for state in OPEN_RUNS],
    )
    yield gauges(
        "broadsheet_deliveries",
        "Deliveries of open runs and of those of the last day",
        ["kind", "state"],
        [((kind, state), figures.deliveries.get((kind, state), 0)) for kind in RunKind for state in State],
    )
    yield counts("broadsheet_bounces", "What came back in the last seven days", "kind", Kind, figures.bounces)
    yield gauge(
        "broadsheet_complaint_ratio",
        "Complaints for each accepted mail: the highest of the runs complained of in the last seven days",
        figures.complaint_rate,
    )
    if figures.opened_at is not None:
        yield gauge(
            "broadsheet_run_opened_timestamp_seconds",
            "When the newest digest run was opened",
            moment(figures.opened_at),
        )


def debt_families(debt: Debt) -> Iterator[GaugeMetricFamily]:
    """What is owed as gauges."""
    yield gauge("broadsheet_digests_owed", "Digests that are due and in no run", debt.owed)
    if debt.since is not None:
        yield gauge(
            "broadsheet_digests_owed_since_timestamp_seconds",
            "When the first digest was due that is in no run",
            moment(debt.since),
        )
