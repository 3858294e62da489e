"""The published lists, held against each other: spreadsheets and structured records."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from fundguard.knowledge.reading import read
from fundguard.knowledge.store import import_files, load_current
from rules.knowledge.compile import compile_point
from rules.knowledge.constraints import IntervalLimit, PairLimit, SexLimit
from rules.knowledge.point import KnowledgePoint
from rules.knowledge.raw import RawPoint
from rules.knowledge.words import SAME_DAY, SAME_VISIT
from tests.published import batches, spreadsheets

ROWS = {
    "药品儿童专用": 271,
    "药品限儿童使用": 11,
    "药品区分性别使用": 481,
    "医疗服务项目儿童专用": 30,
    "医疗服务项目区分性别使用": 390,  # the structured records count its footnote as one more
    "手术项目未按规定折价收费": 378,
    "药品限工伤保险": 9,
    "药品限生育保险": 3,
    "药品限就医方式": 35,
    "药品限医疗机构级别": 61,
    "药品限支付疗程": 30,
    "医疗服务项目重复收费": 900,
    "医疗服务项目限定频次": 67,
    "医疗服务项目限年龄": 1,
    "医疗服务项目限支付疗程": 11,
    "医疗服务项目周期超频次": 14,
}
CYCLES_SHORTER_THAN_THE_TEXT = {
    "血清果糖胺测定",
    "糖化血红蛋白测定",
    "糖化血红蛋白测定(色谱法)",
    "糖化血红蛋白测定(各种免疫学方法)",
}


@pytest.fixture(scope="module")
def rows() -> list[RawPoint]:
    return [row for path in spreadsheets() for row in read(path)]


def _imported(folder: Path, *groups: list[Path]) -> tuple[str, dict[str, KnowledgePoint]]:
    for paths in groups:
        import_files(paths, folder)
    knowledge = load_current(folder)
    return knowledge.version, {point.id: point for point in knowledge.points}


def test_every_row_of_the_fourteen_spreadsheets_is_read(rows: list[RawPoint]) -> None:
    assert len(spreadsheets()) == 14
    assert Counter(row.rule_class for row in rows) == ROWS


def test_spreadsheets_and_records_hold_the_same_points(tmp_path: Path) -> None:
    _, records = _imported(tmp_path / "records", batches())
    version, both = _imported(tmp_path / "both", batches(), spreadsheets())
    assert set(both) == set(records)
    other_way_round, _ = _imported(tmp_path / "round", spreadsheets(), batches())
    assert version == other_way_round

    for id, point in both.items():
        alone = records[id]
        assert point.codes == alone.codes
        if point.constraint == alone.constraint:
            continue
        match point.constraint, alone.constraint:
            case PairLimit(scope=listed), PairLimit(scope=assumed):
                # a record names no scope; the day is assumed where the list says the visit
                assert (listed, assumed) == (SAME_VISIT, SAME_DAY)
            case IntervalLimit(certain_days=listed), IntervalLimit(certain_days=physiology):
                assert point.name in CYCLES_SHORTER_THAN_THE_TEXT
                assert listed < physiology
            case _:
                pytest.fail(f"{id} {point.name}: {point.constraint} ≠ {alone.constraint}")


def test_the_sex_derived_from_the_text_is_the_sex_the_list_prints(rows: list[RawPoint]) -> None:
    checked = 0
    for row in rows:
        if row.says("对象") not in ("男", "女"):
            continue
        said = {"男": "1", "女": "2"}[row.says("对象")]
        text_alone = RawPoint(
            id=row.id,
            rule_class=row.rule_class,
            name=row.name,
            codes=row.codes,
            constraint=row.constraint,
        )
        derived = compile_point(text_alone).constraint
        assert isinstance(derived, SexLimit)
        assert derived.sex == said, row.name
        checked += 1
    assert checked == 481 + 390


def test_an_import_of_everything_is_quick_to_load(tmp_path: Path) -> None:
    import_files(batches(), tmp_path)
    started = time.perf_counter()
    knowledge = load_current(tmp_path)
    assert time.perf_counter() - started < 2
    assert len(knowledge.points) == 3899
