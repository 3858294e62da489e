"""What an alert tells a supervisor: one sentence, its operands, its events, and nobody's name.

Held over all alerts of a small simulated city and over every rule's worked examples, which also
reach the notices that no city has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache

import msgspec
import pytest

from domain.alerts import ALERT_DECODER, Alert
from domain.findings import NOTICE
from engine.alerting import LONGEST_EXPLANATION
from engine.anomalies import FAMILY as MODELS
from engine.book import build_book
from fundguard.examples import examples_of, run
from rules.rule import Rule
from tests.city import audited, city

RULES = [rule for rule in build_book().rules if not rule.id.startswith(MODELS)]
PERSONAL = ("psn_no", "card_sn", "mdtrt_cert_no", "certno", "psn_name")

QUOTED = re.compile(r"（知识点：.*?），|“[^”]*”")  # the published text may be several sentences
AMOUNT = re.compile(r"(?<![\d.])\d[\d.]*元(?!的整数倍)")


@cache
def alerts() -> tuple[Alert, ...]:
    return tuple(ALERT_DECODER.decode(body) for body in audited(city()).values())


@cache
def told_by_examples(rule: str) -> tuple[Alert, ...]:
    (found,) = (one for one in RULES if one.id == rule)
    return tuple(alert for example in examples_of(found) for alert in run(example))


def sentence(text: str) -> str:
    """The sentence without what it quotes."""
    return QUOTED.sub("", text)


def faults(text: str) -> Iterator[str]:
    """What keeps a text from being one well-formed sentence."""
    said = sentence(text)
    if not said.endswith("。") or said.count("。") != 1:
        yield "not one sentence"
    if len(text) > LONGEST_EXPLANATION:
        yield "too long"
    if re.search(r"，，|；；|，。|；。|、。|：。|；，|：，|\s\s|\n", said):
        yield "a clause is missing"
    if any(said.count(left) != said.count(right) for left, right in ("（）", "“”", "()")):
        yield "brackets do not match"
    if re.search(r"None|nan|inf|Decimal|\bE[+-]\d", said):
        yield "a value was not written out"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_explanation_and_counterfactual_are_sentences(rule: Rule) -> None:
    for alert in told_by_examples(rule.id):
        assert not list(faults(alert.explanation)), alert.explanation
        assert not list(faults(alert.counterfactual)), alert.counterfactual
        assert re.search(r"\d", alert.explanation), "an explanation without an operand"
        assert alert.counterfactual.startswith("若")


def test_every_alert_of_a_city_is_explained_in_a_sentence() -> None:
    assert alerts()
    for alert in alerts():
        for text in (alert.explanation, alert.counterfactual):
            assert not list(faults(text)), (alert.alert_id, text)


def test_amounts_have_two_decimals() -> None:
    for alert in alerts():
        for amount in AMOUNT.findall(sentence(alert.explanation)):
            assert re.fullmatch(r"\d+\.\d\d元", amount), alert.explanation
        for written in (alert.amount, alert.amount_counted, *(one.amount for one in alert.lines)):
            assert re.fullmatch(r"\d+\.\d\d", written), alert.alert_id
        assert Decimal(alert.amount_counted) <= Decimal(alert.amount)


def test_no_alert_names_a_person() -> None:
    """Who is involved stands in the pseudonym alone, whatever events an alert rests on."""
    identifiers = personal_identifiers()
    assert identifiers
    for alert in alerts():
        told = msgspec.json.decode(msgspec.json.encode(alert))
        for text in (told["explanation"], told["counterfactual"], str(told["evidence"])):
            assert not [one for one in identifiers if one in text], alert.alert_id


def personal_identifiers() -> set[str]:
    told = [msgspec.json.decode(raw)["data"] for raw in city()]
    return {str(data[name]) for data in told for name in PERSONAL if data.get(name)}


def test_evidence_names_events_that_came_in() -> None:
    came = {msgspec.json.decode(raw)["id"] for raw in city()}
    for alert in alerts():
        assert alert.evidence, alert.alert_id
        for one in alert.evidence:
            assert one.event_id in came, (alert.alert_id, one)
            assert one.summary
            assert all(value for value in one.values.values()), (alert.alert_id, one)


def test_windows_run_forward() -> None:
    for alert in alerts():
        if alert.window is not None:
            since, until = map(datetime.fromisoformat, (alert.window.since, alert.window.until))
            assert since <= until, alert.alert_id


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_notice_is_shown_and_asks_for_nothing(rule: Rule) -> None:
    for alert in told_by_examples(rule.id):
        assert alert.severity > NOTICE or alert.action == "A0"


def test_only_a_check_that_failed_is_a_sign() -> None:
    checks = re.compile(r"(?:人脸比对|活体检测)([\d.]+)（应不低于([\d.]+)）")
    told = [found for alert in told_by_examples("ID-01") for found in checks.findall(str(alert))]
    assert told
    assert all(Decimal(score) < Decimal(least) for score, least in told)
