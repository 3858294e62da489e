"""Swipes: settlements at counters where those who serve also settle, as a terminal sees them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.codes import PHARMACY_TYPE, SERVICE_LIST
from domain.facts import Line, Registered, Settled, Signal
from domain.moments import Moment, is_date_only
from domain.money import plain
from rules.readings.absences import is_dialysis
from rules.readings.baskets import basket_of
from rules.readings.counters import EMERGENCY_LEVELS, at_counter
from rules.view import Registers, View

SWIPE: Final = "terminal.swipe"

PHARMACY_COUNTER: Final = "药店"
CLINIC_COUNTER: Final = "诊所"
CASH_DESK: Final = "收费处"

_TOTAL, _FUND, _BASKET, _OPERATOR = "总额", "基金", "组合", "操作员"
_CREDENTIAL, _SERVICES, _LAG, _EXCUSED = "凭证", "纯项目", "滞后秒", "除外"
_ARRANGED: Final = "代配药"


class Swipe(Struct, frozen=True):
    """One settlement at a terminal.

    ``basket`` digests its items and is empty where none are known.
    """

    ref: str
    at: Moment
    person: str
    total: Decimal
    fund: Decimal
    basket: str
    operator: str
    credential: str
    services_only: bool


def counter_of(registers: Registers, institution: str, at: int) -> str:
    """What kind of counter an institution has.

    Hospitals of the second and third level have cash desks and self-service machines, which only
    take payments: a settlement every half minute is their ordinary work. An institution that the
    register does not know counts as a pharmacy, of which more is demanded than of a clinic.
    """
    entry = registers.at("institution", institution, at)
    if entry is None or entry.get("fixmedins_type") == PHARMACY_TYPE:
        return PHARMACY_COUNTER
    return CASH_DESK if entry.get("hosp_lv") in EMERGENCY_LEVELS else CLINIC_COUNTER


def is_swipe(registers: Registers, claim: Settled) -> bool:
    """Whether the settlement was made at a counter whose terminal is known."""
    if not (claim.terminal or claim.operator) or not at_counter(claim):
        return False
    return counter_of(registers, claim.institution, claim.at) != CASH_DESK


def swipe_signal(view: View, claim: Settled) -> Signal:
    """A settlement, with its net lines, as it is told to its terminal."""
    values = {
        _TOTAL: plain(claim.total),
        _FUND: plain(claim.fund),
        _BASKET: basket_of(claim.lines),
        _OPERATOR: claim.operator,
        _CREDENTIAL: claim.credential,
        _SERVICES: "1" if claim.lines and all(map(_is_service, claim.lines)) else "",
        _LAG: str(_lag(claim) or ""),
        _EXCUSED: _excuse(view, claim),
    }
    return Signal(
        ref=f"{SWIPE} {claim.ref}",
        at=claim.at,
        name=SWIPE,
        person=claim.person,
        institution=claim.institution,
        settlement=claim.settlement,
        refs=(claim.ref,),
        values={name: value for name, value in values.items() if value},
        void=claim.void,
    )


def read(signal: Signal) -> Swipe:
    """The swipe that a signal tells of."""
    values = signal.values
    return Swipe(
        ref=signal.refs[0],
        at=signal.at,
        person=signal.person,
        total=Decimal(values[_TOTAL]),
        fund=Decimal(values[_FUND]),
        basket=values.get(_BASKET, ""),
        operator=values.get(_OPERATOR, ""),
        credential=values.get(_CREDENTIAL, ""),
        services_only=_SERVICES in values,
    )


def lag_of(signal: Signal) -> int:
    """Seconds from the last charged line to the settlement."""
    return int(signal.values.get(_LAG, "0"))


def is_excused(signal: Signal) -> bool:
    """Whether the settlement has an ordinary reason to stand among others of its kind."""
    return _EXCUSED in signal.values


def is_arrangement(entry: Registered) -> bool:
    """Whether a filing lets others collect this person's drugs (代配药)."""
    return (
        entry.kind == "filing"
        and entry.get("approved").lower() not in ("0", "false")
        and any(_ARRANGED in value for value in entry.attributes.values())
    )


def _arrangements(view: View) -> Sequence[Registered]:
    return [entry for entry in view.all(Registered) if is_arrangement(entry)]


def _excuse(view: View, claim: Settled) -> str:
    if any(entry.at <= claim.at < entry.until for entry in view.once(_arrangements)):
        return _ARRANGED
    return "透析" if is_dialysis(view, claim.visit) else ""


def _lag(claim: Settled) -> int:
    """How long after its last line it was settled, as far as the lines tell the hour."""
    told = [line.at for line in claim.lines if not is_date_only(line.at)]
    return max(0, claim.at - max(told)) if told else 0


def _is_service(line: Line) -> bool:
    if line.list_type:
        return line.list_type == SERVICE_LIST
    return line.code.startswith("00")  # national service items; drugs and consumables have letters
