"""Putting newly read points to those already known.

The same point may come twice: as a structured record with its published id, and as a row of a
spreadsheet without one. A row that speaks of the same codes in the same class and batch is the
point already known, and keeps its id; what its columns say is kept, since they say more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from rules.knowledge.point import KnowledgePoint

Key = tuple[str, str, tuple[str, ...]]


def merged(
    known: Sequence[KnowledgePoint], read: Iterable[KnowledgePoint]
) -> tuple[list[KnowledgePoint], int, int]:
    """All points, and how many are new or changed."""
    by_id = {point.id: point for point in known}
    by_key: dict[Key, list[str]] = {}
    for point in known:
        by_key.setdefault(_key(point), []).append(point.id)
    added, changed = set(), set()
    for point in read:
        id = point.id if point.id in by_id else _known_as(point, by_key, by_id)
        before = by_id.pop(id) if id else None
        now = _together(before, point) if before else point
        if before is None:
            added.add(now.id)
        elif _said(now) != _said(before) and now.id not in added:
            changed.add(now.id)
        if before is None or now.id != before.id:
            by_key.setdefault(_key(now), []).append(now.id)
        by_id[now.id] = now
    return list(by_id.values()), len(added), len(changed)


def _key(point: KnowledgePoint) -> Key:
    return point.rule_class, point.batch, tuple(sorted(point.codes))


def _known_as(
    point: KnowledgePoint, by_key: dict[Key, list[str]], by_id: dict[str, KnowledgePoint]
) -> str:
    """The id under which this point is known already, if one of the two has no published id."""
    alike = [
        id
        for id in by_key.get(_key(point), ())
        if id in by_id and _is_derived(id) != _is_derived(point.id)
    ]
    exact = [id for id in alike if by_id[id].published == point.published]
    return exact[0] if exact else alike[0] if len(alike) == 1 else ""


def _is_derived(id: str) -> bool:
    return id.startswith("KL-")


def _together(known: KnowledgePoint, read: KnowledgePoint) -> KnowledgePoint:
    """One point of two accounts: the published id and text, the columns' constraint."""
    base = known if _is_derived(read.id) else read
    explicit = next((one for one in (read, known) if one.explicit), None)
    if explicit is None or type(explicit.constraint) is not type(base.constraint):
        return base
    return msgspec.structs.replace(base, constraint=explicit.constraint, explicit=True)


def _said(point: KnowledgePoint) -> KnowledgePoint:
    """What the point says, whoever said it and however long it holds."""
    return msgspec.structs.replace(point, id="", explicit=False, valid_to=point.valid_from)
