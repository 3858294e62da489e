from __future__ import annotations

from math import erfc, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.ranker import Ranker, Traits

traits = st.builds(
    Traits,
    rule_id=st.sampled_from(["ID-02", "PS-01", "HO-01", "SW-04", "AN-01"]),
    severity=st.integers(1, 5),
    amount=st.floats(-1e3, 1e8),
    institution=st.sampled_from(["H1", "H2", "P1", ""]),
    phase=st.sampled_from(["pre", "in", "post"]),
    status=st.sampled_from(["疑点", "线索"]),
    has_score=st.booleans(),
)
decisions = st.lists(st.tuples(traits, st.booleans()), max_size=60)


def taught(history: list[tuple[Traits, bool]]) -> Ranker:
    ranker = Ranker()
    for seen, confirmed in history:
        ranker.learn_one(seen, confirmed=confirmed)
    return ranker


def swap(institution: str = "P1", severity: int = 4, rule: str = "SW-04") -> Traits:
    return Traits(rule, severity, 600.0, institution, "post", "疑点", False)


@given(history=decisions, now=traits)
def test_a_priority_is_never_zero_and_never_above_one(
    history: list[tuple[Traits, bool]], now: Traits
) -> None:
    assert 0.0 < taught(history).score_one(now) <= 1.0


@given(history=decisions, now=traits)
def test_the_contributions_add_up_to_the_priority(
    history: list[tuple[Traits, bool]], now: Traits
) -> None:
    said = taught(history).explain_one(now)
    total = sum(part.weight for part in said.contributions)
    rebuilt = said.low + (said.high - said.low) * erfc(-total / sqrt(2)) / 2
    assert said.value == pytest.approx(rebuilt)


@given(history=decisions, now=traits, confirmed=st.booleans())
def test_a_confirmation_raises_and_a_dismissal_lowers_its_own_kind(
    history: list[tuple[Traits, bool]], now: Traits, confirmed: bool
) -> None:
    ranker = taught(history)
    before = ranker.learn_one(now, confirmed=confirmed)
    after = ranker.score_one(now)
    assert after >= before if confirmed else after <= before


@given(history=decisions, now=traits)
def test_scoring_changes_nothing(history: list[tuple[Traits, bool]], now: Traits) -> None:
    ranker = taught(history)
    state = ranker.to_bytes()
    ranker.score_one(now)
    ranker.explain_one(now)
    assert ranker.to_bytes() == state


@given(history=decisions, now=traits, confirmed=st.booleans())
def test_it_scores_before_it_learns(
    history: list[tuple[Traits, bool]], now: Traits, confirmed: bool
) -> None:
    ranker = taught(history)
    expected = ranker.score_one(now)
    assert ranker.learn_one(now, confirmed=confirmed) == expected


@given(history=decisions, later=decisions)
def test_a_restored_ranker_goes_on_as_if_nothing_happened(
    history: list[tuple[Traits, bool]], later: list[tuple[Traits, bool]]
) -> None:
    ranker = taught(history)
    restored = Ranker.from_bytes(ranker.to_bytes())
    for seen, confirmed in later:
        ranker.learn_one(seen, confirmed=confirmed)
        restored.learn_one(seen, confirmed=confirmed)
    assert restored.to_bytes() == ranker.to_bytes()
    assert restored.learned == len(history) + len(later)


@given(history=decisions, violation=traits, notice=traits)
def test_no_violation_of_severity_five_is_buried_below_a_notice(
    history: list[tuple[Traits, bool]], violation: Traits, notice: Traits
) -> None:
    ranker = taught(history)
    violation = violation._replace(severity=5, has_score=False)
    notice = notice._replace(severity=2)
    assert ranker.score_one(violation) > ranker.score_one(notice)


@pytest.mark.parametrize("times", [5, 10])
def test_a_handful_of_dismissals_moves_a_kind_visibly_down_at_other_institutions_too(
    times: int,
) -> None:
    ranker = Ranker()
    same_kind, other_kind = swap("P9"), swap("P9", rule="PS-01")
    before, untouched = ranker.score_one(same_kind), ranker.score_one(other_kind)
    for number in range(times):
        ranker.learn_one(swap(f"P{number % 3}"), confirmed=False)
    assert before - ranker.score_one(same_kind) > 0.15
    assert abs(untouched - ranker.score_one(other_kind)) < 0.08
    assert ranker.score_one(same_kind) < ranker.score_one(other_kind)


def test_a_handful_of_confirmations_moves_a_kind_visibly_up() -> None:
    ranker = Ranker()
    lead = swap()._replace(severity=3, status="线索")
    before = ranker.score_one(lead)
    for _ in range(6):
        ranker.learn_one(lead, confirmed=True)
    assert ranker.score_one(lead) - before > 0.15


def test_an_institution_whose_alerts_are_dismissed_sinks_below_the_others() -> None:
    ranker = Ranker()
    for _ in range(6):
        ranker.learn_one(swap("P1"), confirmed=False)
    assert ranker.score_one(swap("P1")) < ranker.score_one(swap("P2"))


def test_an_old_opinion_can_be_changed() -> None:
    ranker = taught([(swap(), False)] * 500)
    low = ranker.score_one(swap())
    for _ in range(20):
        ranker.learn_one(swap(), confirmed=True)
    assert ranker.score_one(swap()) - low > 0.2


def test_it_reports_how_well_it_foresaw_the_decisions() -> None:
    ranker = Ranker()
    assert ranker.brier is None
    ranker.learn_one(swap(), confirmed=True)
    assert ranker.brier is not None
    assert 0.0 < ranker.brier < 1.0


@pytest.mark.parametrize("state", [b"", b"\x94\x02\x00\xcb" + bytes(8) + b"\x80", b"not msgpack"])
def test_a_state_of_another_format_is_refused(state: bytes) -> None:
    with pytest.raises(ValueError, match="state"):
        Ranker.from_bytes(state)
