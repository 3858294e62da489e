"""PS-01 at the institution: whom the unsupported sales accuse, and whom they do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.facts import Signal
from domain.findings import NOTICE, Evidence, Finding
from domain.moments import HOUR, Moment, date_of, day_of, start_of_day, text_of
from domain.money import ZERO, yuan
from rules.packs.empty_swipe.ps_01_books import FARTHEST_DAYS, Books, Entry, books, starts
from rules.packs.empty_swipe.ps_01_day import HEAD, TAIL
from rules.packs.empty_swipe.ps_01_parameters import (
    DAY_TALLY,
    PROOF,
    SCAN_PROOF,
    SERIES,
    STOCK_PROOF,
    UNSUPPORTED,
    EmptySwipeParameters,
)
from rules.readings.accused import in_full
from rules.readings.catalogue import name_of_item
from rules.readings.geography import name_of
from rules.readings.in_words import drugs_named, settled_drugs
from rules.rule import Judgement, Stage
from rules.subjects.institution import INSTITUTION
from rules.view import View

STREAK: Final = "streak"
_MOST: Final = 15  # pieces of evidence shown
_TOLD: Final = 2  # of the proofs, in the sentence


def _concerned(view: View, fact: Signal) -> Iterator[str]:
    """Every sale, outage and streak that may be judged otherwise now."""
    seen, day = view.once(books), day_of(fact.at)
    days = {day}
    if fact.name == SERIES:
        yield fact.ref
    elif fact.name == PROOF:
        yield f"{UNSUPPORTED} {fact.refs[0]}"
    elif fact.name == UNSUPPORTED:
        yield fact.ref
        days |= set(range(day, day + FARTHEST_DAYS))
    else:
        near = range(day - FARTHEST_DAYS, day + FARTHEST_DAYS + 1)
        for one in near:
            if one == day or one in seen.tallies:
                yield f"{HEAD} {one}"
                yield f"{TAIL} {one}"
        days |= set(range(near[0], near[-1] + FARTHEST_DAYS))
    if fact.name != PROOF:
        for one in sorted(days & seen.by_day.keys()):
            yield from (entry.signal.ref for entry in seen.by_day[one])
    yield from (f"{STREAK} {one}" for one in starts(seen, (days & seen.by_day.keys()) | {day}))


def _report(view: View, anchor: str, p: EmptySwipeParameters) -> Judgement:
    seen = view.once(books)
    kind, _, rest = anchor.partition(" ")
    if kind == UNSUPPORTED:
        entry = seen.by_ref.get(anchor)
        yield from _sale(view, seen, entry, p) if entry else ()
    elif kind == SERIES:
        yield from _series(view, anchor)
    elif kind == STREAK:
        yield from _streak(view, seen, int(rest), p)
    else:
        yield from _outage(view, seen, kind, int(rest), p)


def _sale(view: View, seen: Books, entry: Entry, p: EmptySwipeParameters) -> Judgement:
    lines = seen.accused(entry, p)
    if not lines:
        return
    signal = entry.signal
    missing, total = seen.rate(entry.day, p)
    drugs = drugs_named(view.registers, (line.code for line in lines), signal.at)
    proofs = seen.proofs_of(entry)
    why = list(dict.fromkeys(_in_words(view, proof) for proof in proofs))[:_TOLD]
    if seen.rate_accuses(entry, p):
        why.append(
            f"该机构{p.rate_days}日内{total}条药品明细中{missing}条无销售记录，"
            f"达到{p.rate_min:.0%}的提示线"
        )
    yield Finding(
        anchor=signal.ref,
        at=signal.at,
        severity=4,
        explanation=(
            f"{name_of(view.registers, view.key, signal.at)}{text_of(signal.at)}以医保结算{drugs}，"
            f"共{len(lines)}条明细，{p.wait_hours}小时后仍无同一结算号、足量的销售出库记录，"
            f"{'；'.join(why)}，疑为空刷，建议封存进销存账册并调取监控录像。"
        ),
        counterfactual=(
            f"若{p.wait_hours}小时内有同一结算号、同一药品、数量不少于结算数量的销售记录（3505），则不提示。"
        ),
        evidence=(_evidence(view, entry), *map(_proof_evidence, proofs))[:_MOST],
        person=signal.person,
        institution=view.key,
        visit=signal.visit,
        settlement=signal.settlement,
        lines=in_full(lines),
        window=(signal.at, Moment(signal.at + p.wait_hours * HOUR)),
        hits=len(lines),
        dedup=signal.settlement,
    )


def _in_words(view: View, proof: Signal) -> str:
    seen = proof.values
    drug = name_of_item(view.registers, seen["code"], proof.at)
    if seen["kind"] == STOCK_PROOF:
        return (
            f"{drug}结算数量{seen['结算数量']}，而账面库存至多{seen['账面库存']}"
            f"（{seen['盘存日期']}盘存{seen['盘存数量']}，其后入库{seen['其后入库']}、"
            f"出库{seen['其后出库']}）"
        )
    return f"{drug}在该机构近期有{seen['近期扫码销售']}次扫码销售，本次却未采集追溯码"


def _evidence(view: View, entry: Entry) -> Evidence:
    signal = entry.signal
    values = settled_drugs(view.registers, signal.lines, "，无足量销售记录")
    if signal.values["instead"]:
        values["同一结算号另售"] = signal.values["instead"]
    return Evidence(signal.refs[0], "医保结算无对应销售", values)


def _proof_evidence(proof: Signal) -> Evidence:
    kind = proof.values["kind"]
    values = {name: text for name, text in proof.values.items() if name not in ("kind", "line")}
    if kind == STOCK_PROOF:
        return Evidence(proof.refs[-1], "账面库存不足", values)
    assert kind == SCAN_PROOF
    return Evidence(proof.refs[0], "应扫未扫追溯码", values)


def _outage(view: View, seen: Books, edge: str, day: int, p: EmptySwipeParameters) -> Judgement:
    """One notice for a row of sales that reaches a day's end or its beginning, at its start."""
    tally = seen.tallies.get(day)
    if tally is None or (edge == TAIL and not tally.supported):
        return  # a silent day counts from its beginning
    if edge == TAIL:
        lines, at, ref = tally.tail + seen.after(day), tally.tail_at, tally.refs[1]
        begins = bool(tally.tail)
    else:
        lines, at, ref = tally.head, tally.head_at, tally.refs[0]
        lines += 0 if tally.supported else seen.after(day)
        begins = bool(tally.head) and not seen.before(day)
    if begins and lines >= p.outage_lines:
        yield _notice(view, f"{edge} {day}", Moment(at), lines, (ref,))


def _series(view: View, anchor: str) -> Judgement:
    series = view.find(Signal, anchor)
    if series is not None:
        yield _notice(view, anchor, series.at, int(series.values["lines"]), series.refs)


def _notice(view: View, anchor: str, at: Moment, lines: int, refs: tuple[str, ...]) -> Finding:
    return Finding(
        anchor=anchor,
        at=at,
        severity=NOTICE,
        action="A0",
        explanation=(
            f"{name_of(view.registers, view.key, at)}自{text_of(at)}起连续{lines}条药品明细无销售"
            "记录，疑为进销存接口中断或未接入，故不作空刷提示，请核实并补传。"
        ),
        counterfactual="若补传销售记录（3505），则自动恢复逐笔判断。",
        evidence=tuple(Evidence(ref, "无销售记录的结算", {"连续明细": str(lines)}) for ref in refs),
        institution=view.key,
        hits=lines,
    )


def _streak(view: View, seen: Books, first: int, p: EmptySwipeParameters) -> Judgement:
    """Day after day several accused lines: the institution itself, not a sale, is in question."""

    def is_bad(day: int) -> bool:
        return seen.accused_on(day, p) >= p.streak_lines

    if not is_bad(first) or is_bad(first - 1):
        return
    end = first
    while is_bad(end + 1):
        end += 1
    if end - first + 1 < p.streak_days:
        return
    accused = [
        (entry, seen.accused(entry, p))
        for day in range(first, end + 1)
        for entry in seen.by_day.get(day, ())
        if seen.accused(entry, p)
    ]
    lines = [line for _, found in accused for line in found]
    amount = sum((line.covered for line in lines), ZERO)
    since, until = start_of_day(first), Moment(start_of_day(end + 1) - 1)
    yield Finding(
        anchor=f"{STREAK} {first}",
        at=accused[-1][0].signal.at,
        severity=4,
        action="C1",
        explanation=(
            f"{name_of(view.registers, view.key, since)}自{date_of(since)}至{date_of(until)}连续"
            f"{end - first + 1}日每日不少于{p.streak_lines}条药品明细无真实销售，共{len(lines)}条、"
            f"涉及金额{yuan(amount)}元（已逐笔计入各结算的提示），疑为持续空刷，"
            "建议封存进销存账册并调取监控录像。"
        ),
        counterfactual=f"若无真实销售的明细没有连续{p.streak_days}日每日达{p.streak_lines}条，则不提示。",
        evidence=tuple(_evidence(view, entry) for entry, _ in accused[:_MOST]),
        institution=view.key,
        window=(since, until),
        hits=len(lines),
    )


STAGE: Final = Stage(
    name="report",
    subject=INSTITUTION,
    triggers=(Signal,),
    signals=(UNSUPPORTED, SERIES, DAY_TALLY, PROOF),
    affected=_concerned,
    judge=_report,
)
