"""RX-04 超互联网医院药品支付范围: what an internet hospital may not prescribe, or not yet.

Narcotic and psychotropic drugs are never prescribed online (knowledge points, S5). Other drugs
need an earlier visit in the flesh for the same disease (three-character category, 180 days, any
institution): S3 where the person is known for that long, S2 while our memory is shorter. Silent
on chronic-disease visits, whose card presupposes that visit, and where the online visit names no
disease. Whether a child under six had a companion is not on record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.codes import CHRONIC, is_drug
from domain.facts import Fees, Line, Settled, VisitClosed, VisitOpened
from domain.findings import SUSPICIOUS, WATCH, Evidence, Finding
from domain.moments import DAY, text_of
from domain.money import plain, yuan
from rules.knowledge.stage import knowledge_stage
from rules.readings.accused import in_full
from rules.readings.claims import lines_of, phase_of, settlement_id_of
from rules.readings.diagnoses import category
from rules.readings.encounters import Encounter, encounter_of, encounters
from rules.readings.geography import name_of
from rules.rule import Judgement, Parameters, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import View

MOST_EVIDENCE = 20


class OnlineParameters(Parameters, frozen=True, kw_only=True):
    """How far back the visit in the flesh may lie, and an earlier visit that shows we would
    know of it."""

    prior_dx_days: int = 180
    memory_days: int = 400


def _affected(view: View, fact: VisitOpened | VisitClosed | Fees | Settled) -> Iterator[str]:
    """Online visits alone are judged: the fact's own, and those soon after it."""
    reach = OnlineParameters().memory_days * DAY
    for online in view.once(_online_visits):
        if online.visit == fact.visit or abs(online.begin - fact.at) <= reach + DAY:
            yield online.visit


def _online_visits(view: View) -> Sequence[Encounter]:
    return [one for one in view.once(encounters).values() if one.online]


def _first_seen_online(view: View, visit: str, p: OnlineParameters) -> Judgement:
    encounter = encounter_of(view, visit)
    if encounter is None or not encounter.online or encounter.med_type[:2] == CHRONIC:
        return
    diseases = _diseases(encounter)
    drugs = [
        line
        for line in lines_of(view, visit)
        if line.covered > 0 and is_drug(line.code, line.list_type)
    ]
    if not diseases or not drugs or _seen_before(view, encounter, diseases, p):
        return
    known = _known_for_long(view, encounter, p)
    memory = "" if known else f"（本系统对其记录不足{p.prior_dx_days}天）"
    yield Finding(
        anchor=f"{visit}|首诊",
        at=drugs[-1].at,
        severity=SUSPICIOUS if known else WATCH,
        explanation=(
            f"{name_of(view.registers, encounter.institution, encounter.begin)}"
            f"{text_of(encounter.begin)}互联网诊疗为{'、'.join(sorted(diseases)[:5])}类疾病开具药品"
            f"{len(drugs)}条，而此前{p.prior_dx_days}天内无同一疾病的线下就诊{memory}，疑为线上首诊。"
        ),
        counterfactual=f"若{p.prior_dx_days}天内有同一疾病的线下就诊（含未联网机构的病历），则不提示。",
        evidence=(
            Evidence(encounter.refs[0], "线上就诊", {"诊断": "、".join(encounter.diagnoses[:10])}),
            *(_evidence(encounter, line) for line in drugs[: MOST_EVIDENCE - 1]),
        ),
        institution=encounter.institution,
        person=view.key,
        visit=visit,
        settlement=settlement_id_of(view, visit),
        phase=phase_of(view, visit),
        action="A1",
        lines=in_full(drugs),
    )


def _diseases(encounter: Encounter) -> set[str]:
    """Categories of disease; encounter factors (Z) are none."""
    found = {category(code) for code in encounter.diagnoses}
    return {one for one in found if one and one[0] != "Z"}


def _seen_before(view: View, encounter: Encounter, diseases: set[str], p: OnlineParameters) -> bool:
    since = encounter.begin - p.prior_dx_days * DAY
    return any(
        not other.online and since <= other.begin <= encounter.begin and diseases & _diseases(other)
        for other in view.once(encounters).values()
        if other.visit != encounter.visit
    )


def _known_for_long(view: View, encounter: Encounter, p: OnlineParameters) -> bool:
    since, until = (encounter.begin - days * DAY for days in (p.memory_days, p.prior_dx_days))
    return any(since <= other.begin <= until for other in view.once(encounters).values())


def _evidence(encounter: Encounter, line: Line) -> Evidence:
    values = {
        "明细": line.id,
        "项目": line.code,
        "数量": plain(line.quantity),
        "金额": yuan(line.amount),
    }
    return Evidence(encounter.refs[0], "线上开具的药品", values)


RULE = Rule(
    id="RX-04",
    name="超互联网医院药品支付范围",
    name_en="Internet-hospital scope breach",
    description="互联网诊疗开具麻醉、精神药品，或为此前没有线下就诊的疾病开具药品。",
    phases=("pre", "in"),
    severity=5,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A5", "in": "A5"},
    parameters=OnlineParameters(),
    stages=(
        knowledge_stage("RX-04", severity=5),
        Stage(
            name="first visit",
            subject=PERSON,
            triggers=(VisitOpened, VisitClosed, Fees, Settled),
            affected=_affected,
            judge=_first_seen_online,
        ),
    ),
    official=("2025#47",),
)
