"""Two and a half years of a small city, in which many a settlement is reversed months later."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from fundguard.simulate import simulate
from tests.city import shuffled

LONGEST = 390  # days from a settlement to its reversal; persons know settlements for 400


@cache
def years(persons: int = 40, days: int = 900, seed: int = 11) -> tuple[bytes, ...]:
    """The events as they arrive: up to 48 h late, some of them twice."""
    chance = random.Random(seed)
    fund = simulate(persons, days, seed, date(2023, 1, 1))
    told = [msgspec.json.decode(msgspec.json.encode(event)) for event in fund.events()]
    undone = [undo for event in told for undo in _undoing(event, chance)]
    return tuple(shuffled([msgspec.json.encode(event) for event in [*told, *undone]], seed))


def _undoing(event: Mapping[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    if not event["type"].endswith("claim.settled.v1") or chance.random() > 0.2:
        return
    data = event["data"]
    at = datetime.fromisoformat(event["time"]) + timedelta(days=chance.uniform(1, LONGEST))
    named = {name: data[name] for name in ("psn_no", "fixmedins_code", "setl_id", "mdtrt_id")}
    yield {
        **event,
        "type": "cn.fundguard.claim.reversed.v1",
        "id": f"undo-{event['id']}",
        "time": at.isoformat(timespec="seconds"),
        "data": named,
    }
