"""Streams to judge: plausible settlements with planted outliers, and months of peers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from numpy.random import Generator

from detectors.features import SettlementFeatures, roundness
from detectors.peer_deviation import MonthVector

Settlements = Callable[[int, int, float], tuple[list[SettlementFeatures], list[str]]]
Streams = dict[str, Callable[[int, int], list[Any]]]


def _usual(r: Generator) -> dict[str, Any]:
    """An outpatient settlement of a level-2 hospital: many lines cost more, shares trade off."""
    lines = 1 + int(r.poisson(r.gamma(2, 2.5)))
    log_fee = 1.2 + 0.75 * np.log10(lines) + 0.30 * r.standard_normal()
    drug, exam, material, _ = [1, 0, 0, 0] if r.random() < 0.3 else r.dirichlet([3, 1.2, 0.25, 1.0])
    supply = r.choice([14, 28, 30]) if r.random() < 0.25 else r.choice([0, 3, 5, 7])
    hour = r.normal(9.5, 1.3) if r.random() < 0.6 else r.normal(15, 1.4)
    return {
        "fee_yuan": 10**log_fee,
        "lines": lines,
        "drug_share": drug,
        "exam_share": exam,
        "material_share": material,
        "days_supply": supply if drug > 0.05 else None,
        "unit_price_yuan": 10 ** (log_fee - 0.6 * np.log10(lines) + 0.2 * r.standard_normal()),
        "hour": (r.uniform(0, 24) if r.random() < 0.03 else hour) % 24,
        "distance_km": None if r.random() < 0.35 else r.lognormal(1.2, 1.0),
        "gap_days": None if r.random() < 0.3 else r.lognormal(3.0, 1.1),
    }


def _dear(x: dict[str, Any], r: Generator) -> None:
    x["fee_yuan"] *= r.uniform(12, 30)
    x["unit_price_yuan"] *= 10


def _night_hoard(x: dict[str, Any], r: Generator) -> None:
    x |= {"hour": r.uniform(1, 4), "days_supply": r.choice([60, 90, 120])}
    x |= {"drug_share": 1, "exam_share": 0, "material_share": 0}


def _overpriced(x: dict[str, Any], r: Generator) -> None:
    x["unit_price_yuan"] *= 10 ** r.uniform(1.5, 2.2)
    x["fee_yuan"] *= 3


def _one_dear_line(x: dict[str, Any], r: Generator) -> None:
    fee = 10 ** r.uniform(2.4, 2.7)
    x |= {"lines": 1, "fee_yuan": fee, "unit_price_yuan": fee}


def _far_and_frequent(x: dict[str, Any], r: Generator) -> None:
    x |= {"distance_km": r.uniform(300, 1500), "gap_days": r.uniform(0, 0.1)}


def _round_material(x: dict[str, Any], r: Generator) -> None:
    fee = float(r.choice([1000, 1500, 2000, 3000]))
    x |= {"fee_yuan": fee, "unit_price_yuan": fee * 0.6}
    x |= {"drug_share": 0, "exam_share": 0, "material_share": 0.95}


def _odd_in_many(x: dict[str, Any], r: Generator) -> None:
    x |= {"lines": 21, "gap_days": r.uniform(0.3, 1), "hour": r.uniform(18.5, 21)}
    x |= {"drug_share": 0.05, "exam_share": 0.85, "material_share": 0.05, "distance_km": 25}


PLANTED = [
    _dear,
    _night_hoard,
    _overpriced,
    _one_dear_line,
    _far_and_frequent,
    _round_material,
    _odd_in_many,
]


@lru_cache(maxsize=8)
def plausible_settlements(
    seed: int, count: int, share: float
) -> tuple[list[SettlementFeatures], list[str]]:
    r = np.random.default_rng(seed)
    stream, kinds = [], []
    for _ in range(count):
        x, kind = _usual(r), ""
        if r.random() < share:
            plant = PLANTED[r.integers(len(PLANTED))]
            plant(x, r)
            kind = plant.__name__
        x["fee_yuan"] = round(x["fee_yuan"], 2)
        x["roundness"] = roundness(Decimal(str(x["fee_yuan"])))
        numbers = {name: value if value is None else float(value) for name, value in x.items()}
        stream.append(SettlementFeatures(**numbers))  # type: ignore[arg-type]
        kinds.append(kind)
    return stream, kinds


@pytest.fixture
def settlements() -> Settlements:
    """(seed, count, share) -> settlements of one stratum, and what each was planted as."""
    return plausible_settlements


def _months(seed: int, count: int) -> list[MonthVector]:
    """Months of one peer group, three in a row, a few of them far off or resting on little."""
    r = np.random.default_rng(seed)
    return [
        MonthVector(
            subject=f"H{n % 60:03}",
            month=24_300 + n * 3 // count,
            events=int(r.integers(5, 900)),
            values={
                "fee_per_visit": float(r.normal(210, 25)),
                "drug_share": float(r.beta(8, 12)),
                "exam_share": float(r.beta(4, 16)),
                "night_share": 0.0 if r.random() < 0.7 else float(r.beta(1, 40)),
            }
            | ({"length_of_stay": float(r.normal(7, 1))} if r.random() < 0.6 else {})
            | ({"fee_per_visit": 700.0, "drug_share": 0.9} if r.random() < 0.02 else {}),
        )
        for n in range(count)
    ]


@pytest.fixture
def streams(settlements: Settlements) -> Streams:
    """(seed, count) -> a stream to judge, by detector id: what a new detector has to add here."""
    return {
        "AN-01": lambda seed, count: settlements(seed, count, 0.004)[0],
        "AN-04": _months,
    }
