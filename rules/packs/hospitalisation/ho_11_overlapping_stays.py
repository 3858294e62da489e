"""HO-11 重叠住院: one person in two hospital beds at once.

The overlap is the least that the records allow: times of day precision and stays without a
discharge record are read in the patient's favour (rules/readings/stays.py). What the catalogue
leaves open:

* A second registration in another department of the same institution is a change of department
  (转科), not a second stay.
* Where the earlier discharge was keyed in more than ``late_keyed_hours`` after it happened, only
  what was done for the patient there (tests, treatment, vital signs; not the bed, which bills
  itself) shows that the stay went on. If that alone overlaps long enough the finding stands,
  otherwise it is S2 (06-rules §6.5).
* An earlier stay that ended in a transfer and shows nothing done after the later admission is
  read alike: 转院 with a delayed 2402.
* The amount is what the fund paid for the later of the two stays; where that payment was
  reversed and nothing settled anew, there is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from domain.codes import DAY_SURGERY, TRANSFERRED
from domain.findings import GRAVE, WATCH, Evidence, Finding
from domain.moments import HOUR, Moment, day_of, is_date_only, start_of_day, text_of
from domain.money import yuan
from rules.readings.claims import fund_of, lines_of, phase_of, settlement_id_of, settlements_of
from rules.readings.diagnoses import is_newborn
from rules.readings.geography import name_of
from rules.readings.in_words import period_of
from rules.readings.stays import (
    STAY_FACTS,
    Stay,
    StayFact,
    is_taken_back,
    reach,
    stay_of,
    stays,
    stays_concerned,
    vitals_of,
)
from rules.readings.ward_charges import is_act
from rules.rule import Judgement, Parameters, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import View

BETWEEN = "|"


class OverlapParameters(Parameters, frozen=True, kw_only=True):
    """Transfers have lags: up to a quarter of a day is nothing, up to a day is a notice."""

    overlap_hours: int = 6
    grave_hours: int = 24
    late_keyed_hours: int = 24
    day_care_med_types: tuple[str, ...] = (DAY_SURGERY,)


def _affected(view: View, fact: StayFact) -> Iterator[str]:
    """The pairs that the stays concerned make with every stay they could overlap."""
    for stay in stays_concerned(view, fact):
        ends = reach(view, stay.visit)
        for other in view.once(stays):
            apart = other.begin > ends or reach(view, other.visit) < stay.begin
            if other.visit != stay.visit and not apart:
                yield _anchor(stay, other)


def _anchor(one: Stay, other: Stay) -> str:
    return BETWEEN.join(sorted((one.visit, other.visit)))


def _pair(view: View, anchor: str) -> tuple[Stay, Stay] | None:
    """The two stays of an anchor, the earlier admission first."""
    for stay in view.once(stays):
        if anchor.startswith(stay.visit + BETWEEN):
            other = stay_of(view, anchor[len(stay.visit) + 1 :])
            if other is not None:
                first, second = sorted((stay, other), key=lambda one: (one.begin, one.visit))
                return first, second
    return None


def _judge(view: View, anchor: str, p: OverlapParameters) -> Judgement:
    pair = _pair(view, anchor)
    if pair is None or _may_run_together(*pair, p):
        return
    earlier, later = pair
    seconds = _overlap(earlier, later, earlier.until)
    if seconds <= p.overlap_hours * HOUR or is_taken_back(view, later):
        return
    lag = _registration_lag(view, earlier, later, p)
    finding = _finding(view, anchor, earlier, later, seconds, lag, p)
    if lag or seconds <= p.grave_hours * HOUR:
        mild = "Q1" if finding.phase == "post" else "A1"
        finding = msgspec.structs.replace(finding, severity=WATCH, action=mild)
    yield finding


def _may_run_together(earlier: Stay, later: Stay, p: OverlapParameters) -> bool:
    """Whether two such stays may run side by side."""
    if any(stay.med_type.startswith(p.day_care_med_types) for stay in (earlier, later)):
        return True
    if earlier.newborn or later.newborn:
        return True
    if is_newborn(earlier.diagnoses) != is_newborn(later.diagnoses):
        return True
    same_house = earlier.institution == later.institution
    departments = {earlier.department, later.department} - {""}
    return same_house and len(departments) == 2


def _overlap(earlier: Stay, later: Stay, ends: int) -> int:
    """Seconds for which both stays surely ran, the earlier one until ``ends``."""
    begin = max(_at_the_latest(earlier.begin), _at_the_latest(later.begin))
    return min(ends, later.until) - begin


def _at_the_latest(begin: Moment) -> int:
    return start_of_day(day_of(begin) + 1) if is_date_only(begin) else begin


def _registration_lag(view: View, earlier: Stay, later: Stay, p: OverlapParameters) -> str:
    """Why the overlap may be one of registration only; empty if it is more than that."""
    late = earlier.keyed_late_seconds > p.late_keyed_hours * HOUR
    if not late and earlier.way not in TRANSFERRED:
        return ""
    acted = [line.at for line in lines_of(view, earlier.visit) if is_act(line)]
    seen = max([*acted, *vitals_of(view, earlier.visit)], default=earlier.begin)
    after = _overlap(earlier, later, min(earlier.until, seen))
    if late:
        return "前次出院系事后补录" if after <= p.grave_hours * HOUR else ""
    return "前次转院出院登记滞后" if lines_of(view, earlier.visit) and after <= 0 else ""


def _finding(
    view: View,
    anchor: str,
    earlier: Stay,
    later: Stay,
    seconds: int,
    lag: str,
    p: OverlapParameters,
) -> Finding:
    here = name_of(view.registers, earlier.institution, earlier.begin)
    there = name_of(view.registers, later.institution, later.begin)
    because = f"，但{lag}，列为线索" if lag else ""
    return Finding(
        anchor=anchor,
        at=later.begin,
        severity=GRAVE,
        explanation=(
            f"参保人{period_of(earlier)}在{here}住院，又于{period_of(later)}在{there}住院，"
            f"至少重叠{seconds // HOUR}小时{because}。"
        ),
        counterfactual=f"若两次住院重叠不超过{p.overlap_hours}小时，或其中一次为日间手术，则不提示。",
        evidence=(
            *_evidence(view, earlier, here, "前次"),
            *_evidence(view, later, there, "后次"),
        ),
        institution=later.institution,
        person=view.key,
        practitioner=later.doctor,
        visit=later.visit,
        settlement=settlement_id_of(view, later.visit),
        phase=phase_of(view, later.visit),
        whole=fund_of(view, later.visit),
        window=(later.begin, max(later.begin, min(earlier.until, later.until))),
    )


def _evidence(view: View, stay: Stay, name: str, which: str) -> Iterator[Evidence]:
    seen = {"机构": name, "入院": text_of(stay.begin), "床位": stay.bed}
    yield Evidence(stay.opened_ref, f"{which}入院", {k: v for k, v in seen.items() if v})
    if stay.closed:
        ended = {"出院": text_of(stay.until), "离院方式": stay.way}
        if stay.keyed_late_seconds:
            ended["补录小时"] = str(stay.keyed_late_seconds // HOUR)
        yield Evidence(stay.closed_ref, f"{which}出院", {k: v for k, v in ended.items() if v})
    for claim in settlements_of(view, stay.visit):
        yield Evidence(claim.ref, f"{which}结算", {"基金支付": yuan(claim.fund)})


RULE = Rule(
    id="HO-11",
    name="重叠住院",
    name_en="Overlapping inpatient stays",
    description="同一参保人的两次住院在时间上重叠，超出转院登记可有的时间差。",
    phases=("in", "post"),
    severity=4,
    legal=("TL-40(1)", "TL-40(3)", "TL-41(2)"),
    causes=("20", "28"),
    formula="M6",
    actions={"in": "A4", "post": "Q2"},
    parameters=OverlapParameters(),
    stages=(
        Stage(
            name="overlap",
            subject=PERSON,
            triggers=STAY_FACTS,
            affected=_affected,
            judge=_judge,
        ),
    ),
)
