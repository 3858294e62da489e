"""AN-01 结算离群: settlements unlike the others of their stratum, by an online model.

Person → stratum → city's day → person: the person's state tells its stratum what the model looks
at, once, when a net settlement comes; the model (`engine.learning`) passes on the oddest
thousandth; the city's day keeps the fifty oddest; and the person, who alone hears of a reversal,
reports. A score rests on what was known when the settlement came: lines uploaded later, or an
earlier settlement that arrives late, do not change it.

Left open by the catalogue, chosen here:

- The usual place is the institution most visited in 180 days, from three settlements on; homes
  are not known.
- Top 0.1 % a day: at no time of the day more than a thousandth of the stratum's settlements so
  far, rounded up. Fifty a day: the highest scores; a fifty-first gives way when a higher comes.
- The alert claims no amount: a model cannot say what part of a settlement was not due. What the
  fund paid is in its evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from detectors.detector import Score
from detectors.features import SettlementFeatures, settlement_features
from detectors.settlement_outlier import AN_01, TOP
from domain.facts import Settled, Signal
from domain.findings import SUSPICIOUS, Evidence, Finding
from domain.moments import DAY, text_of
from domain.money import plain, yuan
from engine.anomalies.settlement_texts import rarity_text, stratum_text, value_texts
from engine.learning import Learner
from rules.readings.claims import with_lines
from rules.readings.geography import distance_km, name_of, place_of
from rules.readings.peers import city_of
from rules.rule import Judgement, Parameters, Rule, Stage, Tell, itself
from rules.subjects import anomaly_day, stratum
from rules.subjects.anomaly_day import ANOMALY_DAY
from rules.subjects.person import PERSON
from rules.subjects.stratum import STRATUM
from rules.view import View

SETTLEMENT: Final = "AN-01.settlement"
ODD: Final = "AN-01.odd"
OUTLIER: Final = "AN-01.outlier"
CITY, SCORE, RARITY = "city", "score", "rarity."


class OutlierParameters(Parameters, frozen=True, kw_only=True):
    most_a_day_in_city: int = 50
    usual_place_days: int = 180
    usual_place_settlements: int = 3


def _show(view: View, anchor: str, p: OutlierParameters) -> Judgement:
    """Tell the stratum what the model looks at."""
    claim = view.find(Settled, anchor)
    if claim is None:
        return
    before = [one for one in view.all(Settled) if (one.at, one.ref) < (claim.at, claim.ref)]
    x = settlement_features(
        claim,
        with_lines(view, claim).lines,
        before[-1].at if before else None,
        _distance(view, claim, before, p),
    )
    yield Tell(
        STRATUM,
        stratum.key_of(claim.med_type, _level(view, claim)),
        Signal(
            ref=f"{SETTLEMENT} {claim.settlement}",
            at=claim.at,
            name=SETTLEMENT,
            person=view.key,
            institution=claim.institution,
            settlement=claim.settlement,
            refs=(claim.ref,),
            values={CITY: city_of(view.registers, claim.institution, claim.at), **_written(x)},
        ),
    )


def _level(view: View, claim: Settled) -> str:
    entry = view.registers.at("institution", claim.institution, claim.at)
    return entry.get("hosp_lv") if entry else ""


def _distance(
    view: View, claim: Settled, before: Iterable[Settled], p: OutlierParameters
) -> float | None:
    """Kilometres from the institution where the person usually goes, when there is one."""
    since = claim.at - p.usual_place_days * DAY
    visits = Counter(one.institution for one in before if one.at >= since)
    if visits.total() < p.usual_place_settlements:
        return None
    usual = min(visits, key=lambda institution: (-visits[institution], institution))
    here = place_of(view.registers, claim.institution, claim.at)
    there = place_of(view.registers, usual, claim.at)
    return None if here is None or there is None else distance_km(here, there)


def _written(x: SettlementFeatures) -> dict[str, str]:
    values = msgspec.structs.asdict(x).items()
    return {name: repr(value) for name, value in values if value is not None}


def _read(values: Mapping[str, str]) -> SettlementFeatures:
    names = SettlementFeatures.__struct_fields__
    return SettlementFeatures(**{name: float(values[name]) for name in names if name in values})


def _observe(shown: Signal) -> SettlementFeatures:
    return _read(shown.values)


def _pass_on(shown: Signal, score: Score) -> Tell:
    said = {SCORE: repr(score.value)}
    said |= {RARITY + name: repr(rarity) for name, rarity in score.contributions.items()}
    odd = msgspec.structs.replace(
        shown, ref=f"{ODD} {shown.settlement}", name=ODD, values={**shown.values, **said}
    )
    return Tell(ANOMALY_DAY, anomaly_day.key_of(shown.values[CITY], shown.at), odd)


def _the_day(view: View, fact: Signal) -> tuple[str, ...]:
    return ("ration",)


def _ration(view: View, anchor: str, p: OutlierParameters) -> Judgement:
    """Tell the persons of the day's oddest settlements."""
    oddest = sorted(view.signals(ODD), key=lambda odd: (-float(odd.values[SCORE]), odd.at, odd.ref))
    for odd in oddest[: p.most_a_day_in_city]:
        yield Tell(
            PERSON,
            odd.person,
            msgspec.structs.replace(odd, ref=_outlier_ref(odd.settlement), name=OUTLIER),
        )


def _outlier_ref(settlement: str) -> str:
    return f"{OUTLIER} {settlement}"


def _found_odd(view: View, fact: Settled | Signal) -> Iterable[str]:
    """The settlement, if it is one that was found odd."""
    if view.find(Signal, _outlier_ref(fact.settlement)) is not None:
        yield fact.settlement


def _report(view: View, anchor: str, p: OutlierParameters) -> Judgement:
    odd = view.find(Signal, _outlier_ref(anchor))
    claim = next((one for one in view.all(Settled) if one.settlement == anchor), None)
    if odd is None or claim is None:
        return
    score = float(odd.values[SCORE])
    contributions = _contributions(odd.values)
    name = name_of(view.registers, claim.institution, claim.at)
    kind = stratum_text(claim.med_type, _level(view, claim))
    reasons = "；".join(f"{what}{how}" for what, how in contributions.items())
    yield Finding(
        anchor=anchor,
        at=claim.at,
        severity=SUSPICIOUS,
        explanation=(
            f"{name}{text_of(claim.at)}结算{yuan(claim.total)}元，在{kind}结算中少见："
            f"{reasons}；异常分{score:.2f}，居同类前{TOP.share:.1%}，仅供核查。"
        ),
        counterfactual=f"异常分低于同类前{TOP.share:.1%}的界限，则不提示。",
        evidence=(
            Evidence(
                claim.ref,
                "离群结算",
                {"基金支付": plain(claim.fund), **value_texts(_read(odd.values))},
            ),
        ),
        institution=claim.institution,
        person=view.key,
        visit=claim.visit,
        settlement=claim.settlement,
        score=round(score, 4),
        contributions=contributions,
    )


def _contributions(values: Mapping[str, str]) -> dict[str, str]:
    """The rarest features with value and rarity, the rarest first."""
    seen = value_texts(_read(values))
    named = {
        AN_01.features[name.removeprefix(RARITY)]: rarity_text(float(rarity))
        for name, rarity in values.items()
        if name.startswith(RARITY)
    }
    return {name: f"{seen.get(name, '')}（{rarity}）" for name, rarity in named.items()}


RULE = Rule(
    id="AN-01",
    name=AN_01.name,
    name_en=AN_01.name_en,
    description=(
        "在线模型按医疗类别与医院等级学习何为寻常，对每笔结算先评分后学习，"
        "将每日最少见的千分之一列为线索；只供核查，不作扣款依据。"
    ),
    phases=("post",),
    severity=SUSPICIOUS,
    legal=("TL-15",),
    causes=("19",),
    formula="",
    actions={"post": "Q1"},
    parameters=OutlierParameters(),
    stages=(
        Stage(name="show", subject=PERSON, triggers=(Settled,), affected=itself, judge=_show),
        Stage(
            name="ration",
            subject=ANOMALY_DAY,
            triggers=(Signal,),
            signals=(ODD,),
            affected=_the_day,
            judge=_ration,
        ),
        Stage(
            name="report",
            subject=PERSON,
            triggers=(Settled, Signal),
            signals=(OUTLIER,),
            affected=_found_odd,
            judge=_report,
        ),
    ),
)
LEARNER = Learner(rule=RULE.id, subject=STRATUM, spec=AN_01, observe=_observe, tell=_pass_on)
