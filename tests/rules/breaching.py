"""Claims made from a constraint: some that breach it, and neighbours that just do not.

What a knowledge point demands is turned round: from its executable form to events, through the
whole engine, to the alert that must, or must not, name it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import singledispatch
from typing import Any, Final

from domain.codes import FEMALE, MALE
from domain.moments import END_OF_TIME, date_of
from rules.knowledge import constraints as limits
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.point import KnowledgePoint
from rules.knowledge.words import (
    DAY_OLD,
    EMERGENCY_ROOM,
    MATERNITY_INSURANCE,
    MONTH,
    SAME_DAY,
    SAME_HOUR,
    WITHIN_6_HOURS,
)

Event = Mapping[str, Any]
TODAY: Final = date(2026, 7, 15)  # all batches are out by then; a Wednesday
UNRELATED: Final = ("L70.000", "K02.900", "H52.100", "F52.200", "M72.000", "N60.100")

LEVEL_3, LEVEL_2, LEVEL_1 = "T3", "T2", "T1"
REGISTERS: Final = tuple(
    {
        "reference.changed": {
            "kind": "institution",
            "id": id,
            "time": "2020-01-01 00:00:00",
            "attributes": {"fixmedins_type": "1", "hosp_lv": level},
        }
    }
    for id, level in ((LEVEL_3, "2"), (LEVEL_2, "5"), (LEVEL_1, "8"))
)


@dataclass(frozen=True, slots=True)
class Claims:
    """Events of one person; whether they breach the point."""

    point: KnowledgePoint
    breaches: bool
    what: str
    events: tuple[Event, ...]


class Making:
    """Makes the claims about one point, on a day when it was in force."""

    def __init__(self, point: KnowledgePoint, knowledge: KnowledgeBase) -> None:
        self.point = point
        self.knowledge = knowledge
        self.code = point.codes[0]
        in_force = point.valid_to == END_OF_TIME
        self.today = TODAY if in_force else date_of(point.valid_to) - timedelta(days=39)

    def day(self, days: int = 0, clock: str = "10:00:00") -> str:
        return f"{self.today + timedelta(days=days)} {clock}"

    def line(self, code: str = "", **fields: Any) -> dict[str, Any]:
        kind = "102" if (code or self.code)[0] == "T" else "201" if self.code[0] == "0" else "101"
        return {"med_list_codg": code or self.code, "list_type": kind, "pric": "100.00", **fields}

    def visit(self, *lines: dict[str, Any], days: int = 0, **fields: Any) -> tuple[Event, ...]:
        """A visit with these lines, all charged that day unless they say otherwise."""
        name = f"v{days}"
        where = {"fixmedins_code": fields.pop("fixmedins_code", LEVEL_3), "mdtrt_id": name}
        opened = {"time": self.day(days, "08:00:00"), "med_type": "11", **where, **fields}
        numbered = [{"feedetl_sn": f"{name}-{n}", **line} for n, line in enumerate(lines)]
        return (
            {"visit.opened": opened},
            {"fees.uploaded": {"time": self.day(days), **where, "feedetail": numbered}},
        )

    def breach(self, what: str, *events: Event) -> Claims:
        return Claims(self.point, True, what, events)

    def fine(self, what: str, *events: Event) -> Claims:
        return Claims(self.point, False, what, events)


def claims_about(point: KnowledgePoint, knowledge: KnowledgeBase) -> Iterator[Claims]:
    yield from _claims(point.constraint, Making(point, knowledge))


@singledispatch
def _claims(limit: limits.Constraint, make: Making) -> Iterator[Claims]:
    raise NotImplementedError(type(limit).__name__)


@_claims.register
def _(limit: limits.SexLimit, make: Making) -> Iterator[Claims]:
    other = MALE if limit.sex == FEMALE else FEMALE
    yield make.breach("other sex", *make.visit(make.line(), gend=other))
    yield make.fine("right sex", *make.visit(make.line(), gend=limit.sex))
    yield make.fine("sex unknown", *make.visit(make.line(), gend="9"))


@_claims.register
def _(limit: limits.AgeLimit, make: Making) -> Iterator[Claims]:
    def aged(age: limits.Age, days: int) -> tuple[Event, ...]:
        """Who turns that age so many days from today."""
        return make.visit(make.line(), brdy=str(_born(make.today + timedelta(days=days), age)))

    if limit.most is not None:
        older = limits.Age(limit.most.count + 1, limit.most.unit)
        yield make.breach("turned too old today", *aged(older, 0))
        yield make.fine("will be too old tomorrow", *aged(older, 1))
    if limit.least is not None:
        yield make.breach("old enough tomorrow only", *aged(limit.least, 1))
        yield make.fine("old enough today", *aged(limit.least, 0))


def _born(day: date, age: limits.Age) -> date:
    """Born so that the age is completed that day."""
    if age.unit == DAY_OLD:
        return day - timedelta(days=age.count)
    months = age.count if age.unit == MONTH else 12 * age.count
    month = day.month - 1 - months
    return date(day.year + month // 12, month % 12 + 1, day.day)


@_claims.register
def _(limit: limits.InsuranceLimit, make: Making) -> Iterator[Claims]:
    own = "510" if limit.insurance == MATERNITY_INSURANCE else "210"
    yield make.breach("health insurance", *make.visit(make.line(), insutype="310"))
    yield make.fine("own insurance", *make.visit(make.line(), insutype=own))


@_claims.register
def _(limit: limits.CareLimit, make: Making) -> Iterator[Claims]:
    emergency = make.visit(make.line(), med_type="13")
    yield make.breach("clinic", *make.visit(make.line(), med_type="11"))
    yield make.fine("ward", *make.visit(make.line(), med_type="21"))
    if EMERGENCY_ROOM in limit.settings:
        yield make.fine("emergency room", *emergency)
    else:
        yield make.breach("emergency room", *emergency)


@_claims.register
def _(limit: limits.LevelLimit, make: Making) -> Iterator[Claims]:
    right = LEVEL_2 if limit.least == 2 else LEVEL_3
    yield make.breach("below level", *make.visit(make.line(), fixmedins_code=LEVEL_1))
    yield make.fine("at level", *make.visit(make.line(), fixmedins_code=right))


@_claims.register
def _(limit: limits.OnlineBan, make: Making) -> Iterator[Claims]:
    yield make.breach("online", *make.visit(make.line(), is_online_visit="1"))
    yield make.fine("in the flesh", *make.visit(make.line()))


@_claims.register
def _(limit: limits.DiagnosisLimit, make: Making) -> Iterator[Claims]:
    wrong = next(code for code in UNRELATED if not code.startswith(limit.codes))
    right = next(code for code in limit.codes if code[0] != "Z")
    right = f"{right}34"[:3] if len(right) < 3 else right
    yield make.breach("unrelated disease", *make.visit(make.line(), diseinfo=_diagnosed(wrong)))
    yield make.fine("its disease", *make.visit(make.line(), diseinfo=_diagnosed(wrong, right)))
    yield make.fine("no disease named", *make.visit(make.line(), diseinfo=_diagnosed("Z76.000")))


def _diagnosed(*codes: str) -> list[dict[str, str]]:
    return [{"diag_code": code} for code in codes]


@_claims.register
def _(limit: limits.PairLimit, make: Making) -> Iterator[Claims]:
    hours = {SAME_HOUR: 2, WITHIN_6_HOURS: 7, SAME_DAY: 24}[limit.scope]
    main, contained = make.line(limit.main), make.line(limit.contained)
    days, clock = divmod(10 + hours, 24)
    later = {**contained, "fee_ocur_time": make.day(days, f"{clock:02d}:00:00")}
    yield make.breach("beside", *make.visit(main, contained))
    yield make.fine("just outside the scope", *make.visit(main, later))
    yield make.fine("alone", *make.visit(contained))


@_claims.register
def _(limit: limits.FrequencyLimit, make: Making) -> Iterator[Claims]:
    at_limit, above = (str(limit.most + more) for more in (0, 1))
    yield make.breach("one too many", *make.visit(make.line(cnt=above), med_type="21"))
    yield make.fine("at the limit", *make.visit(make.line(cnt=at_limit), med_type="21"))


@_claims.register
def _(limit: limits.CourseLimit, make: Making) -> Iterator[Claims]:
    step = 15 if limit.span else 1
    last = limit.days if limit.span else limit.days - 1
    within = [day - last for day in range(0, last + 1, step)]
    yield make.fine("at the limit", *_used(make, [*within, 0], limit))
    yield make.breach("one day more", *_used(make, [*within, 1], limit))


def _used(make: Making, days: list[int], limit: limits.CourseLimit) -> tuple[Event, ...]:
    """The item used on these days, in one stay."""
    lines = [make.line(fee_ocur_time=make.day(day)) for day in sorted(set(days))]
    return make.visit(*lines, days=days[0], med_type="21")


@_claims.register
def _(limit: limits.IntervalLimit, make: Making) -> Iterator[Claims]:
    near = 2 if limit.by_week else limit.certain_days - 1
    for apart, said in ((near, make.breach), (limit.days, make.fine)):
        twice = (*make.visit(make.line(), days=-apart), *make.visit(make.line()))
        yield said(f"{apart} days apart", *twice)


@_claims.register
def _(limit: limits.DiscountGroup, make: Making) -> Iterator[Claims]:
    first = next(
        point.codes[0]
        for point in make.knowledge.points
        if point.constraint == limit and point.codes[0][:11] != make.code[:11]
    )
    dear, half = make.line(first, pric="900.00"), make.line(cnt="0.5")
    yield make.breach("second at full price", *make.visit(dear, make.line(), med_type="21"))
    yield make.fine("second at half price", *make.visit(dear, half, med_type="21"))
    yield make.fine("alone", *make.visit(make.line(), med_type="21"))


@_claims.register
def _(limit: limits.HerbExcluded, make: Making) -> Iterator[Claims]:
    other = make.line("T099999999")
    yield make.breach("in a compound", *make.visit(make.line(), other))
    yield make.fine("at own expense", *make.visit(make.line(inscp_scp_amt="0"), other))


@_claims.register
def _(limit: limits.HerbAlone, make: Making) -> Iterator[Claims]:
    other = make.line("T099999999", rxno="R")
    yield make.breach("marked single", *make.visit(make.line(tcmdrug_used_way="2")))
    yield make.breach("alone in its prescription", *make.visit(make.line(rxno="R")))
    yield make.fine("in a compound", *make.visit(make.line(rxno="R"), other))


@_claims.register
def _(limit: limits.SecondLine, make: Making) -> Iterator[Claims]:
    earlier = f"{limit.first_line[0]}ZZ999A001010199999"
    began = make.visit(make.line(earlier, inscp_scp_amt="0"), days=-60)
    yield make.breach("nothing before", *make.visit(make.line()))
    yield make.fine("first line before", *began, *make.visit(make.line()))
