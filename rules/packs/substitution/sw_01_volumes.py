"""SW-01 (B), volumes: the dear technique everywhere, its cheap sibling nowhere, month by month.

Two techniques are siblings when each names the other in its catalogue entry (``sibling``); the
dearer by the catalogue's price is X, the cheaper Y. Each day counts both when it is over, each
month adds its days up, and the month's peers are compared once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median
from typing import Final

import msgspec
from msgspec import Struct

from domain.codes import is_service
from domain.facts import Line, Settled, Signal
from domain.findings import Evidence, Finding, Wait
from domain.moments import Moment, start_of_day
from domain.money import ZERO, plain
from rules.packs.substitution.sw_01_parameters import SubstitutionParameters
from rules.readings.catalogue import name_of_item, price_of_item
from rules.readings.geography import name_of
from rules.readings.in_words import distance_from_peers, month_name
from rules.readings.months import due_after, last_moment, peers_of
from rules.readings.peers import robust_z
from rules.rule import Judgement, Stage, Tell
from rules.subjects.institution_day import INSTITUTION_DAY, day_in
from rules.subjects.institution_day import institution_of as institution_of_day
from rules.subjects.institution_month import (
    INSTITUTION_MONTH,
    institution_of,
    key_of,
    month_in,
)
from rules.subjects.peers import PEERS
from rules.view import Registers, View

DAY_VOLUMES: Final = "SW-01.day"
MONTH_VOLUMES: Final = "SW-01.month"
SHOWN: Final = 20


class Volume(Struct, frozen=True, array_like=True):
    """What was done of two siblings, and by how much X was dearer, in yuan."""

    dear: Decimal = ZERO
    cheap: Decimal = ZERO
    gap: Decimal = ZERO

    def plus(self, other: Volume) -> Volume:
        return Volume(self.dear + other.dear, self.cheap + other.cheap, self.gap + other.gap)

    @property
    def share(self) -> float:
        return float(self.dear / (self.dear + self.cheap))


_VOLUME: Final = msgspec.json.Decoder(Volume)


def siblings(registers: Registers, line: Line) -> tuple[str, str] | None:
    """X and Y of the pair that a line's code belongs to."""
    mine = registers.at("catalogue_item", line.code, line.at)
    other = registers.at("catalogue_item", mine.get("sibling"), line.at) if mine else None
    if mine is None or other is None or other.get("sibling") != line.code:
        return None
    price = price_of_item(registers, line.code, line.at)
    others = price_of_item(registers, other.id, line.at)
    if price is None or others is None or price == others:
        return None
    return (line.code, other.id) if price > others else (other.id, line.code)


def _volume(registers: Registers, line: Line, pair: tuple[str, str]) -> Volume:
    if line.code != pair[0]:
        return Volume(cheap=line.quantity)
    cheap = price_of_item(registers, pair[1], line.at) or ZERO
    return Volume(dear=line.quantity, gap=max(ZERO, line.price - cheap) * line.quantity)


def _all_of_it(view: View, fact: Settled | Signal) -> tuple[str, ...]:
    return ("volumes",)


def _count_day(view: View, anchor: str, p: SubstitutionParameters) -> Judgement:
    day, institution = day_in(view.key), institution_of_day(view.key)
    if view.clock < start_of_day(day + 1):
        yield Wait(start_of_day(day + 1))
        return
    volumes: dict[str, Volume] = {}
    refs: dict[str, None] = {}
    for claim in view.all(Settled):
        for line in claim.lines:
            pair = _pair_of(view.registers, line)
            if pair is not None:
                volume = _volume(view.registers, line, pair)
                volumes["|".join(pair)] = volumes.get("|".join(pair), Volume()).plus(volume)
                if volume.dear:
                    refs[claim.ref] = None
    if volumes:
        at = start_of_day(day)
        told = _told(f"{DAY_VOLUMES} {day}", DAY_VOLUMES, at, institution, volumes, refs)
        yield Tell(INSTITUTION_MONTH, key_of(institution, at), told)


def _pair_of(registers: Registers, line: Line) -> tuple[str, str] | None:
    return siblings(registers, line) if is_service(line.code, line.list_type) else None


def _told(
    ref: str,
    name: str,
    at: Moment,
    institution: str,
    volumes: dict[str, Volume],
    refs: dict[str, None],
) -> Signal:
    return Signal(
        ref=ref,
        at=at,
        name=name,
        institution=institution,
        values={pair: msgspec.json.encode(volumes[pair]).decode() for pair in sorted(volumes)},
        refs=tuple(refs)[:SHOWN],
    )


def _volumes_of(signal: Signal) -> Iterator[tuple[str, Volume]]:
    for pair, written in signal.values.items():
        yield pair, _VOLUME.decode(written)


def _count_month(view: View, anchor: str, p: SubstitutionParameters) -> Judgement:
    institution = institution_of(view.key)
    if view.clock < (due := due_after(view.key, p.told_after_days)):
        yield Wait(due)
        return
    volumes: dict[str, Volume] = {}
    refs: dict[str, None] = {}
    for day in view.signals(DAY_VOLUMES):
        refs |= dict.fromkeys(day.refs)
        for pair, volume in _volumes_of(day):
            volumes[pair] = volumes.get(pair, Volume()).plus(volume)
    peers = peers_of(view, institution)
    if volumes and peers:
        ref, at = f"{MONTH_VOLUMES} {institution}", last_moment(view.key)
        yield Tell(PEERS, peers, _told(ref, MONTH_VOLUMES, at, institution, volumes, refs))


def _compare(view: View, anchor: str, p: SubstitutionParameters) -> Judgement:
    if view.clock < (due := due_after(view.key, p.judged_after_days)):
        yield Wait(due)
        return
    by_pair: dict[str, list[tuple[Signal, Volume]]] = {}
    for told in view.signals(MONTH_VOLUMES):
        for pair, volume in _volumes_of(told):
            by_pair.setdefault(pair, []).append((told, volume))
    for pair, told_volumes in by_pair.items():
        for told, volume in told_volumes:
            others = [other for by, other in told_volumes if by is not told]
            z = _dear_z(volume, others, p)
            if z is not None:
                yield _finding(view, pair, told, volume, others, z, p)


def _dear_z(volume: Volume, others: Sequence[Volume], p: SubstitutionParameters) -> float | None:
    """How far the volume of X is from the peers', if Y is missing here and usual there."""
    if len(others) < p.min_peers or volume.share < p.dear_share:
        return None
    if median(other.share for other in others) > p.peers_share:
        return None
    z = robust_z(
        float(volume.dear),
        [float(other.dear) for other in others],
        int(volume.dear + volume.cheap),
        min_peers=p.min_peers,
        min_events=p.min_done,
    )
    return z if z is not None and z >= p.volume_z else None


def _finding(
    view: View,
    pair: str,
    told: Signal,
    volume: Volume,
    others: Sequence[Volume],
    z: float,
    p: SubstitutionParameters,
) -> Finding:
    month, (dear, cheap) = month_in(view.key), pair.split("|")
    names = [name_of_item(view.registers, code, told.at) for code in (dear, cheap)]
    usual = median(other.share for other in others)
    return Finding(
        anchor=f"volume {pair} {told.institution}",
        at=told.at,
        severity=3,
        action="Q1",
        explanation=(
            f"{name_of(view.registers, told.institution, told.at)}{month_name(month)}收取"
            f"“{names[0]}”{plain(volume.dear)}次，可替代的低价项目“{names[1]}”{plain(volume.cheap)}次，"
            f"前者占{volume.share:.0%}，而同级同类同地区{len(others)}家的占比中位数为{usual:.0%}，"
            f"数量上{distance_from_peers(z)}，疑以高价项目串换低价项目。"
        ),
        counterfactual=(
            f"若“{names[0]}”占比低于{p.dear_share:.0%}，或数量与同类相差不足{p.volume_z:g}个"
            "稳健标准差，或核实本机构只开展该技术，则不成立。"
        ),
        evidence=tuple(Evidence(ref, f"{names[0]}（抽样）", {"月份": month}) for ref in told.refs),
        institution=told.institution,
        whole=volume.gap,
        hits=int(volume.dear),
        dedup=f"{told.institution}:{pair}:{month}",
    )


STAGES = (
    Stage(
        name="day",
        subject=INSTITUTION_DAY,
        triggers=(Settled,),
        affected=_all_of_it,
        judge=_count_day,
    ),
    Stage(
        name="month",
        subject=INSTITUTION_MONTH,
        triggers=(Signal,),
        signals=(DAY_VOLUMES,),
        affected=_all_of_it,
        judge=_count_month,
    ),
    Stage(
        name="peers",
        subject=PEERS,
        triggers=(Signal,),
        signals=(MONTH_VOLUMES,),
        affected=_all_of_it,
        judge=_compare,
    ),
)
