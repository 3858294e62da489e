"""The knowledge store: compiled points by version under the data directory, one of them current.

An import is all or nothing: every file is read and every point compiled before anything is
written, the new version is written whole under a new name, and only then the pointer moves.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec
import zstandard
from msgspec import Struct

from fundguard.knowledge.merging import merged
from fundguard.knowledge.reading import read
from fundguard.knowledge.starter import starter
from fundguard.knowledge.unreadable import UnreadableList
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.compile import compile_point, in_succession
from rules.knowledge.point import KnowledgePoint
from rules.knowledge.raw import RawPoint, Uncompilable

FORMAT: Final = 1
POINTER: Final = "current"
MOST_REASONS: Final = 10  # of a refused list

Progress = Callable[[int, int, str], None]
"""Called with how much is done, of how much, and what is being done."""


class Version(Struct, frozen=True, kw_only=True):
    """One version as it is stored."""

    version: str
    points: list[KnowledgePoint]
    files: list[str]
    format: int = FORMAT


class Imported(Struct, frozen=True, kw_only=True):
    """What an import did: ``read`` records, of which ``added`` are new points and ``changed``
    known ones that now say something else."""

    version: str
    read: int
    added: int
    changed: int
    total: int
    codes: int


def load_current(data_dir: Path) -> KnowledgeBase:
    """The knowledge base in use; the starter's where nothing was imported yet."""
    version = current_version(data_dir)
    if not version:
        return starter()
    stored = read_version(data_dir, version)
    return KnowledgeBase(stored.points, stored.version)


def current_version(data_dir: Path) -> str:
    try:
        return (_folder(data_dir) / POINTER).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def versions(data_dir: Path) -> list[str]:
    """All versions kept, oldest first."""
    found = [path.name.removesuffix(".json.zst") for path in _folder(data_dir).glob("*.json.zst")]
    return sorted(found, key=_counter)


def read_version(data_dir: Path, version: str) -> Version:
    """A stored version; `UnreadableList` where it is damaged or of another release."""
    file = f"{version}.json.zst"
    try:
        content = zstandard.ZstdDecompressor().decompress((_folder(data_dir) / file).read_bytes())
        stored = msgspec.json.decode(content, type=Version)
    except (OSError, zstandard.ZstdError, msgspec.DecodeError) as error:
        raise UnreadableList(file, "", f"知识库文件不可读，请重新导入: {error}") from error
    if stored.format != FORMAT:
        raise UnreadableList(file, "", "由其他版本的程序写成，请重新导入")
    return stored


def import_files(
    paths: Sequence[Path],
    data_dir: Path,
    progress: Progress | None = None,
    *,
    published: str = "",
) -> Imported:
    """Read lists and make them, with what was known before, the current version.

    Raises `UnreadableList`, and changes nothing, when any of them cannot be read in full.
    """
    tell = progress or (lambda done, total, what: None)
    points: list[KnowledgePoint] = []
    for done, path in enumerate(paths):
        tell(done, len(paths), path.name)
        points += _compiled(path, read(path, published))
    version = current_version(data_dir)
    known = read_version(data_dir, version) if version else None
    before = known.points if known else []
    together, added, changed = merged(before, points)
    outcome = sorted(in_succession(together), key=lambda point: point.id)
    tell(len(paths), len(paths), "写入")
    if known is None or outcome != before:
        files = [*(known.files if known else []), *(path.name for path in paths)]
        version = _write(data_dir, outcome, list(dict.fromkeys(files)))
    return Imported(
        version=version,
        read=len(points),
        added=added,
        changed=changed,
        total=len(outcome),
        codes=len({code for point in outcome for code in point.codes}),
    )


def _compiled(path: Path, records: Sequence[RawPoint]) -> list[KnowledgePoint]:
    points: list[KnowledgePoint] = []
    wrong: list[tuple[str, str]] = []
    for record in records:
        try:
            points.append(compile_point(record))
        except (Uncompilable, ValueError) as error:
            wrong.append((record.where, str(error)))
    repeated = [id for id, count in Counter(point.id for point in points).items() if count > 1]
    if repeated:
        wrong.append(("", f"编号重复: {repeated[0]}"))
    if wrong:
        first, *others = wrong[:MOST_REASONS]
        reasons = "".join(f"\n  {where} {reason}" for where, reason in others)
        more = f"\n  共 {len(wrong)} 处" if len(wrong) > MOST_REASONS else ""
        raise UnreadableList(path.name, first[0], f"{first[1]}{reasons}{more}")
    return points


def _write(data_dir: Path, points: list[KnowledgePoint], files: list[str]) -> str:
    folder = _folder(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    digest = blake2b(msgspec.json.encode(points), digest_size=4).hexdigest()
    number = max(map(_counter, versions(data_dir)), default=0) + 1
    version = f"{number:04d}-{digest}"
    content = msgspec.json.encode(Version(version=version, points=points, files=files))
    _replace(folder / f"{version}.json.zst", zstandard.ZstdCompressor().compress(content))
    _replace(folder / POINTER, version.encode())
    return version


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, meets the old one or the new one whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _counter(version: str) -> int:
    number = version.partition("-")[0]
    return int(number) if number.isdigit() else 0


def _folder(data_dir: Path) -> Path:
    return data_dir / "knowledge"
