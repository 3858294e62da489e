"""Every implemented rule says what its entry in the catalogue says.

The catalogue's cells are prose with codes in it; the codes are read out of them. Where a rule
differs on purpose, its module says why, and the table here says so too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec
import pytest

from engine.anomalies import FAMILY as MODELS
from engine.book import build_book
from rules.rule import Rule
from tests.published import two_libraries

RULES = [rule for rule in build_book().rules if not rule.id.startswith(MODELS)]

Entry = dict[str, Any]

MEANT: Final[dict[tuple[str, str], object]] = {
    # Its source is cited as law; TL-40(3) belongs to stays invented as a whole (HO-02).
    ("HO-01", "legal"): {"TL-15", "TL-38(1)"},
    # The entry writes the formula out: (pric_X - pric_Y) x cnt is M4.
    ("SW-01", "formula"): "M4",
}

MEANT_ACTIONS: Final[dict[str, set[str]]] = {
    # While it happens the entry names the dashboard alone, or nothing: show only.
    "PS-02": {"A0"},
    "PS-03": {"A0"},
    # After the settlement the entry names nothing: the ordinary queue.
    "CH-04": {"Q1"},
    "DP-04": {"Q1"},
    "DP-06": {"Q1"},
}


@cache
def catalogue() -> dict[str, Entry]:
    """The catalogue by rule, from the shared folder that the published lists lie in."""
    path = two_libraries().parents[1] / "domain" / "rules.json"
    entries: list[Entry] = msgspec.json.decode(path.read_bytes())
    return {entry["id"]: entry for entry in entries}


def articles(text: str) -> set[str]:
    """``TL-40(1)(3), TL-41`` as single articles and items."""
    found = {"SX"} if re.search(r"\bSX\b", text) else set[str]()
    for article, items in re.findall(r"(TL-\d+)((?:\(\d+\))*)", text):
        found |= {article + item for item in re.findall(r"\(\d+\)", items)} or {article}
    return found


def first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[0] if found else ""


READ: Final[dict[str, tuple[Callable[[Rule], object], Callable[[Entry], object]]]] = {
    "zh": (lambda rule: rule.name, lambda entry: entry["zh"]),
    "en": (lambda rule: rule.name_en, lambda entry: entry["en"]),
    "legal": (lambda rule: set(rule.legal), lambda entry: articles(entry["legal"])),
    "cause": (lambda rule: list(rule.causes), lambda entry: re.findall(r"\d+", entry["cause"])),
    "phase": (
        lambda rule: list(rule.phases),
        lambda entry: re.findall(r"\b(?:pre|in|post)\b", re.sub(r"\(.*?\)", "", entry["phase"])),
    ),
    "severity": (lambda rule: f"S{rule.severity}", lambda entry: first(r"S\d", entry["sev"])),
    "formula": (lambda rule: rule.formula, lambda entry: first(r"M\d", entry["amt"])),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("what", READ)
def test_a_rule_is_what_the_catalogue_lists(rule: Rule, what: str) -> None:
    ours, theirs = READ[what]
    assert ours(rule) == MEANT.get((rule.id, what), theirs(catalogue()[rule.id]))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_asks_for_no_action_beyond_its_entry(rule: Rule) -> None:
    asked = {code for action in rule.actions.values() for code in action.split("+")}
    named = set(re.findall(r"\b[ACQ]\d\b", catalogue()[rule.id]["action"]))
    assert asked - named == MEANT_ACTIONS.get(rule.id, set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_cites_the_official_codes_of_its_entry(rule: Rule) -> None:
    official = catalogue()[rule.id]["official"]
    assert set(re.findall(r"GZ\d{14}|2025#\d+", official)) <= set(rule.official)


@pytest.mark.parametrize(("id_", "what"), MEANT)
def test_an_intended_difference_is_one(id_: str, what: str) -> None:
    _, theirs = READ[what]
    assert theirs(catalogue()[id_]) != MEANT[id_, what]
