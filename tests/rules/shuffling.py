"""Worked examples in any order: shuffled, repeated and cut into chunks, they must end alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import msgspec

from domain.decode import decode
from domain.events import ClaimEvent
from domain.moments import DAY, Moment, moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from engine.registers import Registers
from fundguard.examples import Example, event, examples_of, knowledge_of, world
from rules.knowledge.base import KnowledgeBase

Ending = dict[str, bytes]
"""The alerts that are left in the end, by their ids."""


@cache
def book_of(rule: str) -> Book:
    return build_book(only=[rule])


@cache
def examples(rule: str) -> list[Example]:
    (found,) = book_of(rule).rules
    return examples_of(found)


def decoded(example: Example) -> tuple[list[ClaimEvent], list[ClaimEvent]]:
    """Registers, which come first everywhere, and the events to shuffle."""
    shorts = enumerate([*world(), *example.events])
    events = [decode(msgspec.json.encode(event(short, number))) for number, short in shorts]
    registers = [one for one in events if one.name == "reference.changed"]
    return registers, [one for one in events if one.name != "reference.changed"]


def ending(
    rule: str,
    chunks: Sequence[Sequence[ClaimEvent]],
    until: Moment,
    knowledge: KnowledgeBase | None = None,
) -> Ending:
    """The rule's alerts after these chunks, once event time has reached ``until``."""
    book = replace(book_of(rule), registers=Registers(), knowledge=knowledge or KnowledgeBase())
    auditor = Auditor(book, StatesInMemory())
    alerts: dict[str, bytes | None] = {}
    failures: dict[str, int] = {}
    for chunk in [*(auditor.take(events) for events in chunks), auditor.advance(until)]:
        alerts.update(chunk.alerts)
        failures.update(chunk.failures)
    assert not failures
    return {id_: body for id_, body in alerts.items() if body is not None}


def in_order(rule: str, example: Example) -> Ending:
    registers, claims = decoded(example)
    until = end_of_time(example, claims)
    return ending(rule, [registers, claims], until, knowledge_of(example))


def shuffled(rule: str, example: Example, seed: int, size: int) -> Ending:
    """The ending after a shuffle with some events repeated, in chunks of that size."""
    registers, claims = decoded(example)
    chance = random.Random(seed)
    mixed = [*claims, *chance.sample(claims, min(2, len(claims)))]
    chance.shuffle(mixed)
    chunks = [mixed[start : start + size] for start in range(0, len(mixed), size)]
    until = end_of_time(example, claims)
    return ending(rule, [registers, *chunks], until, knowledge_of(example))


def end_of_time(example: Example, claims: Sequence[ClaimEvent]) -> Moment:
    """Late enough for every wait: two months after the last event, or when the example ends."""
    last = max(one.at for one in claims)
    return Moment(max(last + 62 * DAY, moment(example.until) if example.until else 0))
