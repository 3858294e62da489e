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

from domain.facts import Fact, Fees, Registered, Signal, Voidable
from domain.findings import Finding, Wait
from domain.moments import NEVER, Moment
from engine import arbiter, filing, reversals
from engine.book import Book, BoundStage
from engine.learning import Learner, learn
from engine.state import Standing, State, Told
from engine.view import StateView
from rules.rule import Tell
from rules.subjects.docket import DOCKET
from rules.subjects.person import PERSON

_ENCODER = msgspec.msgpack.Encoder()
_SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A fact for a subject; None in its place takes the fact with that ref back."""

    ref: str
    fact: Fact | None


@dataclass(frozen=True, slots=True)
class Emission:
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
    for bound, anchor in _affected(subject, state, [*changed, *gone], net, gross, book):
        _judge(bound, anchor, subject, key, state, net, gross, outcome, book)
    _project(subject, changed, gone, net, gross, book, outcome)
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


def _affected(
    subject: str,
    state: State,
    changed: Sequence[Fact],
    net: StateView,
    gross: StateView | None,
    book: Book,
) -> list[tuple[BoundStage, str]]:
    """Every anchor to judge, once: those of changed facts and those whose wake-up is due."""
    anchors: dict[tuple[str, str], None] = {}
    for fact in changed:
        for bound in book.stages_for(subject, fact):
            for anchor in bound.stage.affected(net, fact):
                anchors[bound.id, anchor] = None
            if gross is not None:
                for anchor in bound.stage.affected(gross, fact):
                    anchors[bound.id, anchor] = None
    for waiting, until in state.wakes.items():
        if until <= net.clock:
            stage_id, _, anchor = waiting.partition(_SEPARATOR)
            anchors[stage_id, anchor] = None
    return [(book.stages[id], anchor) for id, anchor in anchors if id in book.stages]


def _judge(
    bound: BoundStage,
    anchor: str,
    subject: str,
    key: str,
    state: State,
    net: StateView,
    gross: StateView | None,
    outcome: Outcome,
    book: Book,
) -> None:
    """Judge one anchor and emit what differs from its standing judgement."""
    judge, parameters = bound.stage.judge, bound.rule.parameters
    try:
        said = list(judge(net, anchor, parameters))
        missed = [] if gross is None else list(judge(gross, anchor, parameters))
    except Exception:  # noqa: BLE001  # a rule author's bug must not stop the other rules
        outcome.failures[bound.rule.id] = outcome.failures.get(bound.rule.id, 0) + 1
        return
    tells = {}
    wake: Moment = NEVER
    at = NEVER
    for word in said:
        if isinstance(word, Wait):
            wake = word.until if wake == NEVER else min(wake, word.until)
            continue
        tell = _as_tell(word, bound, subject, key, "", net, book)
        tells[tell.subject, tell.key, tell.fact.ref] = tell
        at = max(at, tell.fact.at)
    for word in missed:
        if isinstance(word, Wait):  # else it would depend on who happens to ask after that time
            wake = word.until if wake == NEVER else min(wake, word.until)
            continue
        lost = _withdrawn(word, bound, subject, key, state, net, book)
        if lost and tells.setdefault((lost.subject, lost.key, lost.fact.ref), lost) is lost:
            at = max(at, lost.fact.at)
    _settle(bound.id + _SEPARATOR + anchor, list(tells.values()), at, wake, state, outcome)


def _as_tell(
    word: Finding | Tell,
    bound: BoundStage,
    subject: str,
    key: str,
    withdrawn_by: str,
    view: StateView,
    book: Book,
) -> Tell:
    if isinstance(word, Tell):
        return word
    return filing.file(word, bound.rule, subject, key, withdrawn_by, view, book)


def _withdrawn(
    word: Finding | Tell | Wait,
    bound: BoundStage,
    subject: str,
    key: str,
    state: State,
    view: StateView,
    book: Book,
) -> Tell | None:
    """What would be said but for a reversal, marked with that reversal."""
    match word:
        case Wait():
            return None
        case Finding():
            refs = [word.anchor, *(evidence.ref for evidence in word.evidence)]
            reversal = filing.reversal_of(state, refs, word.lines, word.rests_on)
            if reversal is None:
                return None
            return _as_tell(word, bound, subject, key, reversal, view, book)
        case Tell(fact=Voidable() as fact):
            refs, lines = (
                ([*fact.refs], fact.lines) if isinstance(fact, Signal) else ([fact.ref], ())
            )
            reversal = fact.void or filing.reversal_of(state, refs, lines)
            if reversal is None:
                return None
            return Tell(word.subject, word.key, fact.taken_back_by(reversal))
        case _:
            return None


def _settle(
    place: str, tells: Sequence[Tell], at: Moment, wake: Moment, state: State, outcome: Outcome
) -> None:
    """Emit the difference between what this anchor says now and what it said before."""
    if wake:
        state.wakes[place] = wake
    else:
        state.wakes.pop(place, None)
    held = state.standing.get(place)
    if held is None and not tells:
        return
    before = {(told.subject, told.key, told.ref): told.digest for told in held.told} if held else {}
    told = []
    for tell in tells:
        digest = hashlib.blake2b(_ENCODER.encode(tell.fact), digest_size=8).digest()
        told.append(Told(tell.subject, tell.key, tell.fact.ref, digest))
        if before.pop((tell.subject, tell.key, tell.fact.ref), None) != digest:
            outcome.emissions.append(Emission(tell.subject, tell.key, tell.fact.ref, tell.fact))
    outcome.emissions += [Emission(subject, key, ref, None) for subject, key, ref in before]
    if told:
        state.standing[place] = Standing(at, tuple(told))
    else:
        state.standing.pop(place, None)


def _project(
    subject: str,
    changed: Sequence[Fact],
    gone: Sequence[Fact],
    net: StateView,
    gross: StateView | None,
    book: Book,
    outcome: Outcome,
) -> None:
    """Carry changed facts on to the other subjects that read them, and take those gone back.

    Voided facts are told as the gross view has them, all others as the net view does. Of what a
    fact that is gone was told as, only what names it is taken back; a tally stands corrected.
    """
    emissions: dict[tuple[str, str, str], Emission] = {}
    lost = {id(fact) for fact in gone}
    for fact in (*gone, *changed):
        for projection in book.projections_for(subject, fact):
            tells = list(projection.route(net, fact))
            if gross is not None:
                tells += [tell for tell in projection.route(gross, fact) if tell.fact.voided_by]
            for tell in tells:
                ref = tell.fact.ref
                carried = None if id(fact) in lost and fact.ref in ref else tell.fact
                emissions[tell.subject, tell.key, ref] = Emission(
                    tell.subject, tell.key, ref, carried
                )
    outcome.emissions += emissions.values()
