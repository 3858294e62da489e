"""Stolen credentials, gathered cards and dead patients: found alike in any order of arrival.

A person's own registers (deaths, lost cards) arrive like claims do, late ones too, so they are
shuffled with the claims.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import ClaimEvent
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from engine.intake import register_of
from engine.registers import Registers
from fundguard.examples import Example
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.compile import compile_point
from rules.knowledge.raw import from_record
from tests.rules.shuffling import Ending, decoded, end_of_time, examples

RULES = ("ID-01", "ID-04", "ID-05")
BOOK = build_book(only=RULES)
EXAMPLES = [example for rule in RULES for example in examples(rule)]


def split(example: Example) -> tuple[list[ClaimEvent], list[ClaimEvent]]:
    """Registers that everybody reads, and what arrives at persons, in the order written."""
    registers, claims = decoded(example)
    personal = [one for one in registers if register_of(one) is None]
    return [one for one in registers if register_of(one) is not None], [*personal, *claims]


def ended(example: Example, chunks: list[list[ClaimEvent]]) -> Ending:
    """The alerts of all three rules that are left; ID-04 tells ID-01 of crowds."""
    registers, claims = split(example)
    points = (compile_point(from_record(record)) for record in example.knowledge)
    book = replace(BOOK, registers=Registers(), knowledge=KnowledgeBase(points))
    auditor = Auditor(book, StatesInMemory())
    alerts: dict[str, bytes | None] = {}
    for events in [registers, *chunks]:
        chunk = auditor.take(events)
        assert not chunk.failures
        alerts.update(chunk.alerts)
    alerts.update(auditor.advance(end_of_time(example, claims)).alerts)
    return {id_: body for id_, body in alerts.items() if body is not None}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.name}")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 8))
def test_order_chunks_and_repeats_change_nothing(example: Example, seed: int, size: int) -> None:
    _, claims = split(example)
    chance = random.Random(seed)
    mixed = [*claims, *chance.sample(claims, min(3, len(claims)))]
    chance.shuffle(mixed)
    chunks = [mixed[start : start + size] for start in range(0, len(mixed), size)]
    assert ended(example, chunks) == ended(example, [claims])
