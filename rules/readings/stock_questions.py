"""Questions that a sale asks of a drug's stock about a line: was there any, was it ever bought?

A question travels as a signal with the one line it is about; the stock answers it from its
ledger, and answers again whenever a day within the ledger's reach changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.facts import Line, Settled, Signal
from domain.moments import day_of
from rules.readings.inventory import LEDGER_DAYS
from rules.view import View


def ask(name: str, claim: Settled | Signal, line: Line) -> Signal:
    """The question of that name about a line of a settlement, or of one that was asked before."""
    refs = claim.refs if isinstance(claim, Signal) else (claim.ref,)
    return Signal(
        ref=f"{name} {refs[0]} {line.id}",
        at=claim.at,
        name=name,
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        refs=refs,
        lines=(line,),
    )


def answered_anew(name: str) -> Callable[[View, Signal], Iterable[str]]:
    """``affected`` of the stage that answers: a question itself; of a day of the ledger, all
    questions about that day and the days it bears on."""

    def affected(view: View, fact: Signal) -> Iterable[str]:
        if fact.name == name:
            return (fact.ref,)
        day = day_of(fact.at)
        asked = view.signals(name)
        return [one.ref for one in asked if day <= day_of(one.at) <= day + LEDGER_DAYS]

    return affected
