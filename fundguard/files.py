"""Files of events: ``.jsonl``, ``.jsonl.gz``, ``.jsonl.zst``, one CloudEvent a line."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import zstandard
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from domain.decode import LARGEST_EVENT

_CUT = LARGEST_EVENT + 2  # one byte more than decodes, so that an oversized line is seen as one


class Numbered(Struct, frozen=True):
    """A line and where it stands, for the list of rejected ones."""

    file: str
    number: int
    raw: bytes


def lines(path: Path, read: Callable[[int], None] = lambda count: None) -> Iterator[Numbered]:
    """The non-empty lines of a file. ``read`` is told how many bytes of the file were consumed.

    A line beyond the largest event is cut there, so that no file can exhaust memory.
    """
    with path.open("rb") as raw, _decompressed(path, raw) as text:
        number = told = 0
        while line := text.readline(_CUT):
            number += 1
            overlong = len(line) == _CUT and not line.endswith(b"\n")
            while overlong and (rest := text.readline(_CUT)) and not rest.endswith(b"\n"):
                pass
            if stripped := line.strip():
                yield Numbered(path.name, number, stripped)
            if number % 512 == 0:
                position = raw.tell()
                read(position - told)
                told = position
        read(raw.tell() - told)


@contextmanager
def _decompressed(path: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.suffix == ".gz":
        with gzip.open(raw, "rb") as unzipped:
            yield io.BufferedReader(unzipped, 1 << 20)
    elif path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(raw) as unpacked:
            yield io.BufferedReader(unpacked, 1 << 20)
    else:
        yield raw


@contextmanager
def progress(label: str, paths: Sequence[Path]) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr over the files' bytes; silent where nobody watches."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not Console(stderr=True).is_terminal,
    )
    with bar:
        task = bar.add_task(label, total=max(1, sum(path.stat().st_size for path in paths)))
        yield lambda count: bar.advance(task, count)
