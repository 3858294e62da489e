"""HO-01: what was observed of one stay, and the events that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from domain.facts import Fees, Line, Settled
from domain.findings import Evidence
from domain.moments import day_of, start_of_day, text_of
from domain.money import ZERO, yuan
from rules.readings.claims import settlements_of
from rules.readings.geography import name_of
from rules.readings.in_words import credential_name
from rules.readings.presence import Presence
from rules.readings.stays import Stay
from rules.readings.ward_days import WardDay
from rules.view import View

SHOWN_DAYS: Final = 10
SHOWN_RUNS: Final = 5
SHOWN_PRESENCES: Final = 5
SHOWN_SETTLEMENTS: Final = 2
STRIP_DAYS: Final = 31


class Observation(Struct, frozen=True):
    """A stay, its days, its runs of idle days, and where the patient was seen elsewhere."""

    stay: Stay
    days: Sequence[WardDay]
    idle: Sequence[Sequence[WardDay]]
    elsewhere: Sequence[Presence]

    @property
    def absent_days(self) -> set[int]:
        """Natural days on which the bed was empty by one sign or the other."""
        seen = {day_of(one.at) for one in self.elsewhere}
        return seen.union(day.day for run in self.idle for day in run)

    @property
    def standing_charges(self) -> tuple[Line, ...]:
        """What was charged for lying there on those days."""
        absent = self.absent_days
        return tuple(line for day in self.days if day.day in absent for line in day.standing)


def evidence_of(view: View, seen: Observation) -> Iterator[Evidence]:
    stay = seen.stay
    admitted = {
        "机构": name_of(view.registers, stay.institution, stay.begin),
        "入院": text_of(stay.begin),
        "床位": stay.bed,
        "逐日": strip(seen),
    }
    yield Evidence(stay.opened_ref, "入院", {k: v for k, v in admitted.items() if v})
    if stay.closed:
        yield Evidence(stay.closed_ref, "出院", {"出院": text_of(stay.until)})
    for one in seen.elsewhere[:SHOWN_PRESENCES]:
        place = {"时间": text_of(one.at), "机构": one.name, "凭证": credential_name(one.credential)}
        yield Evidence(one.ref, "住院期间在他处", {k: v for k, v in place.items() if v})
    uploaded = _uploads(view, stay)
    for day in [day for run in seen.idle for day in run][:SHOWN_DAYS]:
        yield from _of_idle_day(day, uploaded)
    for claim in settlements_of(view, stay.visit)[-SHOWN_SETTLEMENTS:]:
        yield Evidence(claim.ref, "住院结算", {"基金支付": yuan(claim.fund)})


def _of_idle_day(day: WardDay, uploaded: dict[str, str]) -> Iterator[Evidence]:
    """The upload that charged the night, and what it charged."""
    for line in day.standing:
        if line.id in uploaded:
            charged = yuan(sum((one.covered for one in day.standing), ZERO))
            values = {"日期": text_of(start_of_day(day.day)), "床位护理诊察": charged}
            yield Evidence(uploaded[line.id], "空挂日计费", values)
            return


def _uploads(view: View, stay: Stay) -> dict[str, str]:
    """The event that uploaded each line of the stay."""
    found: dict[str, str] = {}
    for kind in (Fees, Settled):
        for fact in view.all(kind):
            if isinstance(fact, Fees | Settled) and fact.visit == stay.visit:
                for line in fact.lines:
                    found.setdefault(line.id, fact.ref)
    return found


def strip(seen: Observation) -> str:
    """The days around what was found: 治 treated, 录 recorded only, 空 idle, 无 nothing charged;
    外 follows a day on which the patient was elsewhere."""
    absent, outside = seen.absent_days, {day_of(one.at) for one in seen.elsewhere}
    first, last = min(absent) - 2, max(absent) + 2
    shown = [day for day in seen.days if first <= day.day <= last][:STRIP_DAYS]
    return " ".join(
        f"{text_of(start_of_day(day.day))[5:]}{_mark(day)}{'外' if day.day in outside else ''}"
        for day in shown
    )


def _mark(day: WardDay) -> str:
    if day.acted:
        return "治"
    if day.recorded:
        return "录"
    return "空" if day.charged else "无"
