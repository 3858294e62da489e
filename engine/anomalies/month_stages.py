"""AN-04's way from settlements to the peers: days when they are over, then months, then all
months of one kind side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from domain.codes import is_inpatient
from domain.facts import Settled, Signal, VisitClosed, VisitOpened
from domain.findings import Wait
from domain.moments import DAY, Moment, start_of_day
from domain.money import ZERO, plain
from engine.anomalies.month_tallies import (
    NIGHTS,
    STAY_FEE,
    claims_by_practitioner,
    events_in,
    institution_tally,
    month_values,
    practitioner_tally,
    summed,
    written,
)
from rules.readings.claims import settlements_of
from rules.readings.peers import stratum_of
from rules.readings.stays import stay_of
from rules.rule import Judgement, Parameters, Stage, Tell
from rules.subjects import institution_day, institution_month, peers, practitioner_month
from rules.subjects.institution_day import INSTITUTION_DAY
from rules.subjects.institution_month import INSTITUTION_MONTH, end_of, month_in
from rules.subjects.peers import PEERS
from rules.subjects.person import PERSON
from rules.subjects.practitioner_month import PRACTITIONER_MONTH
from rules.view import View

STAY: Final = "AN-04.stay"
DAY_TALLY: Final = "AN-04.day"
MONTH: Final = "AN-04.month"
EVENTS, PRACTITIONER = "events", "practitioner"
SHOWN: Final = 5


class DeviationParameters(Parameters, frozen=True, kw_only=True):
    told_after_days: int = 2  # after the month's end; late data come within 48 h (06-rules §6.2)
    judged_after_days: int = 3


def all_of_it(view: View, fact: object) -> tuple[str, ...]:
    """A day, a month and a peer group are judged as a whole."""
    return ("all",)


def _stays(view: View, fact: VisitOpened | VisitClosed | Settled) -> Iterable[str]:
    if isinstance(fact, VisitClosed) or is_inpatient(fact.med_type):
        yield fact.visit


def _tell_stay(view: View, anchor: str, p: DeviationParameters) -> Judgement:
    """A stay that is over and settled, to the day of its last settlement."""
    stay, claims = stay_of(view, anchor), settlements_of(view, anchor)
    if stay is None or not stay.closed or not claims:
        return
    last = claims[-1]
    signal = Signal(
        ref=f"{STAY} {anchor}",
        at=last.at,
        name=STAY,
        visit=anchor,
        values={
            NIGHTS: str(stay.nights),
            STAY_FEE: plain(sum((claim.total for claim in claims), ZERO)),
        },
    )
    yield Tell(INSTITUTION_DAY, institution_day.key_of(last.institution, last.at), signal)


def _tell_day(view: View, anchor: str, p: DeviationParameters) -> Judgement:
    day = institution_day.day_in(view.key)
    start, over = start_of_day(day), start_of_day(day + 1)
    if view.clock < over:
        yield Wait(over)
        return
    institution = institution_day.institution_of(view.key)
    claims = view.all(Settled)
    tally = written(institution_tally(claims, view.signals(STAY)))
    if not tally:
        return
    yield Tell(
        INSTITUTION_MONTH,
        institution_month.key_of(institution, start),
        _of_day(day, institution, tally, claims),
    )
    for practitioner, mine in claims_by_practitioner(claims).items():
        yield Tell(
            PRACTITIONER_MONTH,
            practitioner_month.key_of(institution, practitioner, start),
            _of_day(day, institution, written(practitioner_tally(practitioner, mine)), mine),
        )


def _of_day(day: int, institution: str, tally: dict[str, str], claims: Sequence[Settled]) -> Signal:
    """A day's tally; it names its dearest settlement, for a reviewer to begin with."""
    dearest = max(claims, key=lambda claim: (claim.total, claim.ref), default=None)
    return Signal(
        ref=f"{DAY_TALLY} {day}",
        at=start_of_day(day),
        name=DAY_TALLY,
        institution=institution,
        values=tally if dearest is None else {**tally, _DEAREST: plain(dearest.total)},
        refs=() if dearest is None else (dearest.ref,),
    )


_DEAREST: Final = "dearest"


def _tell_institution(view: View, anchor: str, p: DeviationParameters) -> Judgement:
    institution = institution_month.institution_of(view.key)
    last = Moment(end_of(month_in(view.key)) - 1)
    group = stratum_of(view.registers, institution, last)
    yield from _tell_month(view, group, institution, "", p)


def _tell_practitioner(view: View, anchor: str, p: DeviationParameters) -> Judgement:
    institution, practitioner = practitioner_month.practitioner_of(view.key)
    last = Moment(end_of(month_in(view.key)) - 1)
    entry = view.registers.at("practitioner", practitioner, last)
    department = entry.get("dept") if entry else ""
    stratum = stratum_of(view.registers, institution, last)
    group = f"医师|{stratum}|{department}" if stratum and department else ""
    yield from _tell_month(view, group, institution, practitioner, p)


def _tell_month(
    view: View, group: str, institution: str, practitioner: str, p: DeviationParameters
) -> Iterator[Tell | Wait]:
    """The month's values to its peers, once the month is over; nobody without a known group."""
    month = month_in(view.key)
    due = Moment(end_of(month) + p.told_after_days * DAY)
    if view.clock < due:
        yield Wait(due)
        return
    days = view.signals(DAY_TALLY)
    tally = summed(day.values for day in days)
    values = {name: repr(value) for name, value in month_values(tally).items()}
    if not group or not values:
        return
    dearest = sorted(days, key=lambda day: (-float(day.values.get(_DEAREST, "0")), day.ref))
    signal = Signal(
        ref=f"{MONTH} {institution}|{practitioner}",
        at=Moment(end_of(month) - 1),
        name=MONTH,
        institution=institution,
        values={EVENTS: str(events_in(tally)), PRACTITIONER: practitioner, **values},
        refs=tuple(ref for day in dearest[:SHOWN] for ref in day.refs),
    )
    yield Tell(PEERS, peers.key_of(group, month), signal)


STAGES: Final = (
    Stage(
        name="stay",
        subject=PERSON,
        triggers=(VisitOpened, VisitClosed, Settled),
        affected=_stays,
        judge=_tell_stay,
    ),
    Stage(
        name="day",
        subject=INSTITUTION_DAY,
        triggers=(Settled, Signal),
        signals=(STAY,),
        affected=all_of_it,
        judge=_tell_day,
    ),
    Stage(
        name="institution",
        subject=INSTITUTION_MONTH,
        triggers=(Signal,),
        signals=(DAY_TALLY,),
        affected=all_of_it,
        judge=_tell_institution,
    ),
    Stage(
        name="practitioner",
        subject=PRACTITIONER_MONTH,
        triggers=(Signal,),
        signals=(DAY_TALLY,),
        affected=all_of_it,
        judge=_tell_practitioner,
    ),
)
