"""Rows of the queue as its table shows them, whether with the page or live."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.queue.filters import AlertQuery
from api.store import tables
from domain.alerts import ALERT_DECODER

_ORDERS: Final[Mapping[str, Callable[[tables.Alert], float]]] = {
    "priority": lambda alert: alert.priority,
    "severity": lambda alert: float(alert.severity),
    "amount": lambda alert: float(alert.amount),
    "occurred_at": lambda alert: alert.occurred_at.timestamp(),
    "created_at": lambda alert: alert.created_at.timestamp(),
}


class Row(NamedTuple):
    """``order`` tells the page where a live row belongs: larger is further up."""

    alert: tables.Alert
    explanation: str
    order: float


class Changed(NamedTuple):
    """Rows that changed: those that still fit the filters, and those that no longer do."""

    inside: Sequence[Row]
    outside: Sequence[Row]


def rows_of(alerts: Sequence[tables.Alert], sort: str) -> list[Row]:
    key = _ORDERS[sort.removeprefix("-")]
    sign = 1.0 if sort.startswith("-") else -1.0
    return [
        Row(alert, ALERT_DECODER.decode(alert.content).explanation, sign * key(alert))
        for alert in alerts
    ]


def changed_rows(session: Session, query: AlertQuery, alert_ids: Sequence[str]) -> Changed:
    """What became of some alerts, seen through the filters of one page."""
    among = select(tables.Alert).where(tables.Alert.alert_id.in_(alert_ids))
    fitting = session.scalars(among.where(*query.conditions())).all()
    names = {alert.alert_id for alert in fitting}
    others = [alert for alert in session.scalars(among).all() if alert.alert_id not in names]
    return Changed(rows_of(fitting, query.sort), rows_of(others, query.sort))


def rules_of(session: Session) -> Sequence[tuple[str, str, str]]:
    """Id and names of the rules that have alerts, for the filter."""
    rows = session.execute(
        select(tables.Alert.rule_id, tables.Alert.name, tables.Alert.name_en)
        .group_by(tables.Alert.rule_id, tables.Alert.name, tables.Alert.name_en)
        .order_by(tables.Alert.rule_id)
    ).all()
    return list({row[0]: (row[0], row[1], row[2]) for row in rows}.values())
