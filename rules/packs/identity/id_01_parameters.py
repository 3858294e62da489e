"""Parameters of ID-01: what each sign weighs, and when it is one."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rules.rule import Parameters

DOUBTED: Final = "ID-01.place_in_doubt"


class CredentialParameters(Parameters, frozen=True, kw_only=True):
    """06-rules ID-01: no weak sign alone reaches the alert line."""

    score_alert: int = 60
    score_hold: int = 80
    window_hours: int = 2
    lookback_days: int = 180
    loss_report_weight: int = 100
    face_fail_weight: int = 50
    impossible_travel_weight: int = 45
    sex_conflict_weight: int = 35
    age_conflict_weight: int = 25
    crowded_terminal_weight: int = 25
    new_institution_far_weight: int = 15
    drug_class_never_used_weight: int = 15
    cert_downgrade_weight: int = 10
    face_min_score: Decimal = Decimal("0.80")
    face_min_liveness: Decimal = Decimal("0.50")
    far_km: int = 100
    high_value_yuan: Decimal = Decimal(300)
