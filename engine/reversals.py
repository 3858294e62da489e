"""Netting: a reversal takes its settlement back, whichever of the two arrives first.

A settlement named by a reversal is voided. An outpatient visit or purchase whose settlements are
all voided is voided with its lines; a stay goes on, since only its settlement was taken back. The
same settlement uploaded again under a new event id is the same settlement.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.codes import is_inpatient
from domain.facts import Fact, Fees, Reversed, Settled, VisitOpened, Voidable
from engine.state import State


def net(state: State, arrived: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Bring the voids of a person's state up to date: the facts that changed, and those gone."""
    changed: list[Fact] = []
    gone: list[Fact] = []
    settlements = {fact.settlement for fact in arrived if isinstance(fact, Settled | Reversed)}
    visits = {fact.visit for fact in arrived if isinstance(fact, Fees | VisitOpened | Settled)}
    settled: list[Settled] = state.timeline(Settled).all()  # type: ignore[assignment]
    if settlements:
        gone = _drop_resent(state, settlements)
        reversal = _reversals(state)
        for claim in list(settled):
            if claim.settlement in settlements:
                visits.add(claim.visit)
                changed += _set_void(state, claim, reversal.get(claim.settlement, ""))
    if visits and (state.reversals or changed):
        for visit in visits:
            changed += _net_visit(state, visit)
    state.reversals = state.reversals or any(fact.voided_by for fact in changed)
    return changed, gone


def _drop_resent(state: State, settlements: set[str]) -> list[Fact]:
    """Keep the earliest of several events with one settlement id; the others, now gone."""
    timeline = state.timeline(Settled)
    seen: set[str] = set()
    gone: list[Fact] = []
    for claim in list(timeline.all()):
        if isinstance(claim, Settled) and claim.settlement in settlements:
            if claim.settlement in seen:
                timeline.drop(claim.ref)
                gone.append(claim)
            seen.add(claim.settlement)
    return gone


def _reversals(state: State) -> dict[str, str]:
    """The earliest reversal's reference by settlement id."""
    found: dict[str, str] = {}
    for fact in state.timeline(Reversed).all():
        if isinstance(fact, Reversed):
            found.setdefault(fact.settlement, fact.ref)
    return found


def _net_visit(state: State, visit: str) -> list[Fact]:
    claims = [
        fact
        for fact in state.timeline(Settled).all()
        if isinstance(fact, Settled) and fact.visit == visit
    ]
    void = ""
    if claims and all(claim.void for claim in claims) and not is_inpatient(claims[0].med_type):
        void = claims[-1].void
    changed: list[Fact] = []
    for kind in (VisitOpened, Fees):
        for fact in list(state.timeline(kind).all()):
            if isinstance(fact, VisitOpened | Fees) and fact.visit == visit:
                changed += _set_void(state, fact, void)
    return changed


def _set_void(state: State, fact: Voidable, void: str) -> list[Fact]:
    if fact.void == void:
        return []
    replaced = fact.taken_back_by(void)
    state.timeline(type(fact)).put(replaced)
    return [replaced]
