"""Spans and counters of our own, where the process speaks OpenTelemetry already: then Airflow, or who instruments
the program, has configured it and sends them on. Where it does not, nothing is imported and nothing is kept.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter

NAME = "broadsheet"
_TRACE = "opentelemetry.trace"
_METRICS = "opentelemetry.metrics"

Value = str | int | float | bool


@contextmanager
def span(name: str, **attributes: Value) -> Iterator[dict[str, Value]]:
    """A span ``broadsheet.<name>`` around the block. What the block puts into the dictionary it is given becomes
    attributes as well. Of an error that leaves it the class alone is noted: messages are for this machine's log.

    Never an address, a token or a text of the hub's in an attribute: spans go to other machines.
    """
    found: dict[str, Value] = {}
    trace = sys.modules.get(_TRACE)
    if trace is None:
        yield found
        return
    begun = trace.get_tracer(NAME).start_as_current_span(
        f"{NAME}.{name}", attributes=attributes, record_exception=False, set_status_on_exception=False
    )
    with begun as current:
        try:
            yield found
        except BaseException as error:
            current.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            current.set_attributes(found)


def count(name: str, amount: int, **attributes: Value) -> None:
    """Add ``amount`` to the counter ``broadsheet.<name>``; attributes as for `span`, of few values."""
    metrics = sys.modules.get(_METRICS)
    if metrics is None or not amount:
        return
    # Who forks begins with another provider: nothing is kept here. The provider knows its counters by name.
    counter: Counter = metrics.get_meter(NAME).create_counter(f"{NAME}.{name}")
    counter.add(amount, attributes)
