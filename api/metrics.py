"""What the service measures of itself, in a registry of its own; served at /metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

_LATENCY_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Reader = Callable[[], Mapping[str, float]]


class Metrics:
    """Requests by route template: a path would name alerts, and so persons."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "fundguard_http_requests",
            "HTTP requests by route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.latency = Histogram(
            "fundguard_http_request_seconds",
            "Time to the end of the answer by route",
            ["method", "route"],
            buckets=_LATENCY_SECONDS,
            registry=self.registry,
        )

    def gauge(self, name: str, text: str, label: str, read: Reader) -> None:
        """A gauge that is read when it is scraped: values by label."""
        self.registry.register(_Read(name, text, label, read))

    def render(self) -> bytes:
        return generate_latest(self.registry)


class _Read(Collector):
    def __init__(self, name: str, text: str, label: str, read: Reader) -> None:
        self._name = name
        self._text = text
        self._label = label
        self._read = read

    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily(self._name, self._text, labels=[self._label])
        try:
            values = self._read()
        # A source or database that is down must not take the other numbers down with it; what is
        # missing from a scrape is itself an alarm.
        except Exception:  # noqa: BLE001
            return
        for label, value in values.items():
            family.add_metric([label], value)
        yield family

    def describe(self) -> Iterable[Metric]:
        return [GaugeMetricFamily(self._name, self._text, labels=[self._label])]
