"""Reading files of knowledge points: spreadsheets, CSV, structured records."""

from __future__ import annotations

import csv
import gzip
import io
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from fundguard.knowledge.tables import Table, records_of, table_of
from fundguard.knowledge.unreadable import UnreadableList
from rules.knowledge.raw import RawPoint, Uncompilable, from_record

LARGEST_FILE = 200 * 1024 * 1024  # bytes; the full library of 247,000 codes is far below


def read(path: Path, published: str = "") -> list[RawPoint]:
    """Every record of a file, or `UnreadableList`.

    ``published`` is the date for lists that print none (yyyy-MM-dd).
    """
    name = path.name.lower()
    if not path.is_file():
        raise UnreadableList(path.name, "", "文件不存在")
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableList(path.name, "", f"文件超过 {LARGEST_FILE} 字节")
    if name.endswith((".json", ".json.gz")):
        records = list(_from_json(path))
    elif name.endswith(".csv"):
        records = list(_from_tables(path, _csv_tables(path), published))
    elif name.endswith(".xlsx"):
        records = list(_from_tables(path, _sheets(path), published))
    else:
        raise UnreadableList(path.name, "", "不认识的格式；须为 .xlsx、.csv、.json 或 .json.gz")
    if not records:
        raise UnreadableList(path.name, "", "没有一条知识点")
    return records


def _from_tables(path: Path, tables: list[Table], published: str) -> Iterator[RawPoint]:
    if not tables:
        raise UnreadableList(path.name, "", "没有内容")
    yield from records_of(tables, path.name, published)


def _from_json(path: Path) -> Iterator[RawPoint]:
    for number, record in enumerate(_records_in(path), start=1):
        where = f"第{number}条"
        if not isinstance(record, dict):
            raise UnreadableList(path.name, where, "不是记录")
        missing = [name for name in ("kp_id", "rule_class", "item_name") if not record.get(name)]
        if missing:
            raise UnreadableList(path.name, where, f"缺少 {'、'.join(missing)}")
        try:
            yield from_record(record, where)
        except Uncompilable as error:
            raise UnreadableList(path.name, where, str(error)) from error


def _records_in(path: Path) -> list[Any]:
    try:
        raw = path.read_bytes()
        text = gzip.decompress(raw) if path.name.endswith(".gz") else raw
        content = json.loads(text)
    except (OSError, EOFError, ValueError) as error:
        raise UnreadableList(path.name, "", f"不是 JSON: {error}") from error
    if isinstance(content, dict):
        content = next((content[name] for name in ("records", "points") if name in content), None)
    if not isinstance(content, list):
        raise UnreadableList(path.name, "", "不是记录的列表")
    return content


def _csv_tables(path: Path) -> list[Table]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableList(path.name, "", "编码既非 UTF-8 也非 GB18030")
    try:
        rows = [[_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text), strict=True)]
    except csv.Error as error:
        raise UnreadableList(path.name, "", f"不是 CSV: {error}") from error
    table = table_of(path.name, "", rows)
    return [table] if table else []


def _sheets(path: Path) -> list[Table]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles that we do not read
            book = openpyxl.load_workbook(path, data_only=True)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise UnreadableList(path.name, "", f"不是 Excel 工作簿: {error}") from error
    tables = (_sheet(path, sheet) for sheet in book.worksheets)
    return [table for table in tables if table is not None]


def _sheet(path: Path, sheet: Worksheet) -> Table | None:
    rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    merged: set[tuple[int, int]] = set()
    for block in sheet.merged_cells.ranges:
        first = rows[block.min_row - 1][block.min_col - 1]
        for row in range(block.min_row, block.max_row + 1):
            for column in range(block.min_col, block.max_col + 1):
                if block.min_col == block.max_col:
                    rows[row - 1][column - 1] = first
                if row > block.min_row:
                    merged.add((row, column))
    return table_of(path.name, sheet.title, rows, frozenset(merged))


def _cell(value: object) -> str:
    """A cell as text; numbers that are whole have no fraction."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
