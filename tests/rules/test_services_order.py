"""Charged services end with the same alerts, whatever the order, the chunks and the repeats."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundguard.examples import Example
from tests.rules.shuffling import examples, in_order, shuffled


@pytest.mark.parametrize("example", examples("SW-01"), ids=lambda one: one.name)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(1, 8))
def test_order_is_of_no_consequence(example: Example, seed: int, size: int) -> None:
    assert shuffled(example.rule, example, seed, size) == in_order(example.rule, example)
