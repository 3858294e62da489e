"""Audit what arrived at one subject against its state: the whole decision, in one pure function.

The outcome depends on the set of facts and on which wake-ups event time has passed, never on the
order of arrival: every anchor that an arrival can affect is judged afresh, and only what differs
from its standing judgement goes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct

from domain.facts import Fact, Fees, Registered
from domain.moments import Moment
from engine import arbiter, reversals
from engine.book import Book, BoundStage
from engine.judging import Audited, Said, ask, weigh
from engine.learning import Learner, learn
from engine.state import Standing, State, Told
from engine.view import StateView
from rules.subjects.docket import DOCKET
from rules.subjects.person import PERSON

_ENCODER = msgspec.msgpack.Encoder()
_SEPARATOR = "\x1f"


class Arrival(Struct, frozen=True, gc=False):
    """A fact for a subject; None in its place takes the fact with that ref back."""

    ref: str
    fact: Fact | None


class Emission(Struct, frozen=True, gc=False):
    """An arrival on its way to another subject."""

    subject: str
    key: str
    ref: str
    fact: Fact | None


@dataclass(slots=True)
class Outcome:
    """What an audit leads to, beside the state it changed in place.

    ``alerts`` maps alert ids to the alert's bytes, or None where the alert must be forgotten.
    ``failures`` counts the rules that raised: their anchors keep their last judgement.
    """

    emissions: list[Emission] = field(default_factory=list)
    alerts: dict[str, bytes | None] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    too_late: int = 0


def audit(
    subject: str,
    key: str,
    state: State,
    arrivals: Iterable[Arrival],
    clock: Moment,
    book: Book,
) -> Outcome:
    """Apply the arrivals to the state and judge what they and due wake-ups affect."""
    outcome = Outcome()
    if (learner := book.learners.get(subject)) is not None:
        _learn(learner, key, state, arrivals, outcome)
        return outcome
    changed, gone = _admit(subject, state, arrivals, book, outcome)
    if subject == DOCKET:
        outcome.alerts = arbiter.arbitrate(state, book)
        state.expire(book.subjects[DOCKET])
        return outcome
    net = StateView(key, state, clock, book.registers, book.knowledge)
    gross = (
        StateView(key, state, clock, book.registers, book.knowledge, gross=True)
        if state.reversals
        else None
    )
    audited = Audited(subject, key, state, net, gross, book)
    for place, (bound, anchor) in _affected(audited, [*changed, *gone]).items():
        _judge(place, bound, anchor, audited, outcome)
    _project(audited, changed, gone, outcome)
    if subject in book.subjects:
        state.expire(book.subjects[subject])
    return outcome


def _learn(
    learner: Learner, key: str, state: State, arrivals: Iterable[Arrival], outcome: Outcome
) -> None:
    """Let a model judge what arrived, instead of stages."""
    tells, failures = learn(learner, key, state, (arrival.fact for arrival in arrivals))
    outcome.emissions += [
        Emission(tell.subject, tell.key, tell.fact.ref, tell.fact) for tell in tells
    ]
    if failures:
        outcome.failures[learner.rule] = failures


def _admit(
    subject: str, state: State, arrivals: Iterable[Arrival], book: Book, outcome: Outcome
) -> tuple[list[Fact], list[Fact]]:
    """Put the arrivals into the state; the facts that are new or changed, and those gone."""
    changed: dict[str, Fact] = {}
    gone: list[Fact] = []
    keeps = book.subjects[subject].keeps if subject in book.subjects else {}
    for arrival in arrivals:
        fact = arrival.fact
        if fact is None:
            changed.pop(arrival.ref, None)
            gone += _take_out(state, arrival.ref)
            continue
        kind = type(fact)
        if kind not in keeps:
            changed[fact.ref] = fact
        elif fact.at < state.latest - keeps[kind]:
            outcome.too_late += 1
        elif state.timeline(kind).put(fact):
            changed[fact.ref] = fact
            state.reversals = state.reversals or _takes_back(fact)
            if kind is not Registered:  # a register may speak of the future
                state.latest = max(state.latest, fact.at)
    if subject == PERSON and changed:
        renewed, resent = reversals.net(state, changed.values())
        changed.update({fact.ref: fact for fact in renewed})
        for fact in resent:
            changed.pop(fact.ref, None)
        gone += resent
    return list(changed.values()), gone


def _take_out(state: State, ref: str) -> list[Fact]:
    found = (timeline.drop(ref) for timeline in state.timelines.values())
    return [fact for fact in found if fact is not None]


def _takes_back(fact: Fact) -> bool:
    return bool(fact.voided_by) or (
        isinstance(fact, Fees) and any(line.refund_of for line in fact.lines)
    )


def _affected(audited: Audited, changed: Iterable[Fact]) -> dict[str, tuple[BoundStage, str]]:
    """Every anchor to judge, by its place: of changed facts, and where a wake-up is due."""
    subject, net, gross, book = audited.subject, audited.net, audited.gross, audited.book
    anchors: dict[str, tuple[BoundStage, str]] = {}
    for fact in changed:
        for bound in book.stages_for(subject, fact):
            affected = bound.stage.affected
            for anchor in affected(net, fact):
                anchors[bound.id + _SEPARATOR + anchor] = bound, anchor
            if gross is not None:
                for anchor in affected(gross, fact):
                    anchors[bound.id + _SEPARATOR + anchor] = bound, anchor
    for waiting, until in audited.state.wakes.items():
        if until <= net.clock:
            stage_id, _, anchor = waiting.partition(_SEPARATOR)
            if (waiting_stage := book.stages.get(stage_id)) is not None:
                anchors[waiting] = waiting_stage, anchor
    return anchors


def _judge(place: str, bound: BoundStage, anchor: str, audited: Audited, outcome: Outcome) -> None:
    """Judge one anchor and emit what differs from its standing judgement."""
    try:
        words, missed = ask(audited, bound, anchor)
    except Exception:  # noqa: BLE001  # a rule author's bug must not stop the other rules
        outcome.failures[bound.rule.id] = outcome.failures.get(bound.rule.id, 0) + 1
        return
    said = weigh(words, missed, bound, audited) if words or missed else None
    _settle(place, said, audited.state, outcome)


def _settle(place: str, said: Said | None, state: State, outcome: Outcome) -> None:
    """Emit the difference between what this anchor says now and what it said before."""
    if said is not None and said.wake:
        state.wakes[place] = said.wake
    else:
        state.wakes.pop(place, None)
    held = state.standing.get(place)
    if said is None and held is None:
        return
    before = {(told.subject, told.key, told.ref): told.digest for told in held.told} if held else {}
    told = []
    for address, tell in said.tells.items() if said is not None else ():
        digest = hashlib.blake2b(_ENCODER.encode(tell.fact), digest_size=8).digest()
        told.append(Told(*address, digest))
        if before.pop(address, None) != digest:
            outcome.emissions.append(Emission(*address, tell.fact))
    outcome.emissions += [Emission(*address, None) for address in before]
    if said is not None and told:
        state.standing[place] = Standing(said.at, tuple(told))
    else:
        state.standing.pop(place, None)


def _project(
    audited: Audited, changed: Iterable[Fact], gone: Sequence[Fact], outcome: Outcome
) -> None:
    """Carry changed facts on to the other subjects that read them, and take those gone back.

    Voided facts are told as the gross view has them, all others as the net view does. Of what a
    fact that is gone was told as, only what names it is taken back; a tally stands corrected.
    """
    emissions: dict[tuple[str, str, str], Emission] = {}
    lost = {id(fact) for fact in gone}
    for fact in (*gone, *changed):
        for projection in audited.book.projections_for(audited.subject, fact):
            tells = list(projection.route(audited.net, fact))
            if (gross := audited.gross) is not None:
                tells += [tell for tell in projection.route(gross, fact) if tell.fact.voided_by]
            for tell in tells:
                ref = tell.fact.ref
                carried = None if id(fact) in lost and fact.ref in ref else tell.fact
                emissions[tell.subject, tell.key, ref] = Emission(
                    tell.subject, tell.key, ref, carried
                )
    outcome.emissions += emissions.values()
