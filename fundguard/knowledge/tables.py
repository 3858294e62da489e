"""From a table with a heading to published records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

from fundguard.knowledge.columns import (
    BATCH,
    CODE,
    EXTRA,
    ID,
    LOGIC,
    MAIN_CODE,
    MAIN_NAME,
    NAME,
    OFFICIAL,
    PART_CODE,
    PART_NAME,
    PUBLISHED,
    RANGE,
    SUPERSEDES,
    TEXT,
    UNIT,
    class_of,
    columns_of,
)
from fundguard.knowledge.unreadable import UnreadableList
from rules.knowledge.raw import RawPoint

HEADING_WITHIN: Final = 20  # rows from the top
_REMARK: Final = re.compile("^(?:备注|说明|注[:：]|合计|总计|小计)")
_NUMERALS: Final = "一二三四五六七八九"
_BATCH: Final = re.compile(f"第([{_NUMERALS}十]+)批")
_SEPARATED: Final = re.compile(r"[,;，；、\s]+")


@dataclass(slots=True)
class Row:
    """One row by meaning; ``number`` as the file counts, ``continues`` where the name's cell is
    merged with the one above."""

    number: int
    said: dict[str, str]
    continues: bool = False


@dataclass(slots=True)
class Table:
    """A sheet: its titles (its name, and what is written above the heading), its columns by
    meaning, its rows below the heading."""

    file: str
    title: str
    titles: list[str] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def refuse(self, row: Row, reason: str) -> UnreadableList:
        return UnreadableList(self.file, f"{self.title} 第{row.number}行".strip(), reason)


def table_of(
    file: str,
    title: str,
    rows: Sequence[Sequence[str]],
    merged: frozenset[tuple[int, int]] = frozenset(),
) -> Table | None:
    """The table of a sheet; None for a sheet without any text.

    ``merged`` are the cells (row, column, from 1) below the first of a merged block.
    """
    if not any(cell for row in rows for cell in row):
        return None
    table = Table(file=file, title=title, titles=[title])
    for number, row in enumerate(rows, start=1):
        if not table.columns:
            table.columns = columns_of(row)
            table.titles += [cell for cell in row if cell]
            if not table.columns and number >= HEADING_WITHIN:
                break
            continue
        said = {
            meaning: row[index] if index < len(row) else ""
            for meaning, index in table.columns.items()
        }
        name = table.columns.get(NAME, -1)
        if any(said.values()):
            table.rows.append(Row(number, said, (number, name + 1) in merged))
    if not table.columns:
        raise UnreadableList(file, title, "找不到表头（名称、代码等列）")
    return table


def records_of(tables: Sequence[Table], file: str, published: str) -> Iterator[RawPoint]:
    """The records of a file: tables with codes of their own, and pairs of a table of texts with
    a table of codes, joined by name."""
    with_text = [one for one in tables if TEXT in one.columns or MAIN_CODE in one.columns]
    with_text = with_text or list(tables)
    code_tables = [one for one in tables if one not in with_text]
    codes = _codes_by_name(code_tables)
    for table in with_text:
        own = CODE in table.columns or MAIN_CODE in table.columns
        yield from (
            _own_codes(table, file, published) if own else _joined(table, codes, file, published)
        )
    for name, (table, row, _) in codes.items():
        raise table.refuse(row, f"“{name}”有代码而无说明")


def _codes_by_name(tables: Sequence[Table]) -> dict[str, tuple[Table, Row, list[str]]]:
    found: dict[str, tuple[Table, Row, list[str]]] = {}
    for table in tables:
        for row in table.rows:
            name, code = row.said.get(NAME, ""), row.said.get(CODE, "")
            if _is_remark(row):
                continue
            if not name or not code:
                raise table.refuse(row, "缺少名称或代码")
            found.setdefault(name, (table, row, []))[2].append(code)
    return found


def _joined(
    table: Table, codes: dict[str, tuple[Table, Row, list[str]]], file: str, published: str
) -> Iterator[RawPoint]:
    for row in table.rows:
        if _is_remark(row):
            continue
        held = codes.pop(row.said.get(NAME, ""), None)
        if held is None:
            raise table.refuse(row, f"“{row.said.get(NAME, '')}”没有代码")
        yield _record(table, row, held[2], file, published)


def _own_codes(table: Table, file: str, published: str) -> Iterator[RawPoint]:
    current: tuple[Row, list[str]] | None = None
    for row in table.rows:
        codes = _codes_in(row)
        if _is_remark(row):
            continue
        if not codes:
            raise table.refuse(row, "缺少代码")
        if current is not None and (row.continues or not _name_in(row)):
            current[1].extend(codes)
            continue
        if current is not None:
            yield _record(table, *current, file, published)
        if not _name_in(row):
            raise table.refuse(row, "缺少名称")
        current = row, codes
    if current is not None:
        yield _record(table, *current, file, published)


def _codes_in(row: Row) -> list[str]:
    if row.said.get(MAIN_CODE) or row.said.get(PART_CODE):
        return [row.said.get(MAIN_CODE, ""), row.said.get(PART_CODE, "")]
    return [code for code in _SEPARATED.split(row.said.get(CODE, "").strip("[]")) if code]


def _name_in(row: Row) -> str:
    if row.said.get(MAIN_NAME):
        return f"{row.said[MAIN_NAME]}×{row.said.get(PART_NAME, '')}"
    return row.said.get(NAME, "")


def _is_remark(row: Row) -> bool:
    """A footnote or a sum: no code, and a first cell that says so (or nothing we read)."""
    if any(row.said.get(meaning) for meaning in (CODE, MAIN_CODE, PART_CODE)):
        return False
    filled = [cell for meaning, cell in row.said.items() if cell]
    return not filled or any(_REMARK.search(cell) for cell in filled)


def _record(table: Table, row: Row, codes: Sequence[str], file: str, published: str) -> RawPoint:
    said = row.said
    rule_class = class_of(said, codes, (*table.titles, file))
    if not rule_class:
        raise table.refuse(row, "看不出属于哪一规则类")
    batch = said.get(BATCH) or batch_of(file)
    date = said.get(PUBLISHED) or published
    if not date and not _is_undated_batch(batch):
        raise table.refuse(row, "名单没有发布日期，请用 --published 给出")
    extra = {meaning: said[meaning] for meaning in EXTRA if said.get(meaning)}
    grouped = said.get(RANGE, "").endswith("手术组")  # there the text is the same for all
    text = said.get(RANGE if grouped else TEXT, "") or said.get(UNIT, "") or said.get(RANGE, "")
    return RawPoint(
        id=said.get(ID) or identity(rule_class, batch, codes, (text, *extra.values())),
        rule_class=rule_class,
        name=_name_in(row),
        codes=tuple(codes),
        constraint=text,
        detect_logic=said.get(LOGIC, ""),
        official_code=said.get(OFFICIAL, ""),
        batch=batch,
        published=date,
        supersedes=said.get(SUPERSEDES, ""),
        where=f"{table.title} 第{row.number}行".strip(),
        extra=extra,
    )


def identity(rule_class: str, batch: str, codes: Sequence[str], words: Sequence[str]) -> str:
    """The id of a point whose list gives none: the same row always has the same.

    >>> row = ("药品限就医方式", "batch_04", ["X1"], ["限住院"])
    >>> identity(*row) == identity(*row)
    True
    """
    said = "\x1f".join((rule_class, batch, ",".join(sorted(codes)), *words))
    return f"KL-{blake2b(said.encode(), digest_size=8).hexdigest()}"


def batch_of(file: str) -> str:
    """The batch a file name tells.

    >>> batch_of("【第八批-1】项目规则库.xlsx"), batch_of("第十二批.xlsx"), batch_of("a.csv")
    ('batch_08', 'batch_12', '')
    """
    found = _BATCH.search(file)
    if found is None:
        return ""
    tens, ten, ones = found[1].rpartition("十")
    number = (_digit(tens) or 1) * 10 if ten else 0
    return f"batch_{number + _digit(ones):02d}"


def _digit(numeral: str) -> int:
    return _NUMERALS.index(numeral) + 1 if numeral else 0


def _is_undated_batch(batch: str) -> bool:
    """Batches 1 to 8 were published in 2025, none of their records with a date."""
    return batch.startswith("batch_") and batch[6:].isdigit() and 1 <= int(batch[6:]) <= 8
