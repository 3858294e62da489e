"""A small stream of events with impossible journeys, reversals, repeats and bad lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fundguard.examples import event, world


def settled(number: int, person: str, institution: str, time: str, **more: Any) -> dict[str, Any]:
    return {
        "claim.settled": {
            "event_id": f"s{number}",
            "time": time,
            "psn_no": person,
            "fixmedins_code": institution,
            "setl_id": f"S{number}",
            "mdtrt_id": f"V{number}",
            **more,
        }
    }


def _pharmacy(number: int) -> dict[str, Any]:
    """A pharmacy in Lu'an; several of them, since one with 20 hits would be a wrong geocode."""
    place = {"fixmedins_name": f"六安药店{number}", "lat": 31.737, "lng": 116.480}
    return {
        "reference.changed": {
            "kind": "institution",
            "id": f"LP-{number}",
            "time": "2020-01-01 00:00:00",
            "attributes": place,
        }
    }


def journeys(persons: int) -> list[bytes]:
    """Every person buys in Zhoushan; every third is in Lu'an half an hour later; of these every
    second settlement is reversed."""
    shorts: list[Mapping[str, Any]] = [*world(), *(_pharmacy(n) for n in range(persons // 30 + 1))]
    for number in range(persons):
        minute = f"{number % 60:02d}"
        day = 1 + number // 60 % 28
        person, far = f"P-{number}", f"LP-{number // 30}"
        shorts.append(settled(2 * number, person, "PH1", f"2026-05-{day:02d} 09:{minute}:00"))
        if number % 3 == 0:
            there = settled(2 * number + 1, person, far, f"2026-05-{day:02d} 10:{minute}:00")
            shorts.append(there)
            if number % 2 == 0:
                reversal = {
                    "event_id": f"r{number}",
                    "time": f"2026-05-{day:02d} 10:{minute}:30",
                    "psn_no": person,
                    "fixmedins_code": far,
                    "setl_id": f"S{2 * number + 1}",
                }
                shorts.append({"claim.reversed": reversal})
    return [msgspec.json.encode(event(short, number)) for number, short in enumerate(shorts)]
