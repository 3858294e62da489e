"""HO-01 at the institution: does it record its stays as a rule, and what do the signs amount to?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from domain.facts import Signal
from domain.findings import GRAVE, SUSPICIOUS, Finding
from domain.moments import day_of, start_of_day
from rules.packs.hospitalisation.ho_01_signs import (
    HIT,
    ONLY_IDLE,
    RECORDED,
    BedHangingParameters,
    Signs,
)
from rules.readings.accused import in_full
from rules.readings.geography import name_of
from rules.rule import Judgement, Tell
from rules.subjects.institution import INSTITUTION
from rules.subjects.institution_day import day_in, institution_of
from rules.view import View

TALLY: Final = "HO-01.tally"
_SIGNS: Final = msgspec.json.Decoder(Signs)


class Coverage(Struct, frozen=True):
    """How many other stays there were, and how many of them were recorded."""

    stays: int
    recorded: int

    @property
    def share(self) -> float:
        return self.recorded / self.stays if self.stays else 0.0

    def is_usual(self, p: BedHangingParameters) -> bool:
        """Whether this hospital records its stays as a rule, so that a gap means something."""
        return self.stays >= p.coverage_min_stays and self.share >= p.coverage_min_share


def the_day(view: View, fact: Signal) -> tuple[str]:
    return (TALLY,)


def tally(view: View, anchor: str, p: BedHangingParameters) -> Judgement:
    """How many stays counted at this institution on this day, and how many were recorded."""
    counted = view.signals(RECORDED)
    if not counted:
        return
    institution, day = institution_of(view.key), day_in(view.key)
    recorded = sum(one.values["recorded"] == "1" for one in counted)
    signal = Signal(
        ref=f"{TALLY} {day}",
        at=start_of_day(day),
        name=TALLY,
        institution=institution,
        values={"stays": str(len(counted)), "recorded": str(recorded)},
    )
    yield Tell(INSTITUTION, institution, signal)


def affected(view: View, fact: Signal) -> Iterator[str]:
    """A stay's signs; by a day's tally, the stays whose verdict hangs on the coverage then."""
    if fact.name == HIT:
        yield fact.ref
        return
    for hit in view.signals(HIT):
        if hit.values[ONLY_IDLE] and fact.at <= hit.at:
            yield hit.ref


def report(view: View, anchor: str, p: BedHangingParameters) -> Judgement:
    hit = view.find(Signal, anchor)
    if hit is None:
        return
    signs = _SIGNS.decode(hit.values["signs"])
    coverage = _coverage(view, hit, signs, p)
    unrecorded = bool(signs.idle) and not signs.elsewhere and coverage.is_usual(p)
    two_signs = bool(signs.idle and signs.elsewhere) or signs.days_elsewhere >= 2
    grave = two_signs or unrecorded
    name = name_of(view.registers, hit.institution, signs.at)
    yield Finding(
        anchor=anchor,
        at=signs.at,
        severity=GRAVE if grave else SUSPICIOUS,
        explanation=_explained(name, signs, coverage if unrecorded else None, grave),
        counterfactual=(
            f"若无诊疗且无记录的计费日连续不足{p.idle_days}天（精神科{p.idle_days_psychiatry}天），"
            "或外出经批准请假且当日未计床位费，或为外检、透析、日间手术，则不提示。"
        ),
        evidence=signs.evidence,
        institution=hit.institution,
        person=hit.person,
        practitioner=signs.doctor,
        visit=hit.visit,
        settlement=hit.settlement,
        phase=signs.phase,
        action="" if grave or signs.phase == "in" else "Q1",
        lines=in_full(hit.lines),
        window=signs.window,
        dedup=hit.visit,
    )


def _coverage(view: View, hit: Signal, signs: Signs, p: BedHangingParameters) -> Coverage:
    """The stays that counted in the days before this stay's last known one, itself left out."""
    last = day_of(hit.at)
    first = last - p.coverage_days
    stays = recorded = 0
    for day in view.signals(TALLY):
        if start_of_day(first) <= day.at <= hit.at:
            stays += int(day.values["stays"])
            recorded += int(day.values["recorded"])
    if signs.counted_on is not None and first <= signs.counted_on <= last:
        stays, recorded = stays - 1, recorded - signs.recorded
    return Coverage(stays, recorded)


def _explained(name: str, signs: Signs, coverage: Coverage | None, grave: bool) -> str:
    parts = [f"参保人{signs.stay}在{name}住院"]
    if signs.idle:
        parts.append(f"{signs.idle}计收床位护理费而无任何诊疗、体征或病程记录")
    if signs.elsewhere:
        parts.append(f"其间现身他处（{signs.elsewhere}）")
    if coverage is not None:
        parts.append(f"但该院同期其他{coverage.stays}次住院中{coverage.recorded}次有体征或病程记录")
    parts.append("疑似挂床住院" if grave else "仅有一项迹象，列为挂床住院线索")
    return "，".join(parts) + "。"
