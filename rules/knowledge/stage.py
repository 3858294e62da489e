"""The stage all knowledge rules share: a visit against the points that speak of its lines.

An anchor is a visit. The cost of an event grows with its lines: one look-up a line, and nothing
at all for a person without a line that some point of the rule is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from domain.facts import Fact, Fees, Registered, Reversed, Settled, VisitClosed, VisitOpened
from domain.findings import AccusedLine, Evidence, Finding
from domain.moments import DAY, Moment, text_of
from domain.money import plain, yuan
from rules.knowledge.case import Breach, Case
from rules.knowledge.charges import Charge, charges
from rules.knowledge.executors import EXECUTORS
from rules.knowledge.point import KnowledgePoint
from rules.readings.claims import phase_of, settlement_id_of
from rules.readings.encounters import Encounter, encounter_of, is_about_person
from rules.readings.stays import is_taken_back, stay_of
from rules.rule import Judgement, Stage
from rules.subjects.person import PERSON
from rules.view import View

MOST_EVIDENCE = 20  # entries of an alert
LONGEST_QUOTE = 120  # characters of the published text in an explanation

_TRIGGERS: tuple[type[Fact], ...] = (
    Fees,
    Settled,
    VisitOpened,
    VisitClosed,
    Reversed,
    Registered,
)

Severity = int | Callable[[KnowledgePoint, str], int]
"""The severity of a breach of a point in a phase, where the executor names none."""


def knowledge_stage(rule: str, severity: Severity) -> Stage:
    """The stage that executes the points of a rule (``point.rule``)."""

    def affected(view: View, fact: Fact) -> Iterable[str]:
        if rule not in view.knowledge.rules:
            return ()
        return _visits_affected(view, rule, fact)

    def judge(view: View, anchor: str, p: Any) -> Judgement:
        return _judge(view, rule, anchor, severity, p)

    return Stage(name="points", subject=PERSON, triggers=_TRIGGERS, affected=affected, judge=judge)


def _visits_affected(view: View, rule: str, fact: Fact) -> Iterator[str]:
    """The fact's own visit; visits within the reach of the rule's points; and, where it tells
    who the person is, every visit."""
    spans = view.once(charges).visits_of(rule)
    if isinstance(fact, Fees | Settled) and _took_away(view, rule, fact):
        yield fact.visit
    if not spans:
        return
    if isinstance(fact, Registered):
        yield from spans if is_about_person(fact) or "dise_codg" in fact.attributes else ()
    elif isinstance(fact, Reversed):
        yield from (visit for visit in spans if _stays_at(view, visit, fact.institution))
    elif isinstance(fact, Fees | Settled | VisitOpened | VisitClosed):
        if fact.visit in spans:
            yield fact.visit
        yield from _within_reach(view, rule, fact, spans)


def _took_away(view: View, rule: str, fact: Fees | Settled) -> bool:
    """Whether the fact is no longer in sight, and lines the rule looks at went with it."""
    return view.find(type(fact), fact.ref) is None and any(
        rule in view.knowledge.rules_of(line.code) for line in fact.lines
    )


def _within_reach(
    view: View, rule: str, fact: Fact, spans: Mapping[str, tuple[Moment, Moment]]
) -> Iterator[str]:
    reach = view.knowledge.reach_days(rule) * DAY
    if not reach:
        return
    since, until = _extent(fact)
    everywhere = is_about_person(fact)
    for visit, (first, last) in spans.items():
        begun = min(first, _begin(view, visit, first))
        if everywhere or (begun - reach <= until and since <= last + reach):
            yield visit


def _extent(fact: Fact) -> tuple[int, int]:
    times = [fact.at]
    if isinstance(fact, Fees | Settled):
        times += [line.at for line in fact.lines]
    return min(times), max(times)


def _begin(view: View, visit: str, otherwise: Moment) -> Moment:
    encounter = encounter_of(view, visit)
    return otherwise if encounter is None else encounter.begin


def _stays_at(view: View, visit: str, institution: str) -> bool:
    stay = stay_of(view, visit)
    return stay is not None and stay.institution == institution


def _judge(view: View, rule: str, visit: str, severity: Severity, p: Any) -> Iterator[Finding]:
    encounter, stay = encounter_of(view, visit), stay_of(view, visit)
    if encounter is None or (stay is not None and is_taken_back(view, stay)):
        return
    for point, paid in _points_of(view, rule, visit):
        case = Case(view, point, encounter, paid)
        executor = EXECUTORS.get(type(point.constraint))
        breach = executor(case, p) if executor else None
        if breach is not None:
            yield _finding(case, breach, severity)


def _points_of(view: View, rule: str, visit: str) -> Iterator[tuple[KnowledgePoint, list[Charge]]]:
    """The points of the rule with the paid lines of the visit they are about, while in force."""
    found: dict[str, tuple[KnowledgePoint, list[Charge]]] = {}
    for charge in view.once(charges).by_visit.get(visit, ()):
        if charge.paid and rule in view.knowledge.rules_of(charge.line.code):
            for point in view.knowledge.of(charge.line.code, charge.line.at):
                if point.rule == rule:
                    found.setdefault(point.id, (point, []))[1].append(charge)
    yield from (found[id] for id in sorted(found))


def _finding(case: Case, breach: Breach, severity: Severity) -> Finding:
    point, encounter, view = case.point, case.encounter, case.view
    lines = [one.charge.line for one in breach.accused]
    phase = phase_of(view, encounter.visit)
    quote = point.published.replace("\n", "")
    quoted = f"（知识点：{quote[:LONGEST_QUOTE]}{'…' if len(quote) > LONGEST_QUOTE else ''}）"
    return Finding(
        anchor=f"{encounter.visit}|{point.id}",
        at=lines[-1].at,
        severity=breach.severity or _usual(severity, point, phase),
        explanation=(
            f"“{point.name}”{breach.said}{quoted if quote else ''}，"
            f"涉及收费{len(lines)}条、{yuan(breach.amount)}元。"
        ),
        counterfactual=breach.would_pass,
        evidence=tuple(_evidence(encounter, breach))[:MOST_EVIDENCE],
        institution=encounter.institution,
        person=view.key,
        practitioner=next((line.doctor for line in lines if line.doctor), ""),
        visit=encounter.visit,
        settlement=settlement_id_of(view, encounter.visit),
        phase=phase,
        lines=tuple(_accused(breach)),
        window=breach.window or (lines[0].at, lines[-1].at),
        rests_on=tuple(charge.line.id for charge in breach.also),
        formula=breach.formula,
        knowledge=(point.id,),
        hits=breach.hits,
    )


def _accused(breach: Breach) -> Iterator[AccusedLine]:
    for one in breach.accused:
        yield AccusedLine(one.charge.line.id, one.charge.line.code, one.amount)


def _evidence(encounter: Encounter, breach: Breach) -> Iterator[Evidence]:
    if breach.about_visit and encounter.refs:
        yield Evidence(encounter.refs[0], "就诊登记", breach.about_visit)
    for summary, charged in (
        ("涉及收费", [one.charge for one in breach.accused]),
        ("相关收费", breach.also),
    ):
        for charge in charged:
            line = charge.line
            values = {
                "明细": line.id,
                "项目": line.code,
                "时间": text_of(line.at),
                "数量": plain(line.quantity),
                "金额": yuan(line.amount),
            }
            yield Evidence(charge.ref, summary, values)


def _usual(severity: Severity, point: KnowledgePoint, phase: str) -> int:
    return severity if isinstance(severity, int) else severity(point, phase)
