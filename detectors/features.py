"""What the models see of a settlement: plain numbers in natural units, taken from facts.

Floats, because a model estimates; no amount that anybody pays or recovers comes from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from domain.codes import CONSUMABLE_LIST, EXAMINATION, LABORATORY, is_drug
from domain.facts import Line, Settled
from domain.moments import DAY, HOUR, Moment, is_date_only, seconds_into_day
from domain.money import ZERO


class SettlementFeatures(Struct, frozen=True, array_like=True):
    """One settlement as AN-01 judges it; None where nobody told us, which is not zero.

    Shares are of the net amount of its lines; ``unit_price`` is the dearest line's;
    ``hour`` runs from 0 to 24.
    """

    fee_yuan: float
    roundness: float
    lines: float | None = None
    drug_share: float | None = None
    exam_share: float | None = None
    material_share: float | None = None
    days_supply: float | None = None
    unit_price_yuan: float | None = None
    hour: float | None = None
    distance_km: float | None = None
    gap_days: float | None = None


def settlement_features(
    settled: Settled,
    lines: Sequence[Line],
    previous_at: Moment | None,
    distance_km: float | None,
) -> SettlementFeatures:
    """Features of a settlement with all lines of its visit.

    ``previous_at`` is the person's settlement before this one, at whatever institution;
    ``distance_km`` lies between the place of treatment and where the person usually goes.
    """
    charged = [line for line in lines if line.amount > 0]
    supplies = [line.days for line in charged if line.days is not None]
    first_of_two = previous_at is not None and previous_at <= settled.at
    return SettlementFeatures(
        fee_yuan=float(max(settled.total, ZERO)),
        roundness=roundness(settled.total),
        lines=float(len(charged)) if charged else None,
        drug_share=_share(lines, [line for line in lines if is_drug(line.code, line.list_type)]),
        exam_share=_share(lines, [line for line in lines if is_examination(line)]),
        material_share=_share(lines, [line for line in lines if is_material(line)]),
        days_supply=float(max(supplies)) if supplies else None,
        unit_price_yuan=float(max(line.price for line in charged)) if charged else None,
        hour=None if is_date_only(settled.at) else seconds_into_day(settled.at) / HOUR,
        distance_km=distance_km,
        gap_days=(settled.at - previous_at) / DAY if previous_at and first_of_two else None,
    )


def roundness(amount: Decimal) -> float:
    """Share of an amount's digits, counted in fen, that are trailing zeros.

    >>> roundness(Decimal("500.00")), roundness(Decimal("523.40")), roundness(Decimal("87.13"))
    (0.8, 0.2, 0.0)
    """
    digits = str(abs(int(amount * 100)))
    return (len(digits) - len(digits.rstrip("0"))) / len(digits)


def _share(lines: Sequence[Line], part: Sequence[Line]) -> float | None:
    """Net amount of the part in the net amount of all, or None when nothing net was charged."""
    whole = sum((line.amount for line in lines), ZERO)
    if whole <= 0:
        return None
    return min(1.0, max(0.0, float(sum((line.amount for line in part), ZERO) / whole)))


def is_examination(line: Line) -> bool:
    return line.category in (EXAMINATION, LABORATORY)


def is_material(line: Line) -> bool:
    """By its list type, else by the national code, where a C before digits is a consumable."""
    return line.list_type == CONSUMABLE_LIST or (
        not line.list_type and line.code[:1] == "C" and line.code[1:3].isdigit()
    )
