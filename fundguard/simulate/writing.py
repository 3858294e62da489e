"""Writes a simulation as the files that the other commands read."""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import orjson
import zstandard

from fundguard.simulate.simulation import Simulation
from fundguard.simulate.truth import COLUMNS

EVENTS_FILE, TRUTH_FILE = "events.jsonl.zst", "truth.csv"
COMPRESSION_LEVEL = 6

Progress = Callable[[int, int], None]  # days written, days in all


def write(simulation: Simulation, folder: Path, progress: Progress | None = None) -> None:
    """Write the events, one a line in order of time, and the answers."""
    folder.mkdir(parents=True, exist_ok=True)
    write_events(simulation, folder / EVENTS_FILE, progress)
    with (folder / TRUTH_FILE).open("w", encoding="utf-8", newline="") as truth:
        table = csv.DictWriter(truth, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(case.row() for case in simulation.cases)


def write_events(simulation: Simulation, path: Path, progress: Progress | None) -> None:
    compressor = zstandard.ZstdCompressor(level=COMPRESSION_LEVEL)
    day = simulation.start
    with path.open("wb") as raw, compressor.stream_writer(raw) as lines:
        for event in simulation.events():
            lines.write(orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE))
            happened = datetime.fromisoformat(str(event["time"])).date()
            if progress and happened > day:
                day = happened
                progress((day - simulation.start).days, simulation.days)
    if progress:
        progress(simulation.days, simulation.days)
