"""A small simulated city as raw events, and what a file audit of it ends with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

import msgspec

from domain.decode import decode
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from fundguard.knowledge.starter import starter
from fundguard.simulate import simulate

HOURS_48 = 48 * 3600


@cache
def city(persons: int = 400, days: int = 45, seed: int = 11) -> tuple[bytes, ...]:
    """The city's events, in order of time."""
    events = simulate(persons, days, seed, date(2026, 1, 1)).events()
    return tuple(msgspec.json.encode(event) for event in events)


def house_book() -> Book:
    """The book of a fresh installation, as every command builds it."""
    return build_book(knowledge=starter())


def shuffled(events: Sequence[bytes], seed: int) -> list[bytes]:
    """The events as a poor network delivers them: up to 48 h late, 2 % of them twice."""
    chance = random.Random(seed)
    repeated = [*events, *chance.sample(events, len(events) // 50)]

    def arrival(raw: bytes) -> float:
        happened = datetime.fromisoformat(msgspec.json.decode(raw)["time"])
        return happened.timestamp() + chance.uniform(0, HOURS_48)

    return sorted(repeated, key=arrival)


def rule_alerts(alerts: dict[str, bytes]) -> dict[str, bytes]:
    """Without the models', which depend on the order they learnt in."""
    return {id_: body for id_, body in alerts.items() if not id_.startswith("AN-")}


def audited(events: Sequence[bytes], chunk: int = 5000) -> dict[str, bytes]:
    """The rule alerts that a file audit of these events ends with."""
    auditor = Auditor(house_book(), StatesInMemory())
    for raw in events:
        if b"fundguard.reference." in raw:
            auditor.take([decode(raw)])
    standing: dict[str, bytes | None] = {}
    for start in range(0, len(events), chunk):
        standing.update(auditor.take([decode(raw) for raw in events[start : start + chunk]]).alerts)
    return rule_alerts({id_: body for id_, body in standing.items() if body is not None})


def differences(found: dict[str, bytes], right: dict[str, bytes]) -> list[str]:
    """What to look at when two doors disagree: alert by alert, field by field."""
    told = [f"{id_} is missing" for id_ in sorted(right.keys() - found.keys())]
    told += [f"{id_} is too much" for id_ in sorted(found.keys() - right.keys())]
    for id_ in sorted(found.keys() & right.keys()):
        if found[id_] != right[id_]:
            one, other = msgspec.json.decode(found[id_]), msgspec.json.decode(right[id_])
            told += [
                f"{id_}.{name}: {one[name]} instead of {other[name]}"
                for name in other
                if one.get(name) != other[name]
            ]
    return told
