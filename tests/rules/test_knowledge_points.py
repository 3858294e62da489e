"""Every published knowledge point is executed: breached it is named, its neighbour never is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from domain.alerts import ALERT_DECODER, OPEN
from domain.decode import decode
from domain.events import ClaimEvent
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from fundguard.examples import event
from fundguard.knowledge.store import import_files, load_current
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.classes import CLASSES
from rules.knowledge.constraints import Note
from rules.knowledge.point import KnowledgePoint
from tests.published import batches
from tests.rules.breaching import REGISTERS, Claims, Event, claims_about

PUBLISHED = 3899
AT_ONCE = 400  # claims an auditor takes in one chunk


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder: Path = tmp_path_factory.mktemp("knowledge")
    import_files(batches(), folder)
    return load_current(folder)


@cache
def _rules() -> Book:
    return build_book(only=sorted({known.rule for known in CLASSES.values()}))


def _named(knowledge: KnowledgeBase, claims: list[Claims]) -> dict[int, set[str]]:
    """The points that open alerts name, by the place of the claims in the list."""
    plain = _rules()
    book = Book(
        rules=plain.rules,
        subjects=plain.subjects,
        projections=plain.projections,
        knowledge=knowledge,
    )
    auditor = Auditor(book, StatesInMemory())
    auditor.take([_decoded(one, number) for number, one in enumerate(REGISTERS)])
    named: dict[int, set[str]] = {place: set() for place in range(len(claims))}
    places = iter(enumerate(claims))
    while some := list(islice(places, AT_ONCE)):
        chunk = auditor.take(list(_events(some)))
        assert not chunk.failures
        for body in chunk.alerts.values():
            alert = ALERT_DECODER.decode(body or b"")
            if alert.state == OPEN and alert.severity > 1:
                named[int(alert.mdtrt_id.partition("-")[0])].update(alert.kp_ids)
    return named


def _events(some: list[tuple[int, Claims]]) -> Iterator[ClaimEvent]:
    for place, claims in some:
        for number, short in enumerate(claims.events, start=place * 1000):
            ((kind, given),) = short.items()
            visit = {"psn_no": f"P{place}", "mdtrt_id": f"{place}-{given['mdtrt_id']}"}
            yield _decoded({kind: {**given, **visit}}, number)


def _decoded(short: Event, number: int) -> ClaimEvent:
    return decode(msgspec.json.encode(event(short, number)))


def _executed(points: tuple[KnowledgePoint, ...]) -> list[KnowledgePoint]:
    return [point for point in points if not isinstance(point.constraint, Note)]


def test_every_published_record_is_loaded(knowledge: KnowledgeBase) -> None:
    assert len(knowledge.points) == PUBLISHED
    notes = [point for point in knowledge.points if isinstance(point.constraint, Note)]
    assert [note.name[:2] for note in notes] == ["说明"]


def test_every_point_is_found_breached_and_silent_beside_it(knowledge: KnowledgeBase) -> None:
    claims = [
        one for point in _executed(knowledge.points) for one in claims_about(point, knowledge)
    ]
    named = _named(knowledge, claims)
    wrong = Counter[str]()
    examples: dict[str, str] = {}
    for place, one in enumerate(claims):
        if (one.point.id in named[place]) != one.breaches:
            kind = f"{one.point.rule} {one.point.rule_class} {one.what}"
            wrong[kind] += 1
            examples.setdefault(kind, f"{one.point.id} {one.point.name}")
    assert wrong == {}, examples
    tried = Counter((one.point.id, one.breaches) for one in claims)
    executed = [point.id for point in _executed(knowledge.points)]
    assert all(tried[id, breaches] for id in executed for breaches in (True, False))


def test_what_a_note_excepts_is_excepted_from_every_point_of_its_class(
    knowledge: KnowledgeBase,
) -> None:
    (note,) = (point for point in knowledge.points if isinstance(point.constraint, Note))
    intersex = [{"diag_code": "Q56.400"}]
    claims = []
    for point in _executed(knowledge.points):
        if point.rule_class == note.rule_class:
            breach = next(claims_about(point, knowledge))
            opened, fees = breach.events
            excepted = {"visit.opened": {**opened["visit.opened"], "diseinfo": intersex}}
            claims.append(Claims(point, False, "excepted", (excepted, fees)))
    named = _named(knowledge, claims)
    assert {place for place, points in named.items() if points} == set()


def test_a_superseded_point_gives_way_to_its_successor(knowledge: KnowledgeBase) -> None:
    successors = {point.supersedes: point for point in knowledge.points if point.supersedes}
    by_id = {point.id: point for point in knowledge.points}
    assert len(successors) == 397
    for old, new in successors.items():
        assert by_id[old].valid_to == new.valid_from
