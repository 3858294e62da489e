"""Bad input, row by row of the contract's section 6."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from domain.decode import LARGEST_EVENT, MalformedEvent, decode, decode_binary
from domain.facts import Settled
from domain.moments import moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from fundguard.__main__ import app
from rules.rule import Parameters, Rule, Stage, itself
from rules.subjects.person import PERSON
from stream.dead_letters import BadInputGuard, TooManyBadEvents
from tests.travel import journeys

GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e1",
    "source": "/his/H1",
    "type": "cn.fundguard.claim.settled.v1",
    "time": "2026-05-01T09:02:00+08:00",
    "data": {
        "setl_id": "S1",
        "mdtrt_id": "M1",
        "psn_no": "P1",
        "fixmedins_code": "H1",
        "med_type": "41",
        "setl_time": "2026-05-01 09:02:00",
        "medfee_sumamt": "12.30",
        "fund_pay_sumamt": 8.2,
    },
}


def changed(**fields: Any) -> dict[str, Any]:
    """The good event with envelope fields replaced; None leaves one out."""
    return {name: value for name, value in {**GOOD, **fields}.items() if value is not None}


def with_data(**fields: Any) -> dict[str, Any]:
    data = {name: value for name, value in {**GOOD["data"], **fields}.items() if value is not None}
    return {**GOOD, "data": data}


BAD: dict[str, dict[str, Any]] = {
    "no id": changed(id=None),
    "empty id": changed(id=""),
    "no source": changed(source=None),
    "no type": changed(type=None),
    "no time": changed(time=None),
    "no data": changed(data=None),
    "unknown type": changed(type="cn.fundguard.claim.teleported.v1"),
    "foreign type": changed(type="com.example.order"),
    "time without offset": changed(time="2026-05-01T09:02:00"),
    "time that is none": changed(time="yesterday"),
    "time in the future": changed(time="2027-05-01T09:02:00+08:00"),
    "missing psn_no": with_data(psn_no=None),
    "empty psn_no": with_data(psn_no=""),
    "missing amount": with_data(medfee_sumamt=None),
    "30 February": with_data(setl_time="2026-02-30 10:00:00"),
    "hour 25": with_data(setl_time="2026-02-03 25:00:00"),
    "settled in the future": with_data(setl_time="2027-05-01 09:02:00"),
    "amount that is none": with_data(medfee_sumamt="twelve"),
    "infinite amount": with_data(medfee_sumamt="Infinity"),
    "amount of a trillion": with_data(fund_pay_sumamt="1e30"),
    "number for a text": with_data(setl_id=5),
    "line without a code": with_data(feedetail=[{"feedetl_sn": "1"}]),
}
NOW = moment("2026-11-22 12:00:00")


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_event_is_refused_with_a_stage_and_a_reason(bad: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent) as refused:
        decode(msgspec.json.encode(bad), NOW)
    assert refused.value.stage in ("decode", "schema")
    assert refused.value.reason
    assert "P1" not in refused.value.reason


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_event_at_all_is_refused(raw: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode(raw)


def test_an_oversized_event_is_refused_unread() -> None:
    with pytest.raises(MalformedEvent):
        decode(b" " * (LARGEST_EVENT + 1))


def test_binary_mode_needs_its_headers() -> None:
    with pytest.raises(MalformedEvent):
        decode_binary({"ce_id": b"1"}, b"{}")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 600))
def test_no_mutation_of_an_event_raises_anything_else(noise: bytes, place: int) -> None:
    raw = msgspec.json.encode(GOOD)
    with suppress(MalformedEvent):
        decoded = decode(raw[:place] + noise + raw[place + len(noise) :], NOW)
        assert decoded.at <= NOW


def test_unknown_fields_are_kept() -> None:
    event = decode(msgspec.json.encode(with_data(province_extra={"a": [1]})), NOW)
    assert event.fields()["province_extra"] == {"a": [1]}


def test_numbers_and_texts_are_the_same_amount() -> None:
    event = decode(msgspec.json.encode(with_data(medfee_sumamt=12.3)), NOW)
    assert event.data == decode(msgspec.json.encode(GOOD), NOW).data


def audit(path: Path, *options: str) -> tuple[int, Path]:
    alerts = path.with_name("alerts.jsonl")
    result = CliRunner().invoke(
        app, ["audit", str(path), "-o", str(alerts), "--rules", "ID-02", *options]
    )
    return result.exit_code, alerts


def test_audit_lists_rejected_lines_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join([*journeys(30), b"{nonsense", msgspec.json.encode(BAD["no id"])]))
    code, alerts = audit(path)
    assert code == 0
    assert len(alerts.read_bytes().splitlines()) == 10
    listed = [
        json.loads(line)
        for line in alerts.with_name("alerts.jsonl.rejected.jsonl").read_text().splitlines()
    ]
    last = len(journeys(30)) + 2
    assert [(one["line"], one["stage"]) for one in listed] == [
        (last - 1, "decode"),
        (last, "schema"),
    ]
    assert all(one["reason"] for one in listed)
    assert audit(path, "--strict")[0] == 2


def test_a_clean_file_leaves_no_list_of_rejections(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"\n".join(journeys(3)))
    assert audit(path, "--strict")[0] == 0
    assert not (tmp_path / "alerts.jsonl.rejected.jsonl").exists()


def test_a_run_of_bad_events_stops_the_worker() -> None:
    guard = BadInputGuard(share=1, run=5)
    for _ in range(4):
        guard.saw(bad=True)
    guard.saw(bad=False)
    for _ in range(4):
        guard.saw(bad=True)
    with pytest.raises(TooManyBadEvents):
        guard.saw(bad=True)


def test_a_share_of_bad_events_stops_the_worker_but_a_few_do_not() -> None:
    guard = BadInputGuard(share=0.2, run=1000)
    _feed(guard, 5000, every=6)
    with pytest.raises(TooManyBadEvents):
        _feed(guard, 1000, every=3)


def _feed(guard: BadInputGuard, count: int, every: int) -> None:
    for number in range(count):
        guard.saw(bad=number % every == 0)


def _raises(view: object, anchor: str, parameters: object) -> list[Any]:
    raise ZeroDivisionError


BROKEN = Rule(
    id="XX-99",
    name="坏规则",
    name_en="Broken",
    description="",
    phases=("post",),
    severity=5,
    legal=(),
    causes=(),
    formula="M6",
    actions={},
    parameters=Parameters(),
    stages=(Stage(subject=PERSON, triggers=(Settled,), affected=itself, judge=_raises),),
)


def test_a_rule_that_raises_is_counted_and_the_others_still_judge() -> None:
    good = build_book(only=["ID-02"])
    book = Book(rules=[*good.rules, BROKEN], subjects=good.subjects, projections=good.projections)
    chunk = Auditor(book, StatesInMemory()).take([decode(raw) for raw in journeys(30)])
    assert chunk.failures == {"XX-99": 40}
    assert len(chunk.alerts) == 10
    assert all(id_.startswith("ID-02") for id_ in chunk.alerts)
