"""A rule's worked examples: the YAML file beside it, run through the whole engine.

An example lists only what matters; `event` fills in the rest. ``breaches`` must end with an open
alert of the rule, ``passes`` without one.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

import rules
import rules.packs
from domain.alerts import ALERT_DECODER, OPEN, Alert
from domain.decode import decode
from domain.moments import iso, moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from engine.registers import Registers
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.compile import compile_point, in_succession
from rules.knowledge.raw import from_record
from rules.rule import Rule

LINE: Final = {
    "list_type": "101",
    "cnt": "1",
    "pric": "10.00",
}
DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "visit.opened": {"med_type": "11"},
    "fees.uploaded": {},
    "claim.settled": {"med_type": "41", "medfee_sumamt": "100.00", "fund_pay_sumamt": "60.00"},
    "claim.reversed": {},
    "visit.closed": {"dscg_way": "1"},
    "inventory.moved": {"infno": "3505", "cnt": "1"},
}
_TIME_FIELDS: Final = {
    "visit.opened": "begntime",
    "claim.settled": "setl_time",
    "visit.closed": "endtime",
    "vitals.recorded": "rcd_time",
    "inventory.moved": "inv_time",
    "reference.changed": "valid_from",
}
_CAPITAL: Final = {"psn_no": "P1", "fixmedins_code": "H1"}


@dataclass(frozen=True)
class Example:
    """One example of a rule; ``expect`` may name fields of the alert that must hold.

    ``knowledge`` are the published records (``kp_id``, ``rule_class``, ``med_codes`` …) that the
    book holds while it runs: the top-level ``knowledge`` of the YAML file.
    """

    rule: str
    name: str
    breaches: bool
    events: tuple[Mapping[str, Any], ...]
    until: str | None
    expect: Mapping[str, Any]
    knowledge: tuple[Mapping[str, Any], ...] = ()


class ExamplesMissing(ValueError):
    """A rule without examples of both kinds; its author must write them."""


def examples_of(rule: Rule) -> list[Example]:
    """The examples in the YAML file beside the rule's module, named like it."""
    path = _yaml_beside(rule)
    if not path.is_file():
        raise ExamplesMissing(f"{rule.id}: {path.name} 不存在")
    read = yaml.safe_load(path.read_text("utf-8")) or {}
    found = [
        Example(
            rule=rule.id,
            name=str(one["name"]),
            breaches=kind == "breaches",
            events=tuple([*read.get("world", ()), *one["events"]]),
            until=_text(one["until"]) if "until" in one else None,
            expect=one.get("expect", {}),
            knowledge=tuple(read.get("knowledge", ())),
        )
        for kind in ("breaches", "passes")
        for one in read.get(kind, ())
    ]
    if len({one.breaches for one in found}) < 2:
        raise ExamplesMissing(f"{rule.id}: 需要违规与通过两类示例")
    return found


def _yaml_beside(rule: Rule) -> Path:
    for info in pkgutil.walk_packages(rules.packs.__path__, prefix="rules.packs."):
        module = importlib.import_module(info.name)
        if module.__file__ and any(value is rule for value in vars(module).values()):
            return Path(module.__file__).with_suffix(".yaml")
    raise ExamplesMissing(f"{rule.id}: 不在 rules/packs 之下")


def run(example: Example, knowledge: KnowledgeBase | None = None) -> list[Alert]:
    """The alerts of the example's rule that are left at its end."""
    book = _book(knowledge or knowledge_of(example))
    auditor = Auditor(book, StatesInMemory())
    alerts: dict[str, bytes | None] = {}
    events = [event(one, number) for number, one in enumerate([*world(), *example.events])]
    chunk = auditor.take([decode(msgspec.json.encode(one)) for one in events])
    alerts.update(chunk.alerts)
    failures = dict(chunk.failures)
    if example.until:
        chunk = auditor.advance(moment(example.until))
        alerts.update(chunk.alerts)
        failures.update(chunk.failures)
    if failures:
        raise RuntimeError(f"{example.rule} {example.name}: 规则出错 {failures}")
    decoded = [ALERT_DECODER.decode(body) for body in alerts.values() if body is not None]
    return [alert for alert in decoded if alert.rule_id == example.rule]


def verdict(example: Example, knowledge: KnowledgeBase | None = None) -> str | None:
    """None when the example holds, else what is wrong with it."""
    left = run(example, knowledge)
    standing = [alert for alert in left if alert.state == OPEN and alert.severity > 1]
    if not example.breaches and standing:
        return f"应通过却提示: {standing[0].explanation}"
    if example.breaches and not standing:
        return "应提示却没有"
    looked_at = standing if example.breaches else left
    for name, expected in example.expect.items():
        seen = {str(getattr(alert, name)) for alert in looked_at}
        if str(expected) not in seen:
            return f"{name} 应为 {expected}, 实为 {'、'.join(sorted(seen)) or '无'}"
    return None


def knowledge_of(example: Example) -> KnowledgeBase:
    """The knowledge base an example brings."""
    points = (compile_point(from_record(record)) for record in example.knowledge)
    return KnowledgeBase(in_succession(points))


def _book(knowledge: KnowledgeBase) -> Book:
    plain = _rules_of_release()
    return Book(
        rules=plain.rules,
        subjects=plain.subjects,
        projections=plain.projections,
        knowledge=knowledge,
        registers=Registers(),
    )


@cache
def _rules_of_release() -> Book:
    return build_book()


@cache
def world() -> tuple[Mapping[str, Any], ...]:
    """Registers that every example may rely on: ``rules/examples_world.yaml``."""
    read = yaml.safe_load((files(rules) / "examples_world.yaml").read_text("utf-8"))
    return tuple(read)


def event(short: Mapping[str, Any], number: int) -> dict[str, Any]:
    """A full CloudEvent from its short form ``{type: {time: …, field: …}}``.

    ``time`` is the event's time and fills the national time field of its type; ``event_id``
    may be given so that a refund, a reversal or a repeat can name it.
    """
    ((kind, given),) = short.items()
    data = {**_CAPITAL, **DEFAULTS.get(kind, {}), **given}
    time = _text(data.pop("time", "2026-05-01 09:00:00"))
    id_ = str(data.pop("event_id", f"e{number}"))
    if kind in _TIME_FIELDS:
        data.setdefault(_TIME_FIELDS[kind], time)
    if kind == "reference.changed":
        data = {name: value for name, value in data.items() if name not in _CAPITAL}
    elif kind != "claim.reversed":
        data.setdefault("mdtrt_id", f"visit-{number}")
    if kind == "claim.settled":
        data.setdefault("setl_id", f"settlement-{number}")
    if "feedetail" in data:
        data["feedetail"] = list(_lines(data["feedetail"], time, number))
    return {
        "specversion": "1.0",
        "id": id_,
        "source": "/examples",
        "type": f"cn.fundguard.{kind}.v1",
        "time": iso(moment(time)),
        "data": {name: _written(value) for name, value in data.items()},
    }


def _lines(given: Iterable[Mapping[str, Any]], time: str, number: int) -> Iterator[dict[str, Any]]:
    for index, short in enumerate(given):
        line = {**LINE, **short}
        line.setdefault("feedetl_sn", f"L{number}-{index}")
        line.setdefault("fee_ocur_time", time)
        line.setdefault("med_list_codg", "XA01AAA001A001010100001")
        quantity, price = float(line["cnt"]), float(line["pric"])
        line.setdefault("det_item_fee_sumamt", f"{quantity * price:.2f}")
        line["drugtracinfo"] = [{"drug_trac_codg": str(code)} for code in line.pop("traces", ())]
        yield {name: _written(value) for name, value in line.items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return _text(value)
    return value


def _text(value: Any) -> str:
    """Times as YAML reads them, back to national text."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    written = str(value)
    return written if len(written) != 16 else f"{written}:00"
