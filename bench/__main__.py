"""``python -m bench``: all doors on the same simulated traffic, interleaved, ratios first."""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bench import doors
from bench.doors import Measured, Traffic
from fundguard.simulate import simulate
from stream.kafka.broker import KafkaBroker

Door = Callable[[], Measured]


def main() -> None:
    options = _options()
    traffic = _traffic(options.persons, options.days)
    sample = traffic.first(options.ordinary_events)
    print(
        f"{len(traffic.claims)} events; ordinary Faust gets the first {len(sample.claims)}",
        file=sys.stderr,
    )
    measured: list[Measured] = []
    with TemporaryDirectory() as folder, KafkaBroker(Path(folder)) as broker:
        runs: dict[str, Door] = {
            "files": lambda: doors.files(traffic),
            "local": lambda: doors.local(traffic),
            "kafka": lambda: doors.kafka(traffic, broker.bootstrap),
            "ordinary": lambda: doors.ordinary(sample, broker.bootstrap),
        }
        for round_ in range(options.rounds):
            for door, run in runs.items():
                measured.append(_apart(run))
                print(f"round {round_ + 1} {door}: {measured[-1].rate:,.0f}/s", file=sys.stderr)
    print(_table(measured))
    if options.output:
        _keep(measured, options.output)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--persons", type=int, default=8000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--ordinary-events", type=int, default=8000)
    parser.add_argument("-o", "--output", type=Path, help="keep the raw figures here (JSON)")
    options = parser.parse_args()
    if options.smoke:
        options.rounds, options.persons, options.days = 1, 1500, 20
        options.ordinary_events = 2500
    return options


def _traffic(persons: int, days: int) -> Traffic:
    events = [msgspec.json.encode(event) for event in _simulated(persons, days)]
    return Traffic(
        registers=[raw for raw in events if b"fundguard.reference." in raw],
        claims=[raw for raw in events if b"fundguard.reference." not in raw],
    )


def _simulated(persons: int, days: int) -> Iterable[Mapping[str, Any]]:
    return simulate(persons, days, 7, date(2026, 1, 1)).events()


def _apart(run: Door) -> Measured:
    """Measure in a fresh process, so that no door profits from what another left warm."""
    context = get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=lambda: theirs.send(run()))
    process.start()
    theirs.close()
    try:
        measured: Measured = mine.recv()
    except EOFError:
        raise SystemExit("a door did not end well; see above") from None
    process.join()
    return measured


def _table(measured: Sequence[Measured]) -> str:
    by_door: dict[str, list[Measured]] = {}
    for one in measured:
        by_door.setdefault(one.door, []).append(one)
    base = median(one.rate for one in by_door["ordinary"])
    lines = ["door        x ordinary   events/s a core (median, range)      us CPU/event   RSS MB"]
    for door, runs in by_door.items():
        rates = sorted(one.rate for one in runs)
        middle = median(rates)
        lines.append(
            f"{door:<10}  {middle / base:>9.1f}   {middle:>9,.0f}"
            f"  ({rates[0]:,.0f}-{rates[-1]:,.0f}){'':<12}"
            f"{1e6 / middle:>9.0f}   {max(one.rss_mb for one in runs):>9.0f}"
        )
    return "\n".join(lines)


def _keep(measured: Sequence[Measured], path: Path) -> None:
    raw = {
        "python": platform.python_version(),
        "machine": f"{platform.machine()} {platform.system()}",
        "versions": {name: version(name) for name in ("faust-streaming", "aiokafka", "msgspec")},
        "runs": [dataclasses.asdict(one) for one in measured],
    }
    path.write_text(json.dumps(raw, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
