"""Stolen credentials, gathered cards and dead patients: found alike in any order of arrival.

A person's own registers (deaths, lost cards) arrive like claims do, late ones too, so they are
shuffled with the claims.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import ClaimEvent
from engine.intake import register_of
from fundguard.examples import Example
from tests.rules.shuffling import Ending, decoded, end_of_time, ending, examples

RULES = ("ID-04", "ID-05")
EXAMPLES = [example for rule in RULES for example in examples(rule)]


def split(example: Example) -> tuple[list[ClaimEvent], list[ClaimEvent]]:
    """Registers that everybody reads, and what arrives at persons, in the order written."""
    registers, claims = decoded(example)
    personal = [one for one in registers if register_of(one) is None]
    return [one for one in registers if register_of(one) is not None], [*personal, *claims]


def ended(example: Example, chunks: list[list[ClaimEvent]]) -> Ending:
    registers, claims = split(example)
    return ending(example.rule, [registers, *chunks], end_of_time(example, claims))


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
