"""Our own spans and counters: with whoever listens, and without."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from broadsheet.telemetry import count, span

SILENT = """
import sys
from broadsheet.hub import watch
from broadsheet.mail import opening, sending
from broadsheet.telemetry import count, span
from broadsheet.warehouse import ingest

with span("load", list="trending") as told:
    told["captures"] = 1
count("captures", 1)
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What is exported."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryMetricReader]:
    """What is read of the counters."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    yield reader
    provider.shutdown()


def test_without_opentelemetry_nothing_is_imported_and_nothing_kept():
    ended = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def test_a_span_has_what_was_known_before_and_what_was_found(spans):
    with span("load", list="trending") as told, span("publish"):
        told["captures"] = 3
    inner, outer = spans.get_finished_spans()
    assert (inner.name, outer.name) == ("broadsheet.publish", "broadsheet.load")
    assert inner.parent.span_id == outer.context.span_id
    assert outer.attributes == {"list": "trending", "captures": 3}
    assert outer.status.is_ok


def test_of_an_error_the_class_is_noted_and_not_what_it_says(spans):
    def fail():
        with span("send") as told:
            told["run"] = "r"
            raise ValueError("ada@example.org is no address")

    with pytest.raises(ValueError, match="ada"):
        fail()
    (failed,) = spans.get_finished_spans()
    assert (failed.status.is_ok, failed.status.description) == (False, "ValueError")
    assert failed.attributes == {"run": "r"}
    assert "ada" not in failed.to_json()


def test_a_counter_adds_up_by_its_attributes(counted):
    for state, mails in (("accepted", 2), ("accepted", 3), ("failed", 1), ("deferred", 0)):
        count("mails", mails, state=state)
    (resource,) = counted.get_metrics_data().resource_metrics
    (scope,) = resource.scope_metrics
    (metric,) = scope.metrics
    found = {point.attributes["state"]: point.value for point in metric.data.data_points}
    assert (metric.name, found) == ("broadsheet.mails", {"accepted": 5, "failed": 1})
