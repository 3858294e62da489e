"""Alerts as they go out: on the topic, in the queue's API and in a file, one form (contract §2)."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec
from msgspec import Struct

OPEN: Final = "open"
WITHDRAWN: Final = "withdrawn"


class AlertEvidence(Struct, frozen=True, kw_only=True):
    event_id: str
    summary: str
    values: dict[str, str]


class AlertLine(Struct, frozen=True, kw_only=True):
    """A claim line; ``counted_in`` names the alert that already counts its amount, if another."""

    feedetl_sn: str
    med_list_codg: str
    amount: str
    counted_in: str | None = None


class Window(Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    since: str
    until: str


class Alert(Struct, frozen=True, kw_only=True):
    """One reason for a human to look.

    ``amount`` is the rule's own formula (M1-M8, yuan); ``amount_counted`` is the part of it that
    no other open alert counts, so that sums over alerts never count a line twice.
    """

    alert_id: str
    rule_id: str
    rule_version: str
    knowledge_version: str
    phase: str
    name: str
    name_en: str
    severity: int
    status: str
    action: str
    state: str
    psn_no: str
    fixmedins_code: str
    practitioner: str
    mdtrt_id: str
    setl_id: str
    lines: tuple[AlertLine, ...]
    amount: str
    amount_counted: str
    amount_formula: str
    legal_basis: tuple[str, ...]
    case_cause_no: tuple[str, ...]
    kp_ids: tuple[str, ...]
    evidence: tuple[AlertEvidence, ...]
    window: Window | None
    parameters: dict[str, str]
    explanation: str
    counterfactual: str
    score: float | None
    contributions: dict[str, str]
    occurred_at: str
    hit_count: int
    dedup_key: str
    withdrawn_by: str | None = None


ALERT_DECODER: Final = msgspec.json.Decoder(Alert)


def encode(alert: Alert) -> bytes:
    """The one byte form of an alert: equal alerts are equal bytes, through whichever door."""
    return msgspec.json.encode(alert)


def alert_id(rule: str, subject: str, key: str, anchor: str) -> str:
    """The id that the same events always end with.

    >>> alert_id("ID-02", "person", "P1", "e2") == alert_id("ID-02", "person", "P1", "e2")
    True
    """
    digest = hashlib.blake2b("\x1f".join((rule, subject, key, anchor)).encode(), digest_size=12)
    return f"{rule}-{digest.hexdigest()}"
