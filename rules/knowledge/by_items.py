"""Executors of limits between items: pairs, discounted operations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final, Protocol

from domain.moments import HOUR, date_of, day_of, is_date_only
from domain.money import ZERO, plain, yuan
from rules.knowledge.case import Accused, Breach, Case, in_full
from rules.knowledge.charges import Charge
from rules.knowledge.constraints import DiscountGroup, PairLimit
from rules.knowledge.words import SAME_DAY, SAME_HOUR, SAME_VISIT, WITHIN_6_HOURS
from rules.view import View

_ITEM_DIGITS: Final = 11  # of 15; the rest numbers the variants and surcharges of one item
_DISCOUNTED: Final = re.compile("折|减半|50%|第二|第三")  # said in the hospital's own item name
_WITHIN: Final = {SAME_HOUR: HOUR - 1, WITHIN_6_HOURS: 6 * HOUR}


def pair_breach(case: Case, _: object) -> Breach | None:
    """The contained item charged beside the one that contains it."""
    pair = case.constraint
    if not isinstance(pair, PairLimit) or case.encounter.newborn:
        return None
    mains = [one for one in case.charges.by_code.get(pair.main, ()) if _here(one, case)]
    contained = [charge for charge in case.paid if charge.line.code == pair.contained]
    hit = [(one, main) for one in contained if (main := _beside(one, mains, pair.scope))]
    if not hit:
        return None
    names = case.point.name.split("×", 1)
    first, second = names if len(names) == 2 else (pair.main, pair.contained)
    scope = "同日" if pair.scope == SAME_DAY else pair.scope
    day = date_of(hit[0][0].line.at)
    return Breach(
        accused=in_full([one for one, _ in hit]),
        said=f"：{day}已收“{first}”，其内涵包含“{second}”，{scope}又收“{second}”",
        would_pass=f"若{scope}不再收“{second}”，或两项分属不同科室、部位、场次，则不提示。",
        also=tuple({main.line.id: main for _, main in hit}.values()),
        hits=len({day_of(one.line.at) for one, _ in hit}),
    )


def _here(charge: Charge, case: Case) -> bool:
    return charge.visit == case.encounter.visit


def _beside(contained: Charge, mains: Sequence[Charge], scope: str) -> Charge | None:
    """The first containing charge within the scope; other departments held other sessions."""
    for main in mains:
        departments = {contained.line.department, main.line.department} - {""}
        if len(departments) < 2 and _within(contained.line.at, main.line.at, scope):
            return main
    return None


def _within(one: int, other: int, scope: str) -> bool:
    if scope == SAME_VISIT:
        return True
    if scope == SAME_DAY:
        return day_of(one) == day_of(other)
    precise = not (is_date_only(one) or is_date_only(other))
    return precise and abs(one - other) <= _WITHIN[scope]


class Discounts(Protocol):
    @property
    def later_share(self) -> Decimal: ...

    @property
    def session_hours(self) -> int: ...


def discount_breach(case: Case, p: Discounts) -> Breach | None:
    """A second or later operation of the group on one day, charged above its share.

    The full price is the catalogue's where the register knows it, else the line's own unit
    price. Variants and surcharges of one item are one operation; so is one item on both sides.
    """
    group = case.constraint
    if not isinstance(group, DiscountGroup):
        return None
    accused: list[Accused] = []
    beside: dict[str, Charge] = {}
    ids = {charge.line.id for charge in case.paid}
    for session in _sessions(_of_group(case, group), p.session_hours):
        ranked = _ranked(session, case.view)
        for operation in ranked[1:]:
            mine = [one for one in operation if one.line.id in ids]
            over = [Accused(one, _excess(one, case.view, p.later_share)) for one in mine]
            over = [one for one in over if one.amount > Decimal("0.01")]
            accused += over
            if over:
                beside.update({one.line.id: one for one in ranked[0]})
    if not accused:
        return None
    first = next(iter(beside.values()))
    return Breach(
        accused=tuple(accused),
        said=(
            f"与“{_name(first, case)}”同属{group.group}、同日经同一切口实施，为第二项及以后的手术，"
            f"应按{plain(p.later_share * 100)}%计收，实收超出{yuan(sum_of(accused))}元"
        ),
        would_pass=(
            f"若第二项及以后的手术按{plain(p.later_share * 100)}%计收，或经不同切口、分次手术，"
            "则不提示。"
        ),
        also=tuple(beside.values()),
        hits=len({day_of(one.charge.line.at) for one in accused}),
    )


def sum_of(accused: Sequence[Accused]) -> Decimal:
    return sum((one.amount for one in accused), ZERO)


def _name(charge: Charge, case: Case) -> str:
    for point in case.view.knowledge.of(charge.line.code, charge.line.at):
        if point.rule == case.point.rule:
            return point.name
    return charge.line.code


def _of_group(case: Case, group: DiscountGroup) -> list[Charge]:
    """The operations of the group in this visit."""
    knowledge = case.view.knowledge
    return [
        charge
        for charge in case.charges.by_visit.get(case.encounter.visit, ())
        if any(
            point.constraint == group for point in knowledge.of(charge.line.code, charge.line.at)
        )
    ]


def _sessions(found: Sequence[Charge], hours: int) -> Iterator[list[Charge]]:
    """Charges of one natural day, less those known to be hours apart from the ones before."""
    for _, of_day in groupby(found, key=lambda charge: day_of(charge.line.at)):
        session: list[Charge] = []
        for charge in of_day:
            at = charge.line.at
            before = session[-1].line.at if session else at
            if at - before > hours * HOUR and not is_date_only(before):
                yield session
                session = []
            session.append(charge)
        yield session


def _ranked(session: Sequence[Charge], view: View) -> list[list[Charge]]:
    """The operations of a session, the dearest first: the charges of each."""
    by_item: dict[str, list[Charge]] = {}
    for charge in session:
        by_item.setdefault(charge.line.code[:_ITEM_DIGITS], []).append(charge)
    return sorted(
        by_item.values(),
        key=lambda item: (-max(_full_price(one, view) for one in item), item[0].line.code),
    )


def _full_price(charge: Charge, view: View) -> Decimal:
    entry = view.registers.at("catalogue_item", charge.line.code, charge.line.at)
    written = entry.get("pric") if entry else ""
    try:
        return Decimal(written) if written else charge.line.price
    except ArithmeticError:
        return charge.line.price


def _excess(charge: Charge, view: View, share: Decimal) -> Decimal:
    """What was charged above the share of the full price, in terms of the covered amount (M5)."""
    line = charge.line
    allowed = _full_price(charge, view) * max(line.quantity.to_integral_value(), Decimal(1)) * share
    if line.amount <= allowed or _DISCOUNTED.search(line.own_name):
        return ZERO
    return line.covered * (line.amount - allowed) / line.amount
