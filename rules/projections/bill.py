"""Settlements to the bills and invoices that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.facts import Fact, Settled, Signal
from domain.money import plain
from rules.readings.baskets import digest_of
from rules.readings.undoing import undone_at
from rules.rule import Projection, Tell
from rules.subjects.bill import BILL, key_of
from rules.subjects.person import PERSON
from rules.view import View

CLAIM: Final = "bill.claim"
FUND: Final = "基金支付"
TOTAL: Final = "总额"
BY_HAND: Final = "手工报销"
LINES: Final = "明细"
UNDONE: Final = "收回时刻"
INVOICE: Final = "invono"
RECEIPT: Final = "bill_no"
_SHORTEST: Final = 4


def is_number(text: str) -> bool:
    """Whether this can be a bill's number: not a word for none, not one figure repeated.

    >>> is_number("33010012345"), is_number("0000000000"), is_number("无"), is_number("补打")
    (True, False, False, False)
    """
    marks = [mark for mark in text if mark.isascii() and mark.isalnum()]
    return len(marks) >= _SHORTEST and len(set(marks)) > 1 and any(map(str.isdigit, marks))


def _claims(view: View, fact: Fact) -> Iterator[Tell]:
    if not isinstance(fact, Settled):
        return
    numbers = {INVOICE: fact.invoice, RECEIPT: fact.bill}
    for kind, number in numbers.items():
        if is_number(number):
            yield Tell(BILL, key_of(fact.institution, kind, number), _claim(view, fact))


def _claim(view: View, claim: Settled) -> Signal:
    undone = undone_at(view, claim.void) if claim.void else None
    return Signal(
        ref=claim.ref,
        at=claim.at,
        name=CLAIM,
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        void=claim.void,
        refs=(claim.ref,),
        values={
            FUND: plain(claim.fund),
            TOTAL: plain(claim.total),
            BY_HAND: "1" if claim.manual else "0",
            LINES: digest_of(line.id for line in claim.lines),
            INVOICE: claim.invoice,
            **({} if undone is None else {UNDONE: str(undone)}),
        },
    )


CLAIMS = Projection(subject=PERSON, triggers=(Settled,), route=_claims)
