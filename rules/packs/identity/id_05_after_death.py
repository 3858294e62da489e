"""ID-05 死亡后就医购药: care or drugs for somebody who was dead.

What counts is when something was done, never when it was settled: the bill of the last stay is
settled after the death, by relatives. One finding a visit.

Left open by the catalogue, chosen here:

- Everything on the natural day of death is let pass, whatever the hour, so the last offices
  (尸体料理) charged that evening are; an offence begins with the next day.
- Services to the dead (death certificate, mortuary, autopsy) are rightly charged later; a visit
  of nothing else is let pass.
- A settlement of which neither lines nor an opening are known is taken for the use itself, if it
  is an outpatient's and made more than ``grace_hours`` after the day of death.
- Where a registry and a hospital disagree, the registry's day counts; uses before the later of
  the two days are S4, as if no registry had spoken.
- A newborn on its mother's identity outlives her: visits marked so are let pass.
- The retro-scan on a late record covers what a person's state holds, up to ``lookback_days``
  before the newest fact. There is no limit the other way: a person dead for years is dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from msgspec import Struct

from domain.codes import is_inpatient
from domain.facts import Care, Fees, Line, Registered, Settled, VisitClosed, VisitOpened
from domain.findings import GRAVE, VIOLATION, Evidence, Finding
from domain.moments import DAY, HOUR, Moment, date_of, day_of, start_of_day, text_of
from domain.money import ZERO, yuan
from rules.readings.accused import in_full
from rules.readings.claims import fund_of, lines_of, phase_of, settlement_id_of, settlements_of
from rules.readings.deaths import DEATH, HOSPITAL, REGISTRY, Death, DeathRecord, death_of
from rules.readings.deaths import tells_death as _tells_death
from rules.readings.geography import name_of
from rules.readings.in_words import credential_name
from rules.readings.last_offices import is_last_office
from rules.rule import Judgement, Parameters, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import View

VisitFact = VisitOpened | VisitClosed | Fees | Settled | Care
SHOWN = 15
_SOURCES = {REGISTRY: "死亡登记", HOSPITAL: "医院死亡记录"}


class AfterDeathParameters(Parameters, frozen=True, kw_only=True):
    """06-rules ID-05."""

    grace_hours: int = 24
    lookback_days: int = 400


class Use(Struct, frozen=True):
    """Something done after the death: a line charged, a visit begun, a purchase, care at home."""

    ref: str
    at: Moment
    what: str
    values: dict[str, str]


def _affected(view: View, fact: VisitFact | Registered) -> Iterable[str]:
    """The visit itself; of a death, or of what may have been taken for one, every visit."""
    if isinstance(fact, Registered):
        return _visits(view) if fact.kind == DEATH else ()
    if isinstance(fact, VisitClosed) and (_tells_death(fact) or _corrects(view, fact)):
        return {*_visits(view), fact.visit}
    return (fact.visit,)


def _corrects(view: View, closed: VisitClosed) -> bool:
    """Whether an earlier discharge record of the same visit told of a death."""
    return any(one.visit == closed.visit and _tells_death(one) for one in view.all(VisitClosed))


def _visits(view: View) -> set[str]:
    """The visits within the retro-scan."""
    facts: list[VisitFact] = []
    for kind in (VisitOpened, Fees, Settled, Care):
        facts += view.all(kind)
    newest = max((fact.at for fact in facts), default=0)
    since = newest - AfterDeathParameters().lookback_days * DAY
    return {fact.visit for fact in facts if fact.at >= since}


def _judge(view: View, visit: str, p: AfterDeathParameters) -> Judgement:
    death = death_of(view)
    if death is None:
        return
    opened = next((one for one in view.all(VisitOpened) if one.visit == visit), None)
    settled = settlements_of(view, visit)
    if (opened and opened.newborn) or any(claim.newborn for claim in settled):
        return
    late = [line for line in lines_of(view, visit) if day_of(line.at) > death.day]
    lines = [line for line in late if not is_last_office(view, line)]
    if late and not lines:
        return
    uses = sorted(_uses(view, visit, opened, lines, death, p), key=lambda use: (use.at, use.ref))
    if not uses:
        return
    beyond_doubt = death.confirmed and any(day_of(use.at) > death.last_day for use in uses)
    amount = sum((line.covered for line in lines), ZERO) if lines else fund_of(view, visit)
    institution = _institution(view, visit, opened, settled)
    yield Finding(
        anchor=visit,
        at=uses[0].at,
        severity=VIOLATION if beyond_doubt else GRAVE,
        explanation=_explain(view, death, uses, lines, amount, institution),
        counterfactual="若费用发生时间不晚于死亡当日（事后结算不计），或死亡记录经核实撤销，则不提示。",
        evidence=(*map(_told, death.records[:3]), *map(_shown, uses[:SHOWN])),
        person=view.key,
        institution=institution,
        practitioner=_only({line.doctor for line in lines}),
        visit=visit,
        settlement=settlement_id_of(view, visit),
        phase=phase_of(view, visit),
        lines=in_full(lines),
        whole=ZERO if lines else amount,
        formula="M1" if lines else "M6",
        window=(start_of_day(death.day + 1), uses[-1].at),
        hits=len(lines) or 1,
    )


def _uses(
    view: View,
    visit: str,
    opened: VisitOpened | None,
    lines: list[Line],
    death: Death,
    p: AfterDeathParameters,
) -> Iterator[Use]:
    if opened and day_of(opened.at) > death.day:
        values = _named(终端=opened.terminal, 凭证=credential_name(opened.credential))
        yield Use(opened.ref, opened.at, "死亡后办理就诊", values)
    yield from _charged(view, visit, lines)
    for care in view.all(Care):
        if care.visit == visit and day_of(care.at) > death.day:
            yield Use(care.ref, care.at, "死亡后的长护服务", {})
    if opened or lines_of(view, visit):
        return
    for claim in settlements_of(view, visit):
        late = claim.at >= start_of_day(death.day + 1) + p.grace_hours * HOUR
        if late and not is_inpatient(claim.med_type):
            yield Use(claim.ref, claim.at, "死亡后结算", _at_till(claim))


def _charged(view: View, visit: str, lines: list[Line]) -> Iterator[Use]:
    """The lines after death, gathered by the event that first uploaded them."""
    by_id = {line.id: line for line in lines}
    uploads: list[Fees | Settled] = [*view.all(Fees)]
    uploads += view.all(Settled)
    for fact in uploads if lines else ():
        if fact.visit != visit:
            continue
        mine = [by_id.pop(line.id) for line in fact.lines if line.id in by_id]
        if mine:
            values = {
                "条数": str(len(mine)),
                "最晚": text_of(max(line.at for line in mine)),
                "政策范围内金额": yuan(sum((line.covered for line in mine), ZERO)),
                **(_at_till(fact) if isinstance(fact, Settled) else {}),
            }
            yield Use(fact.ref, min(line.at for line in mine), "死亡后发生的费用", values)


def _at_till(claim: Settled) -> dict[str, str]:
    return _named(
        终端=claim.terminal, 操作员=claim.operator, 凭证=credential_name(claim.credential)
    )


def _named(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _institution(view: View, visit: str, opened: VisitOpened | None, settled: list[Settled]) -> str:
    if opened or settled:
        return opened.institution if opened else settled[0].institution
    fees = next((one for one in view.all(Fees) if one.visit == visit), None)
    if fees:
        return fees.institution
    return next((one.caregiver for one in view.all(Care) if one.visit == visit), "")


def _explain(
    view: View,
    death: Death,
    uses: list[Use],
    lines: list[Line],
    amount: Decimal,
    institution: str,
) -> str:
    source = _SOURCES[REGISTRY] if death.confirmed else f"{_SOURCES[HOSPITAL]}（未经登记核实）"
    place = name_of(view.registers, institution, uses[0].at)
    first = text_of(uses[0].at)
    paid = f"基金支付{yuan(amount)}元" if amount else "尚无基金支付"
    if lines:
        done = (
            f"此后在{place}仍发生费用{len(lines)}条（最早{first}），政策范围内金额{yuan(amount)}元"
        )
    else:
        done = f"此后在{place}仍有记录（{first}，{uses[0].what}），{paid}"
    return f"{source}显示参保人于{date_of(start_of_day(death.day))}死亡，{done}。"


def _told(record: DeathRecord) -> Evidence:
    values = {"死亡日期": str(date_of(start_of_day(record.day))), "来源": _SOURCES[record.source]}
    return Evidence(record.ref, "死亡记录", values)


def _shown(use: Use) -> Evidence:
    return Evidence(use.ref, use.what, {"时间": text_of(use.at), **use.values})


def _only(names: set[str]) -> str:
    """The one name there is; empty for none or several."""
    return next(iter(names)) if len(names) == 1 else ""


RULE = Rule(
    id="ID-05",
    name="死亡后就医购药",
    name_en="Use after death",
    description="费用发生或就诊开始的时间晚于参保人死亡当日；死亡之后才结算的生前费用不计。",
    phases=("pre", "in", "post"),
    severity=VIOLATION,
    legal=("TL-40(1)", "TL-40(3)", "TL-41"),
    causes=("20", "24", "31"),
    formula="M1",
    actions={"pre": "A5", "in": "A5", "post": "Q2+C1"},
    parameters=AfterDeathParameters(),
    subsumes=("ID-06",),
    stages=(
        Stage(
            subject=PERSON,
            triggers=(VisitOpened, VisitClosed, Fees, Settled, Care, Registered),
            affected=_affected,
            judge=_judge,
        ),
    ),
)
