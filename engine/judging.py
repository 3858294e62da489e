"""What a stage says of an anchor: by the facts as they stand, and as they would but for a reversal.

Kept apart from `engine.audit`, which decides who is asked and what of the answers goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.facts import Signal, Voidable
from domain.findings import Finding, Wait
from domain.moments import NEVER, Moment
from engine import filing
from engine.book import Book, BoundStage
from engine.state import State
from engine.view import StateView
from rules.rule import Tell

Words = Sequence[Finding | Tell | Wait]


@dataclass(slots=True)
class Audited:
    """A subject's state while it is audited; ``gross`` only where something was taken back."""

    subject: str
    key: str
    state: State
    net: StateView
    gross: StateView | None
    book: Book


@dataclass(slots=True)
class Said:
    """What one anchor leads to: whom to tell, the event time it speaks of, when to ask again."""

    tells: dict[tuple[str, str, str], Tell] = field(default_factory=dict)
    at: Moment = NEVER
    wake: Moment = NEVER

    def wait(self, until: Moment) -> None:
        self.wake = until if self.wake == NEVER else min(self.wake, until)


def ask(audited: Audited, bound: BoundStage, anchor: str) -> tuple[Words, Words]:
    """What the stage says of the anchor on the net view and on the gross; the rule may raise."""
    judge, parameters, gross = bound.stage.judge, bound.rule.parameters, audited.gross
    words = list(judge(audited.net, anchor, parameters))
    return words, () if gross is None else list(judge(gross, anchor, parameters))


def weigh(words: Words, missed: Words, bound: BoundStage, audited: Audited) -> Said:
    """What both answers together lead to."""
    said = Said()
    for word in words:
        if isinstance(word, Wait):
            said.wait(word.until)
            continue
        tell = _as_tell(word, bound, "", audited)
        said.tells[tell.subject, tell.key, tell.fact.ref] = tell
        said.at = max(said.at, tell.fact.at)
    for word in missed:
        if isinstance(word, Wait):  # else it would depend on who happens to ask after that time
            said.wait(word.until)
            continue
        lost = _withdrawn(word, bound, audited)
        if lost and said.tells.setdefault((lost.subject, lost.key, lost.fact.ref), lost) is lost:
            said.at = max(said.at, lost.fact.at)
    return said


def _as_tell(word: Finding | Tell, bound: BoundStage, withdrawn_by: str, audited: Audited) -> Tell:
    if isinstance(word, Tell):
        return word
    return filing.file(
        word, bound.rule, audited.subject, audited.key, withdrawn_by, audited.net, audited.book
    )


def _withdrawn(word: Finding | Tell, bound: BoundStage, audited: Audited) -> Tell | None:
    """What would be said but for a reversal, marked with that reversal."""
    match word:
        case Finding():
            refs = [word.anchor, *(evidence.ref for evidence in word.evidence)]
            reversal = filing.reversal_of(audited.state, refs, word.lines, word.rests_on)
            return None if reversal is None else _as_tell(word, bound, reversal, audited)
        case Tell(fact=Voidable() as fact):
            refs, lines = (
                ([*fact.refs], fact.lines) if isinstance(fact, Signal) else ([fact.ref], ())
            )
            reversal = fact.void or filing.reversal_of(audited.state, refs, lines)
            if reversal is None:
                return None
            return Tell(word.subject, word.key, fact.taken_back_by(reversal))
        case _:
            return None
