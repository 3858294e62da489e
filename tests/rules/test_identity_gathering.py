"""Card-gathering beyond single alerts: amounts counted once, and who is told of a crowd."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from domain.alerts import ALERT_DECODER, Alert
from domain.decode import decode
from domain.facts import Signal
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from fundguard.examples import event, world
from rules.packs.identity.id_04_parameters import CROWDED
from rules.subjects.person import PERSON

ALIKE = ("98.00", "101.00", "100.00", "102.50", "99.00", "100.50", "97.80", "103.00")
UNLIKE = ("38.00", "52.00", "70.00", "95.00", "130.00")

Short = Mapping[str, Any]


def run(day: str, totals: Sequence[str], gap: int = 30) -> Iterator[Short]:
    """Q0, Q1 … swiped one after another at nine, each settlement paid 60 yuan by the fund."""
    for number, total in enumerate(totals):
        minute, second = divmod(number * gap, 60)
        yield {
            "claim.settled": {
                "time": f"{day} 09:{minute:02d}:{second:02d}",
                "psn_no": f"Q{number}",
                "fixmedins_code": "PH1",
                "dev_no": "D1",
                "medfee_sumamt": total,
            }
        }


def audited(shorts: Sequence[Short]) -> tuple[list[Alert], StatesInMemory]:
    states = StatesInMemory()
    auditor = Auditor(build_book(only=["ID-04"]), states)
    events = [event(one, number) for number, one in enumerate([*world(), *shorts])]
    chunk = auditor.take([decode(msgspec.json.encode(one)) for one in events])
    assert not chunk.failures
    alerts = [ALERT_DECODER.decode(body) for body in chunk.alerts.values() if body is not None]
    return sorted(alerts, key=lambda alert: (alert.occurred_at, alert.action)), states


def test_a_day_after_the_third_charges_its_own_run_alone() -> None:
    days = ("2026-05-01", "2026-05-04", "2026-05-07", "2026-05-10")
    alerts, _ = audited([one for day in days for one in run(day, UNLIKE)])
    assert [(alert.occurred_at[:10], alert.amount) for alert in alerts] == [
        ("2026-05-07", "900.00"),
        ("2026-05-10", "300.00"),
    ]


def test_a_run_accused_for_its_amounts_is_not_charged_again_as_a_band() -> None:
    days = ("2026-05-01", "2026-05-04", "2026-05-07")
    alerts, _ = audited([one for day in days for one in run(day, ALIKE)])
    assert [(alert.action, alert.amount) for alert in alerts] == [
        ("Q2", "480.00"),
        ("Q2", "480.00"),
        ("Q2", "480.00"),
        ("Q2+C1", "0.00"),
    ]


def test_the_same_band_again_after_a_month_is_no_band() -> None:
    days = ("2026-05-01", "2026-05-04", "2026-05-31")
    assert audited([one for day in days for one in run(day, UNLIKE)])[0] == []


def test_a_crowd_is_told_to_every_person_in_it() -> None:
    _, states = audited(list(run("2026-05-01", UNLIKE, gap=150)))
    assert told_of_crowd(states) == ["Q0", "Q1", "Q2", "Q3", "Q4"]


def test_five_persons_in_eleven_minutes_are_no_crowd() -> None:
    _, states = audited(list(run("2026-05-01", UNLIKE, gap=165)))
    assert told_of_crowd(states) == []


def told_of_crowd(states: StatesInMemory) -> list[str]:
    return sorted(
        key
        for (subject, key), state in states.by_place.items()
        if subject == PERSON
        for fact in state.facts()
        if isinstance(fact, Signal) and fact.name == CROWDED
    )
