"""HO-07 住院期间门诊/购药: the fund pays an outpatient visit or a purchase of somebody in hospital.

Judged by when a line happened, not by when it was settled. What the catalogue leaves open:

* A visit without lines is judged by the time of its settlement (if that was keyed in at once),
  and its whole payment is in question.
* Before settlement nobody knows who will pay: the visit is pointed out in phase ``in`` while it
  is fresh, and forgotten when it is not settled within ``unsettled_hours``.
* Lines of day precision count only where the whole day lies within the stay; a stay without a
  discharge record runs until its last sign only (rules/readings/stays.py).
* Tests billed as outpatient by the ward's own institution belong to DG-03; without lines nobody
  can tell them from other things there, so those are passed over too.
* While the visit runs the catalogue leaves A1 or A3 open; the milder one is taken.
* Examinations outside that the ward ordered (etip_flag on either side) and dialysis elsewhere
  are ordinary. Day surgery is no stay here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from domain.codes import DAY_SURGERY, EMERGENCY, EXAMINATION, LABORATORY, is_inpatient
from domain.facts import Fees, Line, Settled, VisitClosed, VisitOpened, Vitals
from domain.findings import Evidence, Finding, Wait
from domain.moments import (
    DAY,
    END_OF_TIME,
    HOUR,
    Moment,
    day_of,
    is_date_only,
    start_of_day,
    text_of,
)
from domain.money import ZERO, yuan
from rules.readings.absences import days_sent_out, is_dialysis
from rules.readings.accused import in_full
from rules.readings.claims import lines_of, settlements_of
from rules.readings.geography import name_of
from rules.readings.in_words import period_of
from rules.readings.stays import Stay, stay_of, stays, stays_by_visit
from rules.readings.ward_charges import category_of
from rules.rule import Judgement, Parameters, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import View


class DuringStayParameters(Parameters, frozen=True, kw_only=True):
    """The edges of a stay are ordinary: outpatient and admission on the same day."""

    edge_hours: int = 6
    unsettled_hours: int = 24
    keyed_late_hours: int = 1
    exempt_med_types: tuple[str, ...] = (EMERGENCY, "51")
    own_tests: frozenset[str] = frozenset({EXAMINATION, LABORATORY})
    day_care_med_types: tuple[str, ...] = (DAY_SURGERY,)


class Attendance(Struct, frozen=True):
    """An outpatient visit or purchase, settled or not yet, with the lines that are left of it."""

    visit: str
    institution: str
    med_type: str
    claims: Sequence[Settled]
    uploads: Sequence[Fees]
    lines: Sequence[Line]

    @property
    def is_itemised(self) -> bool:
        """Whether lines were ever uploaded, even if all were refunded since."""
        return bool(self.uploads) or any(claim.lines for claim in self.claims)


def _affected(
    view: View, fact: VisitOpened | VisitClosed | Fees | Vitals | Settled
) -> Iterator[str]:
    """An outpatient visit itself; for a stay, every visit that it can enclose."""
    if not view.once(stays):
        return
    yield fact.visit
    stay = stay_of(view, fact.visit)
    if stay is None:
        return
    known = view.once(stays_by_visit)
    since = stay.begin - DAY
    uploaded = (one.visit for one in view.between(Fees, since, END_OF_TIME))
    settled = (one.visit for one in view.between(Settled, since, END_OF_TIME))
    yield from {*uploaded, *settled} - known.keys()


def _judge(view: View, anchor: str, p: DuringStayParameters) -> Judgement:
    seen = _attendance(view, anchor)
    if seen is None or seen.med_type.startswith(p.exempt_med_types):
        return
    if seen.claims and sum((claim.fund for claim in seen.claims), ZERO) <= 0:
        return
    for stay in view.once(stays):
        if stay.med_type.startswith(p.day_care_med_types):
            continue
        lines, claims = _within(view, seen, stay, p)
        if (lines or claims) and not is_dialysis(view, anchor):
            yield from _pointed_out(view, seen, stay, lines, claims, p)
            return


def _attendance(view: View, visit: str) -> Attendance | None:
    if stay_of(view, visit) is not None:
        return None
    claims, lines = settlements_of(view, visit), lines_of(view, visit)
    uploads = [fees for fees in view.all(Fees) if fees.visit == visit]
    opened = next((one for one in view.all(VisitOpened) if one.visit == visit), None)
    known = claims[0] if claims else opened
    if known is None or is_inpatient(known.med_type) or not (claims or lines):
        return None
    return Attendance(visit, known.institution, known.med_type, claims, uploads, lines)


def _within(
    view: View, seen: Attendance, stay: Stay, p: DuringStayParameters
) -> tuple[list[Line], list[Settled]]:
    """The lines that happened amid the stay; of a visit without lines, the settlements."""
    own_house = seen.institution == stay.institution
    if seen.is_itemised:
        amid = [line for line in seen.lines if line.covered > 0 and _amid(line.at, stay, p)]
        if not amid:
            return [], []
        sent_out = days_sent_out(lines_of(view, stay.visit))
        ordinary = p.own_tests if own_house else frozenset[str]()
        return [
            line
            for line in amid
            if not line.outside_exam
            and day_of(line.at) not in sent_out
            and category_of(line) not in ordinary
        ], []
    if own_house:
        return [], []
    late = p.keyed_late_hours * HOUR
    return [], [
        claim
        for claim in seen.claims
        if claim.fund > 0 and claim.keyed - claim.at <= late and _amid(claim.at, stay, p)
    ]


def _amid(at: Moment, stay: Stay, p: DuringStayParameters) -> bool:
    since, until = stay.core(p.edge_hours)
    if is_date_only(at):
        return since <= at and start_of_day(day_of(at) + 1) <= until
    return since < at < until


def _pointed_out(
    view: View,
    seen: Attendance,
    stay: Stay,
    lines: list[Line],
    claims: list[Settled],
    p: DuringStayParameters,
) -> Judgement:
    if not seen.claims:
        due = Moment(max(line.at for line in seen.lines) + p.unsettled_hours * HOUR)
        if view.clock >= due:
            return
        yield Wait(due)
    first = min([line.at for line in lines] or [claim.at for claim in claims])
    ward = name_of(view.registers, stay.institution, stay.begin)
    place = name_of(view.registers, seen.institution, first)
    paid = sum((claim.fund for claim in seen.claims), ZERO)
    covered = sum((line.covered for line in lines), ZERO)
    what = f"费用{len(lines)}条、政策范围内金额{yuan(covered)}元" if lines else "费用"
    payment = f"该次就诊由基金支付{yuan(paid)}元" if seen.claims else "尚未结算"
    yield Finding(
        anchor=seen.visit,
        at=first,
        severity=4,
        explanation=(
            f"参保人{period_of(stay)}在{ward}住院，其间{text_of(first)}"
            f"在{place}另有门诊或购药{what}，{payment}。"
        ),
        counterfactual=(
            f"若发生在入院{p.edge_hours}小时内或出院前{p.edge_hours}小时内，"
            "或为急诊、透析、病区安排的外检，或未由基金支付，则不提示。"
        ),
        evidence=tuple(_evidence(view, seen, stay, ward, place)),
        institution=seen.institution,
        person=view.key,
        practitioner=next((line.doctor for line in lines if line.doctor), ""),
        visit=seen.visit,
        settlement=seen.claims[-1].settlement if seen.claims else "",
        phase="post" if seen.claims else "in",
        lines=in_full(lines),
        whole=sum((claim.fund for claim in claims), ZERO),
        formula="" if lines else "M6",
        window=(stay.begin, max(stay.begin, stay.until)),
    )


def _evidence(
    view: View, seen: Attendance, stay: Stay, ward: str, place: str
) -> Iterator[Evidence]:
    yield Evidence(stay.opened_ref, "入院", {"机构": ward, "入院": text_of(stay.begin)})
    if stay.closed:
        yield Evidence(stay.closed_ref, "出院", {"出院": text_of(stay.until)})
    for claim in seen.claims[:8]:
        values = {"机构": place, "结算": text_of(claim.at), "基金支付": yuan(claim.fund)}
        yield Evidence(claim.ref, "住院期间的门诊或购药结算", values)
    for fees in seen.uploads[:8]:
        values = {"机构": place, "上传": text_of(fees.at), "明细": str(len(fees.lines))}
        yield Evidence(fees.ref, "住院期间的门诊或购药明细", values)


RULE = Rule(
    id="HO-07",
    name="住院期间门诊/购药",
    name_en="OPD or pharmacy during inpatient stay",
    description="参保人住院期间，另有门诊就诊或药店购药由基金支付。",
    phases=("in", "post"),
    severity=4,
    legal=("TL-38(6)", "TL-41(2)"),
    causes=("16", "28"),
    formula="M1",
    actions={"in": "A1", "post": "Q1"},
    parameters=DuringStayParameters(),
    stages=(
        Stage(
            name="amid",
            subject=PERSON,
            triggers=(VisitOpened, VisitClosed, Fees, Vitals, Settled),
            affected=_affected,
            judge=_judge,
        ),
    ),
)
