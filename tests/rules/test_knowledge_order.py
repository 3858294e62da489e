"""Knowledge rules end with the same alerts, whatever the order, the chunks and the repeats."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.decode import decode
from domain.events import ClaimEvent
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from engine.registers import Registers
from fundguard.examples import Example, event, world
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.classes import CLASSES
from rules.knowledge.compile import compile_point, in_succession
from rules.knowledge.raw import from_record
from tests.rules.shuffling import Ending, examples, in_order, shuffled

RULES = sorted({known.rule for known in CLASSES.values()})
EXAMPLES = [example for rule in RULES for example in examples(rule)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.name}")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 8))
def test_order_is_of_no_consequence(example: Example, seed: int, size: int) -> None:
    assert shuffled(example.rule, example, seed, size) == in_order(example.rule, example)


def _records(rule: str) -> Sequence[Mapping[str, Any]]:
    return examples(rule)[0].knowledge


RECORDS = {record["kp_id"] + rule: record for rule in RULES for record in _records(rule)}
CODES = sorted({str(code) for record in RECORDS.values() for code in record["med_codes"]})
START = date(2026, 1, 1)
Drawn = tuple[int, int, int, int, bool, bool]
"""Day, code, quantity, kind of visit, whether refunded, whether reversed."""


@settings(max_examples=60, deadline=None)
@given(
    drawn=st.lists(
        st.tuples(
            st.integers(0, 60),
            st.integers(0, len(CODES) - 1),
            st.integers(1, 30),
            st.integers(0, 3),
            st.booleans(),
            st.booleans(),
        ),
        min_size=4,
        max_size=14,
    ),
    seed=st.integers(0, 2**32),
    size=st.integers(1, 6),
)
def test_a_patients_year_ends_alike_in_any_order(drawn: list[Drawn], seed: int, size: int) -> None:
    claims = [
        decode(msgspec.json.encode(event(short, number)))
        for number, short in enumerate(_year(drawn))
    ]
    chance = random.Random(seed)
    mixed = [*claims, *chance.sample(claims, 3)]
    chance.shuffle(mixed)
    chunks = [mixed[start : start + size] for start in range(0, len(mixed), size)]
    assert _ending(chunks) == _ending([claims])


def _year(drawn: list[Drawn]) -> Iterator[dict[str, dict[str, Any]]]:
    """Visits with a charged line each, some opened late, refunded or reversed."""
    for number, (day, code, quantity, kind, refunded, reversed_) in enumerate(drawn):
        visit = f"V{number % 5}" if kind == 3 else f"W{number}"
        at = {"time": f"{START + timedelta(days=day)} 09:00:00", "mdtrt_id": visit}
        line = {"feedetl_sn": f"L{number}", "med_list_codg": CODES[code], "cnt": str(quantity)}
        med_type = ("11", "41", "13", "21")[kind]
        who = {"gend": "12"[number % 2], "diseinfo": [{"diag_code": ("I10", "E11.9")[number % 2]}]}
        if kind != 1:
            yield {"visit.opened": {**at, **who, "med_type": med_type, "insutype": "310"}}
        yield {"fees.uploaded": {**at, "feedetail": [line]}}
        if kind == 3 and quantity % 2:
            until = {**at, "time": f"{START + timedelta(days=day + 3)} 09:00:00"}
            yield {"visit.closed": {**until, "diseinfo": [{"diag_code": "N80.9"}]}}
        if kind != 3 or quantity % 3:
            yield {"claim.settled": {**at, "setl_id": f"S{number}", "med_type": med_type}}
        if refunded:
            taken = {
                **line,
                "feedetl_sn": f"R{number}",
                "cnt": "-1",
                "init_feedetl_sn": f"L{number}",
            }
            yield {"fees.uploaded": {**at, "feedetail": [taken]}}
        if reversed_:
            yield {"claim.reversed": {**at, "setl_id": f"S{number}"}}


@cache
def _book() -> Book:
    points = in_succession(
        compile_point(from_record({**record, "kp_id": id})) for id, record in RECORDS.items()
    )
    return replace(build_book(only=RULES), knowledge=KnowledgeBase(points))


def _ending(chunks: Sequence[Sequence[ClaimEvent]]) -> Ending:
    registers = [
        decode(msgspec.json.encode(event(short, 900 + number)))
        for number, short in enumerate(world())
    ]
    auditor = Auditor(replace(_book(), registers=Registers()), StatesInMemory())
    alerts: dict[str, bytes | None] = {}
    for events in [registers, *chunks]:
        chunk = auditor.take(events)
        assert not chunk.failures
        alerts.update(chunk.alerts)
    return {id_: body for id_, body in alerts.items() if body is not None}
