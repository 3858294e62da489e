"""A decision: one transaction that records it, moves the alert and tells the detectors."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.etags import Expected
from api.queue.states import CONFIRMED, DISMISSED, queue_state
from api.review.announcement import review_decided
from api.review.reasons import Decision
from api.store import changes, tables
from api.store.changes import Kind


class AlertNotFound(LookupError):
    """No alert of that id."""


class AlertWithdrawn(Exception):
    """A reversal or late evidence has taken the alert back: there is nothing to decide."""


class Ruling(NamedTuple):
    """What a reviewer says of an alert; ``amount`` is what they found, if not what it says."""

    decision: Decision
    reason_code: str
    reason: str
    amount: Decimal | None = None


def decide(
    session: Session, alert_id: str, ruling: Ruling, *, expected: Expected, by: str
) -> tables.Alert:
    """Record a decision on the version the reviewer saw."""
    alert = session.scalar(
        select(tables.Alert).where(tables.Alert.alert_id == alert_id).with_for_update()
    )
    if alert is None:
        raise AlertNotFound(alert_id)
    expected.check(alert.version)
    if alert.withdrawn:
        raise AlertWithdrawn(alert_id)
    decision = tables.Decision(
        alert_id=alert_id,
        alert_version=alert.version,
        decision=CONFIRMED if ruling.decision == "confirm" else DISMISSED,
        reason_code=ruling.reason_code,
        reason=ruling.reason,
        amount=ruling.amount,
        decided_by=by,
        decided_at=datetime.now(UTC),
        learned=False,
    )
    session.add(decision)
    session.flush()
    alert.review_status = decision.decision
    alert.state = queue_state(alert.withdrawn, alert.review_status)
    alert.version += 1
    alert.updated_at = decision.decided_at
    session.add(review_decided(decision))
    changes.announce(session, Kind.ALERT, [alert_id])
    return alert


def history(session: Session, alert_id: str) -> list[tables.Decision]:
    """All decisions on an alert, the latest first."""
    query = select(tables.Decision).where(tables.Decision.alert_id == alert_id)
    return list(session.scalars(query.order_by(tables.Decision.id.desc())))
