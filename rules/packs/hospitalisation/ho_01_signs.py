"""HO-01 at the person: the signs of an empty bed in one stay, and whether the stay was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from domain.codes import DAY_SURGERY, PALLIATIVE, PER_DIEM
from domain.facts import Care, Record, Registered, Reversed, Signal
from domain.findings import Evidence, Wait
from domain.moments import DAY, HOUR, Moment, day_of, start_of_day, text_of
from rules.packs.hospitalisation.ho_01_evidence import (
    SHOWN_PRESENCES,
    SHOWN_RUNS,
    Observation,
    evidence_of,
)
from rules.readings.absences import seen_elsewhere
from rules.readings.claims import phase_of, settlement_id_of
from rules.readings.diagnoses import has_prefix
from rules.readings.in_words import period_of
from rules.readings.presence import presences
from rules.readings.stays import (
    Stay,
    StayFact,
    is_taken_back,
    recorded_days,
    stay_of,
    stays,
    stays_concerned,
)
from rules.readings.ward_days import WardDay, runs_of, ward_days
from rules.rule import Judgement, Parameters, Tell
from rules.subjects.institution import INSTITUTION
from rules.subjects.institution_day import INSTITUTION_DAY, key_of
from rules.view import View

HIT: Final = "HO-01.signs"
RECORDED: Final = "HO-01.recorded"
ONLY_IDLE: Final = "only_idle"


class BedHangingParameters(Parameters, frozen=True, kw_only=True):
    """Three days are the public engineering default (06-rules HO-01)."""

    idle_days: int = 3
    idle_days_psychiatry: int = 7
    min_stay_days: int = 3
    edge_hours: int = 6
    judged_at_hour: int = 2
    coverage_days: int = 30
    coverage_min_share: float = 0.8
    coverage_min_stays: int = 3  # that many recorded stays prove that the interface works
    passed_over_med_types: tuple[str, ...] = (DAY_SURGERY, PALLIATIVE)
    psychiatry_med_types: tuple[str, ...] = (PER_DIEM,)
    psychiatry_diagnoses: tuple[str, ...] = ("F",)


class Signs(Struct, frozen=True, kw_only=True):
    """What the person tells the institution of a stay, as one text of the signal.

    ``counted_on`` is the day on which this stay itself counts for the coverage, if it does.
    """

    at: Moment
    stay: str
    idle: str
    elsewhere: str
    days_elsewhere: int
    counted_on: int | None
    recorded: bool
    phase: str
    doctor: str
    window: tuple[Moment, Moment]
    evidence: tuple[Evidence, ...]


def affected(view: View, fact: StayFact | Record | Care | Registered) -> Iterator[str]:
    """The stay a fact belongs to, or those during which the person was elsewhere because of it."""
    if isinstance(fact, Registered):
        if fact.kind == "leave":
            yield fact.id
        elif fact.kind == "custody":
            yield from (stay.visit for stay in view.once(stays))
        return
    concerned = stays_concerned(view, fact)
    yield from (stay.visit for stay in concerned)
    if concerned or not view.once(stays):
        return
    moments = [fact.at]
    if not isinstance(fact, Reversed):
        moments += [one.at for one in view.once(presences) if one.visit == fact.visit]
    for stay in view.once(stays):
        if any(stay.begin <= at <= stay.until + DAY for at in moments):
            yield stay.visit


def judge(view: View, anchor: str, p: BedHangingParameters) -> Judgement:
    stay = stay_of(view, anchor)
    if stay is None or stay.med_type.startswith(DAY_SURGERY):
        return
    recorded = bool(recorded_days(view, stay))
    counted_on = _counted_on(stay, p)
    if counted_on is not None:
        yield _counts(stay, counted_on, recorded)
    short = stay.nights < p.min_stay_days
    if short or stay.med_type.startswith(p.passed_over_med_types) or is_taken_back(view, stay):
        return
    days = ward_days(view, stay)
    pending = [due for day in days if day.is_idle and view.clock < (due := _due(day, p))]
    if pending:
        yield Wait(min(pending))
    idle = runs_of(
        days, lambda day: day.is_idle and view.clock >= _due(day, p), _idle_limit(stay, p)
    )
    seen = Observation(stay, days, idle, seen_elsewhere(view, stay, p.edge_hours))
    if seen.idle or seen.elsewhere:
        yield _signal(view, seen, counted_on, recorded)


def _counted_on(stay: Stay, p: BedHangingParameters) -> int | None:
    """The day by which a stay should have been recorded: its third, or its last if it is short."""
    if stay.nights >= p.min_stay_days:
        return day_of(stay.begin) + p.min_stay_days
    return day_of(stay.until) if stay.closed else None


def _counts(stay: Stay, day: int, recorded: bool) -> Tell:
    at = start_of_day(day)
    signal = Signal(
        ref=f"{RECORDED} {stay.visit}",
        at=at,
        name=RECORDED,
        institution=stay.institution,
        visit=stay.visit,
        values={"recorded": "1" if recorded else "0"},
    )
    return Tell(INSTITUTION_DAY, key_of(stay.institution, at), signal)


def _due(day: WardDay, p: BedHangingParameters) -> Moment:
    return Moment(start_of_day(day.day + 1) + p.judged_at_hour * HOUR)


def _idle_limit(stay: Stay, p: BedHangingParameters) -> int:
    psychiatry = stay.med_type.startswith(p.psychiatry_med_types) or has_prefix(
        stay.main_diagnosis, p.psychiatry_diagnoses
    )
    return p.idle_days_psychiatry if psychiatry else p.idle_days


def _signal(view: View, seen: Observation, counted_on: int | None, recorded: bool) -> Tell:
    stay = seen.stay
    signs = _signs(view, seen, counted_on, recorded)
    signal = Signal(
        ref=f"{HIT} {stay.visit}",
        at=max(stay.begin, stay.until),
        name=HIT,
        person=view.key,
        institution=stay.institution,
        visit=stay.visit,
        settlement=settlement_id_of(view, stay.visit),
        values={
            "signs": msgspec.json.encode(signs).decode(),
            ONLY_IDLE: "" if seen.elsewhere else "1",
        },
        refs=tuple(one.ref for one in signs.evidence),
        lines=seen.standing_charges,
    )
    return Tell(INSTITUTION, stay.institution, signal)


def _signs(view: View, seen: Observation, counted_on: int | None, recorded: bool) -> Signs:
    stay = seen.stay
    lasts = [start_of_day(run[-1].day) for run in seen.idle] + [one.at for one in seen.elsewhere]
    places = [f"{text_of(one.at)}在{one.name}" for one in seen.elsewhere[:SHOWN_PRESENCES]]
    return Signs(
        at=max(lasts),
        stay=period_of(stay),
        idle="、".join(_written(run) for run in seen.idle[:SHOWN_RUNS]),
        elsewhere="、".join(places),
        days_elsewhere=len({day_of(one.at) for one in seen.elsewhere}),
        counted_on=counted_on,
        recorded=recorded,
        phase=phase_of(view, stay.visit),
        doctor=stay.doctor,
        window=(stay.begin, max(stay.begin, stay.until)),
        evidence=tuple(evidence_of(view, seen)),
    )


def _written(run: Sequence[WardDay]) -> str:
    first, last = (text_of(start_of_day(day.day)) for day in (run[0], run[-1]))
    return f"{first}至{last}连续{len(run)}天"
