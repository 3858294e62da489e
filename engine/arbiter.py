"""The arbiter: from all findings on one docket to the alerts that go out.

Common exclusions silence findings that have an ordinary explanation; a parent rule silences its
children about the same visit; an amount is counted once. A pure function of the docket, so the
order in which findings were filed is of no consequence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from domain.alerts import encode
from domain.findings import Filed
from domain.money import ZERO
from engine.alerting import Counted, alert_of
from engine.book import Book
from engine.circumstances import COLLECTED_FOR, DAY_CARE, EMERGENCY_CARE, NEWBORN, OUTAGE, POLICY
from engine.state import Standing, State, Told

EXCUSED: Final[dict[str, tuple[str, ...]]] = {
    DAY_CARE: ("HO-",),
    EMERGENCY_CARE: ("HO-05", "HO-06", "HO-07"),
    NEWBORN: ("ID-01", "ID-02", "ID-08", "HO-11", "CL-02", "CL-03"),
    COLLECTED_FOR: ("ID-01", "HO-07"),
    OUTAGE: ("PS-01", "PS-03", "ID-04", "HO-01"),
    POLICY: ("CH-04", "DP-", "SP-"),
}
"""Which rules (by id or family prefix) each common exclusion of 06-rules §6.2 silences."""


def arbitrate(state: State, book: Book) -> dict[str, bytes | None]:
    """The alerts of a docket that differ from what went out before; None for one to forget.

    What a rule said that is no longer in the book stays as it was told, and counts nothing.
    """
    filed = [fact for fact in state.timeline(Filed).all() if isinstance(fact, Filed)]
    retired = {one.ref for one in filed if one.rule not in book.rule_by_id}
    heard = _heard((one for one in filed if one.ref not in retired), book)
    counted = _count(heard)
    alerts: dict[str, bytes | None] = {}
    for finding in heard:
        body = encode(alert_of(finding, counted[finding.ref], book))
        digest = hashlib.blake2b(body, digest_size=8).digest()
        told = (Told("", "", finding.ref, digest),)
        held = state.standing.get(finding.ref)
        if held is None or held.told != told:
            alerts[finding.ref] = body
            state.standing[finding.ref] = Standing(finding.at, told)
    for id in state.standing.keys() - {finding.ref for finding in heard} - retired:
        alerts[id] = None
        del state.standing[id]
    return alerts


def _heard(filed: Iterable[Filed], book: Book) -> list[Filed]:
    """The findings that nothing excuses and no parent covers."""
    unexcused = [one for one in filed if not _excused(one)]
    standing = [one for one in unexcused if not one.withdrawn_by]
    covered = {
        (child, parent.finding.visit)
        for parent in standing
        if parent.finding.visit and parent.rule in book.rule_by_id
        for child in book.rule_by_id[parent.rule].subsumes
    }
    return [one for one in unexcused if (one.rule, one.finding.visit) not in covered]


def _excused(one: Filed) -> bool:
    return any(
        one.rule.startswith(prefixes)
        for circumstance in one.finding.circumstances
        if (prefixes := EXCUSED.get(circumstance))
    )


def _count(heard: Sequence[Filed]) -> dict[str, Counted]:
    """Count every amount once: whole settlements before lines, the larger claim first."""
    counted = {one.ref: Counted(ZERO) for one in heard}
    wholes: dict[str, str] = {}
    lines: dict[tuple[str, str], str] = {}
    for one in sorted(heard, key=_precedence):
        finding, mine = one.finding, counted[one.ref]
        places = [place for place in (finding.settlement, finding.visit) if place]
        whole = next((wholes[place] for place in places if place in wholes), None)
        if one.withdrawn_by:
            continue
        if not finding.lines:
            if whole is None and finding.amount:  # one that claims nothing owns nothing
                mine.amount = finding.amount
                wholes[finding.settlement or finding.visit or one.ref] = one.ref
            continue
        for line in finding.lines:
            owner = whole or lines.setdefault((finding.visit, line.id), one.ref)
            if owner == one.ref:
                mine.amount += line.amount
            else:
                mine.elsewhere[line.id] = owner
    return counted


def _precedence(one: Filed) -> tuple[bool, Decimal, int, str]:
    finding = one.finding
    return (bool(finding.lines), -finding.amount, -finding.severity, one.ref)
