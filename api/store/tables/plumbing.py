"""What makes the store safe to write from many places and to read from many others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.tables.alerts import Id
from api.store.tables.declarative import Table


class Offset(Table):
    """How far the intake has read a partition; moves in the same transaction as its alerts."""

    __tablename__ = "intake_offsets"

    partition: Mapped[str] = mapped_column(String(120), primary_key=True)
    next_offset: Mapped[int] = mapped_column(BigInteger)


class Outgoing(Table):
    """An event that must leave: written with what it reports, sent later, at least once."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(80))
    event: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant, index=True)


class Idempotency(Table):
    """A request that may be repeated: its body's digest and, once known, its answer."""

    __tablename__ = "idempotency_keys"

    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None] = mapped_column(Integer)
    etag: Mapped[str | None] = mapped_column(String(40))
    location: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Lease(Table):
    """Which process does a job that only one may do at a time."""

    __tablename__ = "leases"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime] = mapped_column(Instant)


class Counter(Table):
    """A number handed out in commit order: the row stays locked until its transaction ends."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Change(Table):
    """What changed, in commit order: the live console follows it. Old rows are dropped."""

    __tablename__ = "changes"

    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
