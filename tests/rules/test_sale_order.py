"""Sales end with the same alerts, whatever the order, the chunks and the repeats."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundguard.examples import Example
from tests.rules.shuffling import examples, in_order, shuffled

EXAMPLES = [one for rule in ("PS-01", "SW-02", "SW-04") for one in examples(rule)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.name}")
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 8))
def test_order_is_of_no_consequence(example: Example, seed: int, size: int) -> None:
    assert shuffled(example.rule, example, seed, size) == in_order(example.rule, example)
