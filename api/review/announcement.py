"""The CloudEvent by which a decision leaves for the detectors (contract §1, review.decided)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from api.store.tables import Decision, Outgoing
from domain.moments import CHINA
from domain.money import yuan

SOURCE: Final = "/fundguard/api"
TYPE: Final = "cn.fundguard.review.decided.v1"


def review_decided(decision: Decision) -> Outgoing:
    """The outbox row of a decision that already has its number."""
    at = decision.decided_at.astimezone(CHINA)
    data = {
        "alert_id": decision.alert_id,
        "decision": decision.decision,
        "decided_at": at.strftime("%Y-%m-%d %H:%M:%S"),
        "reviewer": decision.decided_by,
    }
    if decision.amount is not None:
        data["amount"] = yuan(decision.amount)
    event = {
        "specversion": "1.0",
        "id": f"{decision.alert_id}.{decision.id}",
        "source": SOURCE,
        "type": TYPE,
        "time": at.isoformat(timespec="seconds"),
        "subject": decision.alert_id,
        "datacontenttype": "application/json",
        "data": data,
    }
    return Outgoing(
        key=decision.alert_id,
        type=TYPE,
        event=msgspec.json.encode(event),
        created_at=datetime.now(UTC),
    )
