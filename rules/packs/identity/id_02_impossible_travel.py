"""ID-02 异地同时就医: one person at two places, too far apart for the time between.

Stage one, at the person, measures every presence against the one before it. Stage two, at the
institution of the later presence, first asks whether the institution's own place is in doubt: a
wrong geocode makes travellers of all its patients.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from domain.facts import Care, Fact, Settled, Signal, VisitOpened
from domain.findings import NOTICE, Evidence, Finding
from domain.moments import Moment, text_of
from domain.money import plain
from rules.projections.institution_day import TALLY
from rules.readings.claims import fund_of, phase_of, settlement_id_of
from rules.readings.in_words import credential_name
from rules.readings.presence import presences
from rules.readings.travel import (
    HIT,
    TravelParameters,
    geocode_suspect,
    hits_concerned,
    impossible_journey,
)
from rules.rule import Judgement, Rule, Stage, Tell
from rules.subjects.institution import INSTITUTION
from rules.subjects.person import PERSON
from rules.view import View

GEOCODE = "geocode"


def _affected(view: View, fact: VisitOpened | Settled | Care) -> Iterable[str]:
    """The presence itself, those of the same visit, and the next one in time."""
    found = view.once(presences)
    yield from (one.ref for one in found if one.ref == fact.ref or one.visit == fact.visit)
    yield from [one.ref for one in found if one.at >= fact.at and one.ref != fact.ref][:2]
    yield fact.ref


def _measure(view: View, anchor: str, p: TravelParameters) -> Judgement:
    journey = impossible_journey(view, anchor, p)
    if journey is None:
        return
    before, after = journey.before, journey.after
    hit = Signal(
        ref=f"{HIT} {anchor}",
        at=after.at,
        name=HIT,
        person=view.key,
        institution=after.institution,
        visit=after.visit,
        settlement=after.settlement or settlement_id_of(view, after.visit),
        refs=(before.ref, after.ref),
        values={
            "距离km": f"{journey.distance_km:.0f}",
            "间隔分钟": f"{journey.minutes:.0f}",
            "至少需分钟": f"{journey.needed_minutes:.0f}",
            "前次时间": text_of(before.at),
            "前次机构": before.name,
            "前次终端": before.terminal,
            "前次凭证": before.credential,
            "本次时间": text_of(after.at),
            "本次机构": after.name,
            "本次终端": after.terminal,
            "本次凭证": after.credential,
            "基金支付": plain(fund_of(view, after.visit)),
            "阶段": phase_of(view, after.visit),
            "前次时刻": str(before.at),
        },
    )
    yield Tell(INSTITUTION, after.institution, hit)


def _hits_concerned(view: View, fact: Fact) -> Iterator[str]:
    """The hits concerned, and with any of them the geocode."""
    concerned = hits_concerned(view, fact)
    yield from concerned
    if concerned:
        yield GEOCODE


def _report(view: View, anchor: str, p: TravelParameters) -> Judgement:
    if anchor == GEOCODE:
        yield from _doubt_geocode(view, p)
        return
    hit = view.find(Signal, anchor)
    if hit is None or geocode_suspect(view, hit.at, p):
        return
    seen = hit.values
    yield Finding(
        anchor=anchor,
        at=hit.at,
        severity=4,
        explanation=(
            f"参保人{seen['前次时间']}在{seen['前次机构']}、{seen['本次时间']}在{seen['本次机构']}"
            f"就医购药，两地相距{seen['距离km']}公里，间隔{seen['间隔分钟']}分钟，"
            f"而按最快交通方式并计候诊至少需{seen['至少需分钟']}分钟，行程不可能实现。"
        ),
        counterfactual=f"若两次间隔不少于{seen['至少需分钟']}分钟，或其中一次为线上就诊，则不提示。",
        evidence=(
            _evidence(hit.refs[0], "前次到场", seen, "前次"),
            _evidence(hit.refs[1], "本次到场", seen, "本次"),
        ),
        person=hit.person,
        institution=hit.institution,
        visit=hit.visit,
        settlement=hit.settlement,
        phase=seen["阶段"],
        whole=Decimal(seen["基金支付"]),
        window=(Moment(int(seen["前次时刻"])), hit.at),
    )


def _evidence(ref: str, summary: str, seen: dict[str, str], side: str) -> Evidence:
    values = {name: text for name in ("时间", "机构", "终端") if (text := seen[f"{side}{name}"])}
    if credential := seen[f"{side}凭证"]:
        values["凭证"] = credential_name(credential)
    values["距离km"], values["间隔分钟"] = seen["距离km"], seen["间隔分钟"]
    return Evidence(ref, summary, values)


def _doubt_geocode(view: View, p: TravelParameters) -> Judgement:
    hits = [hit for hit in view.signals(HIT) if geocode_suspect(view, hit.at, p)]
    if not hits:
        return
    last = hits[-1]
    yield Finding(
        anchor=GEOCODE,
        at=last.at,
        severity=NOTICE,
        action="A0",
        explanation=(
            f"{last.values['本次机构']}的坐标疑有误：{p.geocode_days}天内有{len(hits)}次"
            f"“不可能行程”，超过就诊人次的{p.geocode_max_share:.0%}，相关提示已暂停，请核对机构坐标。"
        ),
        counterfactual="若坐标经更正，则自动恢复判断。",
        evidence=tuple(
            Evidence(hit.refs[1], "疑因坐标有误的行程", {"距离km": hit.values["距离km"]})
            for hit in hits[-10:]
        ),
        institution=view.key,
        hits=len(hits),
    )


RULE = Rule(
    id="ID-02",
    name="异地同时就医(不可能行程)",
    name_en="Impossible travel",
    description="同一参保人两次到场之间的距离，以最快的可信速度也不能在其间隔内走完。",
    phases=("in", "post"),
    severity=4,
    legal=("TL-15", "TL-40(1)", "TL-41"),
    causes=("20", "27", "31"),
    formula="M6",
    actions={"in": "A1", "post": "Q2"},
    parameters=TravelParameters(),
    stages=(
        Stage(
            name="journey",
            subject=PERSON,
            triggers=(VisitOpened, Settled, Care),
            affected=_affected,
            judge=_measure,
        ),
        Stage(
            name="report",
            subject=INSTITUTION,
            triggers=(Signal,),
            signals=(HIT, TALLY),
            affected=_hits_concerned,
            judge=_report,
        ),
    ),
)
