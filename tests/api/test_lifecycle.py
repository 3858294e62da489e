from __future__ import annotations

import pytest

from api.cases.lifecycle import (
    ALLOWED,
    IllegalTransition,
    Outcome,
    OutcomeRequired,
    Status,
    is_over,
    move,
    outcome_after,
)


def test_every_status_has_its_row() -> None:
    assert set(ALLOWED) == set(Status)


def test_every_status_can_be_reached_from_a_clue() -> None:
    reached = {Status.PENDING}
    while new := {to for status in reached for to in ALLOWED[status]} - reached:
        reached |= new
    assert reached == set(Status)


def test_every_case_can_come_to_an_end() -> None:
    ending = {status for status in Status if is_over(status)}
    assert ending == {Status.REJECTED, Status.TRANSFERRED, Status.TERMINATED, Status.CLOSED}
    while new := {status for status in Status if ALLOWED[status] & ending} - ending:
        ending |= new
    assert ending == set(Status)


@pytest.mark.parametrize("now", list(Status))
def test_what_is_not_allowed_cannot_be_done(now: Status) -> None:
    for to in Status:
        if to in ALLOWED[now]:
            assert move(now, to) is to
        else:
            with pytest.raises(IllegalTransition):
                move(now, to)


def test_a_decision_needs_an_outcome_and_no_other_step_takes_one() -> None:
    assert outcome_after(Status.DECIDED, Outcome.PUNISH, None) is Outcome.PUNISH
    assert outcome_after(Status.DELIVERED, None, Outcome.PUNISH) is Outcome.PUNISH
    assert outcome_after(Status.CLOSED, Outcome.NO_PUNISH, Outcome.PUNISH) is Outcome.NO_PUNISH
    with pytest.raises(OutcomeRequired):
        outcome_after(Status.DECIDED, None, None)
    with pytest.raises(OutcomeRequired):
        outcome_after(Status.FILED, Outcome.PUNISH, None)
