"""Replay: files of events into the log or onto the topics, registers first.

Registers hold by their own dates, so they may come early; coming late they would leave the claims
before them to be judged without them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from fundguard.files import lines

BATCH: Final = 1000  # events handed over at once


class Publisher(Protocol):
    """Takes raw structured-mode events; when it returns they are safe."""

    def append(self, events: Sequence[bytes]) -> None: ...


def replay(
    paths: Sequence[Path],
    publisher: Publisher,
    *,
    rate: float | None = None,
    read: Callable[[int], None] = lambda count: None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Publish every line of the files, ``rate`` a second at most; how many there were."""
    published = 0
    size = BATCH if rate is None else max(1, min(BATCH, int(rate / 10)))
    started = time.monotonic()
    for batch in _batches(_registers_first(paths, read), size):
        publisher.append(batch)
        published += len(batch)
        if rate is not None:
            ahead = published / rate - (time.monotonic() - started)
            if ahead > 0:
                wait(ahead)
    return published


def _registers_first(paths: Sequence[Path], read: Callable[[int], None]) -> Iterator[bytes]:
    for path in paths:
        yield from (line.raw for line in lines(path) if _is_register(line.raw))
    for path in paths:
        yield from (line.raw for line in lines(path, read) if not _is_register(line.raw))


def _is_register(raw: bytes) -> bool:
    return b"fundguard.reference.changed." in raw


def _batches(events: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for event in events:
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
