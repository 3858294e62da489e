"""What a worker tells Prometheus. Labels are bounded, and none names a person or institution."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from domain.events import ClaimEvent
from engine.auditor import Chunk

REGISTRY: Final = CollectorRegistry()

EVENTS: Final = Counter(
    "fundguard_events_total", "Events audited, by type.", ["type"], registry=REGISTRY
)
REJECTED: Final = Counter(
    "fundguard_rejected_events_total", "Dead letters, by stage.", ["stage"], registry=REGISTRY
)
ALERTS: Final = Counter("fundguard_alerts_total", "Alerts sent or sent anew.", registry=REGISTRY)
NOT_EVALUATED: Final = Counter(
    "fundguard_rule_failures_total", "Judgements a rule failed at.", ["rule"], registry=REGISTRY
)
TOO_LATE: Final = Counter(
    "fundguard_too_late_facts_total", "Facts older than any window.", registry=REGISTRY
)
CHUNK_SECONDS: Final = Histogram(
    "fundguard_chunk_seconds",
    "Time a chunk took, from read to committed.",
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LAG: Final = Gauge("fundguard_lag_events", "Events waiting to be audited.", registry=REGISTRY)
CLOCK: Final = Gauge(
    "fundguard_event_time_seconds", "Event time reached, epoch seconds.", registry=REGISTRY
)


def count_events(events: list[ClaimEvent]) -> None:
    for event in events:
        EVENTS.labels(event.name).inc()


def count_chunk(chunk: Chunk) -> None:
    ALERTS.inc(len(chunk.alerts))
    TOO_LATE.inc(chunk.too_late)
    for rule, count in chunk.failures.items():
        NOT_EVALUATED.labels(rule).inc(count)


def serve(port: int) -> None:
    """Answer ``/metrics`` on 127.0.0.1."""
    start_http_server(port, addr="127.0.0.1", registry=REGISTRY)
