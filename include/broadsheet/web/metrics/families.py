"""Gauges that are made anew for each reading, from how things stand."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily


def gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    """One number."""
    return GaugeMetricFamily(name, help_text, value=value)


def gauges(
    name: str, help_text: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    """A number for each of the label values, in the order of ``labels``."""
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for named, value in values:
        family.add_metric(named, value)
    return family


def counts(
    name: str, help_text: str, label: str, of: Iterable[str], found: Mapping[str, int]
) -> GaugeMetricFamily:
    """How many there are of each of ``of``, also where there are none: a missing number is no zero."""
    return gauges(name, help_text, [label], (((str(one),), found.get(one, 0)) for one in of))


def moment(at: datetime) -> float:
    """Seconds since 1970 (UTC), as Prometheus counts time."""
    return at.timestamp()


def size(path: Path) -> int | None:
    """The bytes of a file, None where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return None
