"""Uses of trace codes end with the same alerts, whatever the order, the chunks and the repeats."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundguard.examples import Example
from tests.rules.shuffling import examples, in_order, shuffled

DRUG = "XA02BCA001A001010100001"
PACKS = ("81000010000000000017", "81000010000000000024")
CATALOGUE = {"hilist_name": "奥美拉唑肠溶片", "pric": "20.00", "convrat": "14"}


@pytest.mark.parametrize("example", examples("DT-01"), ids=lambda one: one.name)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 8))
def test_order_is_of_no_consequence(example: Example, seed: int, size: int) -> None:
    assert shuffled(example.rule, example, seed, size) == in_order(example.rule, example)


def counter(chance: random.Random, number: int) -> Iterator[dict[str, Any]]:
    """A sale at a counter, and what may become of it."""
    day, shop = chance.randint(10, 20), chance.choice(("PH1", "PH2", "C1"))
    who = {"fixmedins_code": shop, "psn_no": f"P{number}", "setl_id": f"S{number}"}
    pieces = chance.random() < 0.5
    packs = chance.sample(PACKS, chance.randint(1, 2))
    line: dict[str, Any] = {"feedetl_sn": f"L{number}", "med_list_codg": DRUG, "traces": packs}
    line |= {"trdn_flag": "1", "pric": "1.43", "cnt": "6"} if pieces else {"pric": "20.00"}
    if not pieces:
        line["cnt"] = str(len(packs))
    visit = {"mdtrt_id": f"V{number}", "med_type": "11"}
    if chance.random() < 0.5:
        yield {
            "claim.settled": {"time": f"2026-06-{day} 10:00", **who, **visit, "feedetail": [line]}
        }
    else:
        fees = {**who, **visit, "feedetail": [line]}
        yield {"fees.uploaded": {"time": f"2026-06-{day} 09:00", **fees}}
        yield {"claim.settled": {"time": f"2026-06-{day} 10:00", **who, **visit}}
    fate = chance.random()
    later = f"2026-06-{day + 1} 08:00"
    if fate < 0.2:
        yield {"claim.reversed": {"time": later, **who}}
    elif fate < 0.4:
        back = {"infno": "3506", "med_list_codg": DRUG, "cnt": "1", "time": later}
        traces = [{"drug_trac_codg": packs[0]}]
        yield {"inventory.moved": {**back, **who, "drugtracinfo": traces}}
    elif fate < 0.6:
        refund = {**line, "feedetl_sn": f"R{number}", "init_feedetl_sn": f"L{number}"}
        refund |= {"cnt": "-1", "traces": packs[: chance.randint(0, 1)]}
        yield {"fees.uploaded": {"time": later, **who, **visit, "feedetail": [refund]}}


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 6))
def test_whatever_becomes_of_packs_the_order_does_not_matter(seed: int, size: int) -> None:
    chance = random.Random(seed)
    known = {"kind": "catalogue_item", "id": DRUG, "time": "2020-01-01", "attributes": CATALOGUE}
    events = [{"reference.changed": known}]
    for number in range(5):
        events += counter(chance, number)
    example = Example("DT-01", "packs", True, tuple(events), None, {})
    assert shuffled("DT-01", example, seed, size) == in_order("DT-01", example)
