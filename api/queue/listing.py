"""One page of the queue, and what the whole of it adds up to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.cursors import BadCursor, Cursors, Place
from api.queue.filters import AlertFilters, AlertQuery
from api.store.tables import Alert
from domain.money import ZERO


class Page(NamedTuple):
    alerts: Sequence[Alert]
    next_cursor: str | None


class Totals(NamedTuple):
    """``amount_counted`` counts every claim line once, whatever number of alerts it is in."""

    alerts: int
    amount_counted: Decimal
    by_severity: Mapping[int, int]


class _Order(NamedTuple):
    """A column to sort by, and how its value travels in a cursor."""

    column: InstrumentedAttribute[Any]
    to_place: Callable[[Any], float | int | str]
    from_place: Callable[[Any], object]


def _same(value: Any) -> Any:
    return value


_MOMENT: Final = (datetime.isoformat, datetime.fromisoformat)
_ORDERS: Final = {
    "priority": _Order(Alert.priority, _same, _same),
    "severity": _Order(Alert.severity, _same, _same),
    "amount": _Order(Alert.amount, str, Decimal),
    "occurred_at": _Order(Alert.occurred_at, *_MOMENT),
    "created_at": _Order(Alert.created_at, *_MOMENT),
}


def page(session: Session, query: AlertQuery, cursors: Cursors) -> Page:
    """The page a query asks for, by key rather than by number: rows may come and go meanwhile."""
    name = query.sort.removeprefix("-")
    order = _ORDERS[name]
    statement = select(Alert).where(*query.conditions())
    if query.cursor is not None:
        place = cursors.read(query.cursor, _fingerprint(query))
        statement = statement.where(_beyond(query.sort, place))
    rows = session.scalars(_ordered(statement, query.sort).limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    if len(rows) <= query.limit:
        return Page(shown, None)
    last = shown[-1]
    value = order.to_place(getattr(last, name))
    return Page(shown, cursors.write(Place(_fingerprint(query), value, last.alert_id)))


def next_in_line(session: Session, filters: AlertFilters, beside: str) -> str | None:
    """The open alert of the highest priority among these, other than the one just handled."""
    return session.scalar(
        select(Alert.alert_id)
        .where(*filters.conditions(), Alert.state == "open", Alert.alert_id != beside)
        .order_by(Alert.priority.desc(), Alert.alert_id.desc())
        .limit(1)
    )


def totals(session: Session, filters: AlertFilters) -> Totals:
    """What the alerts of a query add up to."""
    rows = session.execute(
        select(Alert.severity, func.count(), func.sum(Alert.amount_counted))
        .where(*filters.conditions())
        .group_by(Alert.severity)
    ).all()
    amount = sum((row[2] for row in rows), ZERO)
    return Totals(sum(row[1] for row in rows), amount, {row[0]: row[1] for row in rows})


def _ordered(statement: Select[Alert], sort: str) -> Select[Alert]:
    column = _ORDERS[sort.removeprefix("-")].column
    if sort.startswith("-"):
        return statement.order_by(column.desc(), Alert.alert_id.desc())
    return statement.order_by(column.asc(), Alert.alert_id.asc())


def _beyond(sort: str, place: Place) -> ColumnElement[bool]:
    order = _ORDERS[sort.removeprefix("-")]
    try:
        value = order.from_place(place.value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise BadCursor from error
    if sort.startswith("-"):
        beyond, id_beyond = order.column < value, Alert.alert_id < place.last_id
    else:
        beyond, id_beyond = order.column > value, Alert.alert_id > place.last_id
    return or_(beyond, and_(order.column == value, id_beyond))


def _fingerprint(query: AlertQuery) -> str:
    """What makes two pages the same query; the page size may change on the way."""
    text = query.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256(text.encode()).hexdigest()[:16]
