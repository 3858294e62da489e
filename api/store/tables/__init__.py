"""The tables, by what they are about; `Table.metadata` knows all of them once this is imported."""

from api.store.tables.alerts import Alert, Decision, RankerState, Reading
from api.store.tables.cases import Case, CaseAlert, CaseEvidence, CaseNote, CaseStep
from api.store.tables.declarative import Table
from api.store.tables.people import AccessToken, LoginFailure, Session, User
from api.store.tables.plumbing import Change, Counter, Idempotency, Lease, Offset, Outgoing

__all__ = [
    "AccessToken",
    "Alert",
    "Case",
    "CaseAlert",
    "CaseEvidence",
    "CaseNote",
    "CaseStep",
    "Change",
    "Counter",
    "Decision",
    "Idempotency",
    "Lease",
    "LoginFailure",
    "Offset",
    "Outgoing",
    "RankerState",
    "Reading",
    "Session",
    "Table",
    "User",
]
