"""Numbers read when Prometheus asks: the queue, the intake's lag, the outbox, the loops."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from api import outbox, ranking
from api.intake import Intake
from api.loops import Loop
from api.metrics import Metrics
from api.store.database import Store
from api.store.tables import Alert


def register(
    metrics: Metrics, store: Store, loops: Mapping[str, Loop], intake: Intake | None
) -> None:
    metrics.gauge(
        "fundguard_queue_alerts", "Alerts by state", "state", lambda: _alerts_by_state(store)
    )
    metrics.gauge(
        "fundguard_queue_amount_yuan",
        "Yuan in question, every claim line counted once",
        "state",
        lambda: _amount_by_state(store),
    )
    metrics.gauge(
        "fundguard_outbox_waiting",
        "Events that have not left yet",
        "outbox",
        lambda: {"decisions": float(outbox.waiting(store))},
    )
    metrics.gauge(
        "fundguard_loop_failing",
        "Failures in a row of the work beside the requests",
        "loop",
        lambda: {name: float(loop.failing) for name, loop in loops.items()},
    )
    metrics.gauge(
        "fundguard_ranker", "What the ranker has learned", "value", lambda: _ranker(store)
    )
    if intake is not None:
        metrics.gauge("fundguard_intake", "The intake of alerts", "value", lambda: _intake(intake))


def _alerts_by_state(store: Store) -> dict[str, float]:
    with store.read() as session:
        rows = session.execute(select(Alert.state, func.count()).group_by(Alert.state)).all()
    return {state: float(count) for state, count in rows}


def _amount_by_state(store: Store) -> dict[str, float]:
    query = select(Alert.state, func.sum(Alert.amount_counted)).group_by(Alert.state)
    with store.read() as session:
        rows = session.execute(query).all()
    return {state: float(amount) for state, amount in rows}


def _ranker(store: Store) -> dict[str, float]:
    with store.read() as session:
        ranker = ranking.load(session).ranker
    values = {"learned_decisions": float(ranker.learned)}
    if ranker.brier is not None:
        values["brier_score"] = ranker.brier
    return values


def _intake(intake: Intake) -> dict[str, float]:
    return {
        "lag_records": float(intake.lag()),
        "stored": float(intake.stored),
        "malformed": float(intake.malformed),
    }
