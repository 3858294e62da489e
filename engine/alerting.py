"""The alert's outward form: pseudonym for the person, decimals and times as texts."""

from __future__ import annotations

from decimal import Decimal

from domain.alerts import OPEN, WITHDRAWN, Alert, AlertEvidence, AlertLine, Window
from domain.events import event_id
from domain.findings import Filed
from domain.moments import iso
from domain.money import yuan
from domain.pseudonyms import pseudonym
from engine.book import Book

LONGEST_EXPLANATION = 500  # characters; the national vola_cont holds no more


class Counted:
    """How much of a finding counts, and which alert counts the rest, line by line."""

    __slots__ = ("amount", "elsewhere")

    def __init__(self, amount: Decimal) -> None:
        self.amount = amount
        self.elsewhere: dict[str, str] = {}


def alert_of(filed: Filed, counted: Counted, book: Book) -> Alert:
    """The alert that a heard finding becomes."""
    finding, rule = filed.finding, book.rule_by_id[filed.rule]
    return Alert(
        alert_id=filed.ref,
        rule_id=rule.id,
        rule_version=filed.version,
        knowledge_version=book.knowledge.version,
        phase=finding.phase,
        name=rule.name,
        name_en=rule.name_en,
        severity=finding.severity,
        status=finding.status,
        action=finding.action,
        state=WITHDRAWN if filed.withdrawn_by else OPEN,
        psn_no=pseudonym(finding.person, book.pseudonym_key),
        fixmedins_code=finding.institution,
        practitioner=finding.practitioner,
        mdtrt_id=finding.visit,
        setl_id=finding.settlement,
        lines=tuple(
            AlertLine(
                feedetl_sn=line.id,
                med_list_codg=line.code,
                amount=yuan(line.amount),
                counted_in=counted.elsewhere.get(line.id),
            )
            for line in finding.lines
        ),
        amount=yuan(finding.amount),
        amount_counted=yuan(counted.amount),
        amount_formula=finding.formula,
        legal_basis=finding.legal,
        case_cause_no=rule.causes,
        kp_ids=finding.knowledge,
        evidence=tuple(
            AlertEvidence(event_id=event_id(one.ref), summary=one.summary, values=one.values)
            for one in finding.evidence
        ),
        window=Window(since=iso(finding.window[0]), until=iso(finding.window[1]))
        if finding.window
        else None,
        parameters=filed.parameters,
        explanation=finding.explanation[:LONGEST_EXPLANATION],
        counterfactual=finding.counterfactual,
        score=finding.score,
        contributions=finding.contributions,
        occurred_at=iso(finding.at),
        hit_count=finding.hits,
        dedup_key=f"{rule.id}:{finding.dedup}",
        withdrawn_by=filed.withdrawn_by or None,
    )
