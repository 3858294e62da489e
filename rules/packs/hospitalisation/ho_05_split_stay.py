"""HO-05 分解住院: a patient is discharged and admitted again so that one illness is paid twice.

Each admission is compared with the last stay in the same house (the institution, or institutions
whose register entry names the same ``group``, 医共体). What the catalogue leaves open:

* The group's standard fee comes from register ``drg_group`` by the earlier settlement's drg_codg.
* "Same MDC" is the ICD-10 letter of the main diagnoses with the blocks that CHS-DRG files
  elsewhere (rules/readings/diagnoses.py); an in-patient has no DRG yet when judged at admission.
* A return within the watched days that lacks the marks of S4 is S3, within the core days too.
* A patient who was seen in an emergency room in the day before came by way of it; so did one
  whom another hospital transferred in between. Self-discharge and death are no split.
* days_rinp_flag_31 excuses only together with an operation done in stages; by itself, at a
  discharge by order, it is the hospital's own announcement of the return.
* Where the settlement of either stay was reversed and nothing settled anew, only one is paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from statistics import median
from typing import Final

from domain.codes import (
    DAY_SURGERY,
    DIED,
    DISCHARGED_BY_ORDER,
    EMERGENCY,
    EMERGENCY_ADMISSION,
    LEFT_AGAINST_ADVICE,
    PALLIATIVE,
    TRANSFERRED,
)
from domain.facts import Reversed, Settled, VisitClosed, VisitOpened
from domain.findings import GRAVE, SUSPICIOUS, Evidence, Finding
from domain.moments import DAY, HOUR, day_of, text_of
from domain.money import ZERO, yuan
from rules.readings.claims import fund_of, phase_of, settlement_id_of, settlements_of
from rules.readings.diagnoses import body_system, category, has_prefix
from rules.readings.geography import name_of
from rules.readings.stays import Stay, is_taken_back, reach, stay_of, stays, stays_concerned
from rules.rule import Judgement, Parameters, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import View

CYCLE_LOOKBACK_DAYS: Final = 180


class SplitParameters(Parameters, frozen=True, kw_only=True):
    """7 and 15 days are public engineering defaults; areas set 3-31 (06-rules HO-05)."""

    core_days: int = 7
    watch_days: int = 15
    hug_from: Decimal = Decimal("0.90")
    hug_to: Decimal = Decimal("1.05")
    cycle_slack_days: int = 3
    prior_cycles: int = 2
    emergency_hours: int = 24
    planned_flags: frozenset[str] = frozenset({"1", "是", "有"})
    excused_ways: frozenset[str] = frozenset({*TRANSFERRED, LEFT_AGAINST_ADVICE, DIED})
    excused_med_types: tuple[str, ...] = (EMERGENCY_ADMISSION, "23", "52", DAY_SURGERY, PALLIATIVE)
    course_diagnoses: tuple[str, ...] = ("Z51.0", "Z51.1", "Z51.8", "Z49")
    recurring_main_diagnoses: tuple[str, ...] = ("N18", "D56", "F", "O20", "O47", "O60")
    staged_operations: tuple[str, ...] = (
        *("13.1", "13.2", "13.3", "13.4", "13.5", "13.6", "13.7"),  # lens, one eye after the other
        *("81.51", "81.52", "81.53", "81.54", "81.55", "81.80"),  # joints, one side after the other
        *("36.0", "00.66"),  # coronary stents in two sessions
        *("78.6", "46.5", "02.0", "86.6", "86.7"),  # implants out, stoma closed, skull, skin
    )


def _affected(view: View, fact: VisitOpened | VisitClosed | Settled | Reversed) -> Iterator[str]:
    """The stay itself, and those after it that look back on it."""
    if isinstance(fact, VisitOpened) and fact.med_type[:2] == EMERGENCY:
        near = fact.at + DAY
        yield from (s.visit for s in view.once(stays) if fact.at <= s.begin <= near)
    for stay in stays_concerned(view, fact):
        horizon = reach(view, stay.visit) + CYCLE_LOOKBACK_DAYS * DAY
        for later in view.once(stays):
            if stay.begin <= later.begin <= horizon:
                yield later.visit


def _judge(view: View, anchor: str, p: SplitParameters) -> Judgement:
    stay = stay_of(view, anchor)
    if stay is None or stay.newborn or stay.med_type.startswith(p.excused_med_types):
        return
    earlier = _same_house_before(view, stay)
    last = max(earlier, key=lambda one: (one.until, one.visit), default=None)
    if last is None or _gap_days(last, stay) > p.watch_days:
        return
    if not _related(last, stay) or is_taken_back(view, stay) or is_taken_back(view, last):
        return
    if _excused(view, last, stay, p) or _in_regular_course(earlier, stay, p):
        return
    yield _finding(view, last, stay, p)


def _same_house_before(view: View, stay: Stay) -> list[Stay]:
    since = stay.begin - CYCLE_LOOKBACK_DAYS * DAY
    return [
        one
        for one in view.once(stays)
        if one.closed
        and since <= one.begin < stay.begin
        and day_of(one.until) <= day_of(stay.begin)
        and not one.med_type.startswith(DAY_SURGERY)
        and _same_house(view, one, stay)
    ]


def _same_house(view: View, one: Stay, other: Stay) -> bool:
    if one.institution == other.institution:
        return True
    groups = {
        entry.get("group") if entry else ""
        for stay in (one, other)
        for entry in (view.registers.at("institution", stay.institution, other.begin),)
    }
    return len(groups) == 1 and "" not in groups


def _gap_days(last: Stay, stay: Stay) -> int:
    return day_of(stay.begin) - day_of(last.until)


def _related(last: Stay, stay: Stay) -> bool:
    """Same three-character category or same body system; an injury only if it is the same one."""
    before, now = last.main_diagnosis, stay.main_diagnosis
    if category(before) and category(before) == category(now):
        return True
    system = body_system(before)
    return bool(system) and system != "injury" and system == body_system(now)


def _excused(view: View, last: Stay, stay: Stay, p: SplitParameters) -> bool:
    if last.way in p.excused_ways or last.newborn:
        return True
    if any(_recurs(one, p) for one in (last, stay)):
        return True
    if _came_by_emergency(view, stay, p) or _came_by_transfer(view, last, stay):
        return True
    planned = {last.return_planned, stay.planned_admission} & p.planned_flags
    done = (*last.operations, *stay.operations)
    return bool(planned) and any(has_prefix(code, p.staged_operations) for code in done)


def _recurs(stay: Stay, p: SplitParameters) -> bool:
    """Whether the diagnosis is one for which patients rightly come again and again."""
    return any(has_prefix(code, p.course_diagnoses) for code in stay.diagnoses) or has_prefix(
        stay.main_diagnosis, p.recurring_main_diagnoses
    )


def _came_by_emergency(view: View, stay: Stay, p: SplitParameters) -> bool:
    since = stay.begin - p.emergency_hours * HOUR
    near = view.between(VisitOpened, since, stay.begin)
    return any(visit.med_type[:2] == EMERGENCY for visit in near)


def _came_by_transfer(view: View, last: Stay, stay: Stay) -> bool:
    return any(
        one.way in TRANSFERRED and last.until <= one.until <= stay.begin + DAY
        for one in view.once(stays)
        if one.begin < stay.begin and one.institution != stay.institution
    )


def _in_regular_course(earlier: Iterable[Stay], stay: Stay, p: SplitParameters) -> bool:
    """Whether the admissions for this illness come at regular intervals, this one included."""
    days = [day_of(one.begin) for one in earlier if _related(one, stay)]
    days = sorted([*days, day_of(stay.begin)])[-(p.prior_cycles + 2) :]
    intervals = [after - before for before, after in pairwise(days)]
    if len(intervals) <= p.prior_cycles:
        return False
    usual = median(intervals)
    return all(abs(interval - usual) <= p.cycle_slack_days for interval in intervals)


def _finding(view: View, last: Stay, stay: Stay, p: SplitParameters) -> Finding:
    gap = _gap_days(last, stay)
    share = _share_of_standard(view, last)
    hugs = share is not None and p.hug_from <= share <= p.hug_to
    announced = last.return_planned in p.planned_flags
    by_order = last.way == DISCHARGED_BY_ORDER
    grave = gap <= p.core_days and by_order and (hugs or announced)
    phase = phase_of(view, stay.visit)
    name = name_of(view.registers, stay.institution, stay.begin)
    marks = _marks(by_order, share if hugs else None, announced)
    return Finding(
        anchor=stay.visit,
        at=stay.begin,
        severity=GRAVE if grave else SUSPICIOUS,
        explanation=(
            f"参保人{text_of(last.until)}自{_place(view, last, stay, name)}出院{marks}，"
            f"间隔{gap}天又于{text_of(stay.begin)}入住{name}，"
            f"两次主要诊断{_alike(last, stay)}，疑似分解住院。"
        ),
        counterfactual=(
            f"若间隔超过{p.watch_days}天，或属放化疗、透析等规律疗程、急诊入院、转院、"
            "有计划的分期手术，则不提示。"
        ),
        evidence=tuple(_evidence(view, last, stay, gap, share)),
        institution=stay.institution,
        person=view.key,
        practitioner=stay.doctor,
        visit=stay.visit,
        settlement=settlement_id_of(view, stay.visit),
        phase=phase,
        action="Q1" if phase == "post" and not grave else "",
        whole=fund_of(view, stay.visit),
        window=(last.begin, max(stay.begin, stay.until)),
    )


def _alike(last: Stay, stay: Stay) -> str:
    before, now = last.main_diagnosis, stay.main_diagnosis
    if before == now:
        return f"均为{now}"
    kind = "同一疾病类目" if category(before) == category(now) else "同一系统的疾病"
    return f"{before}与{now}属{kind}"


def _place(view: View, last: Stay, stay: Stay, name: str) -> str:
    if last.institution == stay.institution:
        return name
    return f"同一医共体的{name_of(view.registers, last.institution, last.begin)}"


def _share_of_standard(view: View, stay: Stay) -> Decimal | None:
    """What the stay cost as a share of its group's standard; None where no standard is known."""
    settled = settlements_of(view, stay.visit)
    for claim in reversed(settled):
        entry = claim.group and view.registers.at("drg_group", claim.group, claim.at)
        if not entry:
            continue
        try:
            standard = Decimal(entry.get("std_fee"))
        except InvalidOperation:
            return None
        cost = sum((one.total for one in settled), ZERO)
        return cost / standard if standard > 0 else None
    return None


def _marks(by_order: bool, hugging: Decimal | None, announced: bool) -> str:
    marks = [
        "医嘱离院" if by_order else "",
        f"费用为病组标准的{hugging:.0%}" if hugging is not None else "",
        "出院时已注明近期再入院" if announced else "",
    ]
    listed = "、".join(mark for mark in marks if mark)
    return f"（{listed}）" if listed else ""


def _evidence(
    view: View, last: Stay, stay: Stay, gap: int, share: Decimal | None
) -> Iterator[Evidence]:
    ended = {"出院": text_of(last.until), "主要诊断": last.main_diagnosis, "离院方式": last.way}
    yield Evidence(last.opened_ref, "前次入院", {"入院": text_of(last.begin)})
    yield Evidence(last.closed_ref, "前次出院", {k: v for k, v in ended.items() if v})
    yield from _payments(settlements_of(view, last.visit), "前次结算", share)
    began = {"入院": text_of(stay.begin), "主要诊断": stay.main_diagnosis, "间隔天数": str(gap)}
    yield Evidence(stay.opened_ref, "再次入院", began)
    yield from _payments(settlements_of(view, stay.visit), "再次住院结算", None)


def _payments(
    settled: Sequence[Settled], summary: str, share: Decimal | None
) -> Iterator[Evidence]:
    for claim in settled:
        values = {"总费用": yuan(claim.total), "基金支付": yuan(claim.fund)}
        if share is not None:
            values |= {"病组": claim.group, "与标准之比": f"{share:.3f}"}
        yield Evidence(claim.ref, summary, values)


RULE = Rule(
    id="HO-05",
    name="分解住院",
    name_en="Split hospitalisation",
    description="同一参保人出院后短期内因同一疾病再次入住同一机构（医共体），一次住院被拆成两次结算。",
    phases=("in", "post"),
    severity=4,
    legal=("TL-38(1)",),
    causes=("11", "18"),
    formula="M6",
    actions={"in": "A1", "post": "Q2"},
    official=("GZ10000204001000",),
    parameters=SplitParameters(),
    stages=(
        Stage(
            name="return",
            subject=PERSON,
            triggers=(VisitOpened, VisitClosed, Settled, Reversed),
            affected=_affected,
            judge=_judge,
        ),
    ),
)
