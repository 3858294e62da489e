"""Every rule against its worked examples, and what every rule owes its readers."""

from __future__ import annotations

import pytest

from engine.anomalies import FAMILY as MODELS
from engine.book import build_book
from fundguard.examples import Example, examples_of, verdict
from rules.rule import Rule

RULES = build_book().rules
EXAMPLES = [
    example
    for rule in RULES
    if not rule.id.startswith(MODELS)  # tests/engine/test_anomalies_*.py
    for example in examples_of(rule)
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: f"{one.rule}-{one.name}")
def test_an_example_ends_as_its_author_says(example: Example) -> None:
    assert verdict(example) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_cites_its_law_and_explains_itself(rule: Rule) -> None:
    assert rule.legal
    assert rule.causes
    assert rule.description
    assert rule.name_en
    assert set(rule.actions) == set(rule.phases)


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
