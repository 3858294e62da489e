"""Alerts, what reviewers decided about them, who looked at them, and what the ranker learned."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant, Yuan
from api.store.tables.declarative import Table

Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER key


class Alert(Table):
    """An alert: the engine's content as it came, and the queue's own columns beside it.

    ``state`` is what the queue shows (open, confirmed, dismissed, withdrawn); ``review_status``
    is the reviewers' last word alone (pending, confirmed, dismissed). ``version`` counts changes
    of content, decision or withdrawal, not of the priority: a new order of the queue must not
    make a reviewer's form stale. Columns taken from the content serve to filter and may be
    cut; the content never is.
    """

    __tablename__ = "alerts"

    alert_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    rule_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    severity: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text)
    phase: Mapped[str] = mapped_column(Text)
    has_score: Mapped[bool]
    psn_no: Mapped[str] = mapped_column(Text)
    fixmedins_code: Mapped[str] = mapped_column(Text)
    practitioner: Mapped[str] = mapped_column(Text)
    mdtrt_id: Mapped[str] = mapped_column(Text)
    setl_id: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal] = mapped_column(Yuan)
    amount_counted: Mapped[Decimal] = mapped_column(Yuan)
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16))
    review_status: Mapped[str] = mapped_column(String(16), default="pending")
    withdrawn_by: Mapped[str | None] = mapped_column(Text)
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[float]
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_alerts_queue", "state", "priority", "alert_id"),
        Index("ix_alerts_occurred", "occurred_at", "alert_id"),
        Index("ix_alerts_created", "created_at", "alert_id"),
        Index("ix_alerts_amount", "state", "amount", "alert_id"),
        Index("ix_alerts_rule", "rule_id", "name", "name_en"),
        Index("ix_alerts_totals", "state", "severity", "amount_counted"),
        Index("ix_alerts_institution", "fixmedins_code", "state"),
        Index("ix_alerts_person", "psn_no"),
    )


class Decision(Table):
    """One decision of one reviewer; the last one of an alert counts, all of them stay."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    alert_id: Mapped[str] = mapped_column(ForeignKey("alerts.alert_id"), index=True)
    alert_version: Mapped[int] = mapped_column(Integer)
    decision: Mapped[str] = mapped_column(String(16))
    reason_code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Yuan)
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at: Mapped[datetime] = mapped_column(Instant, index=True)
    learned: Mapped[bool] = mapped_column(default=False, index=True)


class Reading(Table):
    """Who saw which person's alert, and when (domain/12): written with every view of one."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str] = mapped_column(String(80), index=True)
    action: Mapped[str] = mapped_column(String(16))
    alert_id: Mapped[str] = mapped_column(String(80), index=True)
    trace_id: Mapped[str] = mapped_column(String(32))


class RankerState(Table):
    """What the ranker has learned, one row; ``version`` tells readers when to load it again."""

    __tablename__ = "ranker_states"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    updated_at: Mapped[datetime] = mapped_column(Instant)
