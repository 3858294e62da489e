"""The same events end with the same alerts, whatever the order, the chunks and the repeats."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decode import decode
from domain.events import ClaimEvent
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from tests.travel import journeys

EVENTS = [decode(raw) for raw in journeys(24)]
REGISTERS = [event for event in EVENTS if event.name == "reference.changed"]
CLAIMS = [event for event in EVENTS if event.name != "reference.changed"]


def audited(chunks: list[list[ClaimEvent]]) -> dict[str, bytes]:
    auditor = Auditor(build_book(only=["ID-02"]), StatesInMemory())
    standing: dict[str, bytes | None] = {}
    for chunk in [REGISTERS, *chunks]:
        standing.update(auditor.take(chunk).alerts)
    return {id_: body for id_, body in standing.items() if body is not None}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_order_chunks_and_repeats_change_nothing(seed: int, size: int) -> None:
    chance = random.Random(seed)
    shuffled = [*CLAIMS, *chance.sample(CLAIMS, 5)]
    chance.shuffle(shuffled)
    chunks = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
    assert audited(chunks) == audited([CLAIMS])


def test_a_reversal_before_its_claim_never_leaves_an_open_alert() -> None:
    reversals_first = sorted(CLAIMS, key=lambda event: event.name != "claim.reversed")
    found = audited([[event] for event in reversals_first])
    assert found == audited([CLAIMS])
    assert any(b'"state":"withdrawn"' in body for body in found.values())
