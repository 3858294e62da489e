"""What AN-04 compares: a day's tallies, and the month's values worked out from them.

Sums are exact decimals, so that the order in which settlements came is of no consequence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from detectors.features import is_examination, is_material
from detectors.peer_deviation import LEAST_EVENTS
from domain.codes import REGISTRATION, is_drug, is_inpatient
from domain.facts import Line, Settled, Signal
from domain.moments import HOUR, seconds_into_day
from domain.money import ZERO, plain
from rules.readings.counters import at_counter

VISITS, FEE = "visits", "fee"
STAYS, NIGHTS, STAY_FEE = "stays", "nights", "stay_fee"
CHARGED, DRUGS, EXAMS, MATERIALS = "charged", "drugs", "exams", "materials"
TIMED, AT_NIGHT = "timed", "at_night"
NIGHT_FROM: Final = 22 * HOUR
NIGHT_TO: Final = 6 * HOUR

Tally = dict[str, Decimal]


def institution_tally(claims: Sequence[Settled], stays: Sequence[Signal]) -> Tally:
    """The day of an institution: its visits, its closed stays, its lines and its hours."""
    seen = [claim for claim in claims if is_visit(claim)]
    timed = [claim for claim in claims if at_counter(claim)]
    return {
        VISITS: Decimal(len({claim.visit for claim in seen})),
        FEE: sum((claim.total for claim in seen), ZERO),
        STAYS: Decimal(len(stays)),
        NIGHTS: sum((Decimal(stay.values[NIGHTS]) for stay in stays), ZERO),
        STAY_FEE: sum((Decimal(stay.values[STAY_FEE]) for stay in stays), ZERO),
        TIMED: Decimal(len(timed)),
        AT_NIGHT: Decimal(sum(_at_night(claim.at) for claim in timed)),
        **_by_kind(line for claim in claims for line in claim.lines),
    }


def claims_by_practitioner(claims: Iterable[Settled]) -> dict[str, list[Settled]]:
    """The outpatient settlements of a day by the practitioners whom their lines name."""
    found: defaultdict[str, list[Settled]] = defaultdict(list)
    for claim in claims:
        if is_visit(claim):
            for doctor in sorted({line.doctor for line in claim.lines if line.doctor}):
                found[doctor].append(claim)
    return found


def practitioner_tally(practitioner: str, claims: Sequence[Settled]) -> Tally:
    """The day of a practitioner: whoever was seen, and the lines that are his."""
    mine = [line for claim in claims for line in claim.lines if line.doctor == practitioner]
    by_kind = _by_kind(mine)
    visits = Decimal(len({claim.visit for claim in claims}))
    return {VISITS: visits, FEE: by_kind[CHARGED], **by_kind}


def is_visit(claim: Settled) -> bool:
    """Whether a settlement is of an outpatient visit or a purchase, not of a stay or a mere
    registration."""
    return not is_inpatient(claim.med_type) and claim.med_type != REGISTRATION


def _by_kind(lines: Iterable[Line]) -> Tally:
    tally = dict.fromkeys((CHARGED, DRUGS, EXAMS, MATERIALS), ZERO)
    for line in lines:
        tally[CHARGED] += line.amount
        if is_drug(line.code, line.list_type):
            tally[DRUGS] += line.amount
        elif is_examination(line):
            tally[EXAMS] += line.amount
        elif is_material(line):
            tally[MATERIALS] += line.amount
    return tally


def _at_night(at: int) -> bool:
    now = seconds_into_day(at)
    return now >= NIGHT_FROM or now < NIGHT_TO


def written(tally: Tally) -> dict[str, str]:
    return {name: plain(value) for name, value in tally.items() if value}


def summed(days: Iterable[Mapping[str, str]]) -> Tally:
    """The tally of a month; other values that a day tells are left out."""
    month: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for day in days:
        for name in _NAMES:
            if name in day:
                month[name] += Decimal(day[name])
    return month


def events_in(month: Tally) -> int:
    return int(month.get(VISITS, ZERO) + month.get(STAYS, ZERO))


def month_values(month: Tally) -> dict[str, float]:
    """AN-04's features; one that rests on fewer than 30 visits, stays or hours is absent."""
    values: dict[str, float] = {}
    for name, part, whole, least in _RATIOS:
        of = month.get(whole, ZERO)
        if of > 0 and of >= least:
            values[name] = float(month.get(part, ZERO) / of)
    return values


_NAMES: Final = (
    *(VISITS, FEE, STAYS, NIGHTS, STAY_FEE),
    *(CHARGED, DRUGS, EXAMS, MATERIALS, TIMED, AT_NIGHT),
)
_RATIOS: Final = (
    ("fee_per_visit", FEE, VISITS, LEAST_EVENTS),
    ("fee_per_stay", STAY_FEE, STAYS, LEAST_EVENTS),
    ("length_of_stay", NIGHTS, STAYS, LEAST_EVENTS),
    ("drug_share", DRUGS, CHARGED, 0),
    ("exam_share", EXAMS, CHARGED, 0),
    ("material_share", MATERIALS, CHARGED, 0),
    ("night_share", AT_NIGHT, TIMED, LEAST_EVENTS),
)
