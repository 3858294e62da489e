"""Importing lists: every layout, all or nothing, versioned."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from fundguard.__main__ import app
from fundguard.knowledge.store import current_version, import_files, load_current, versions
from fundguard.knowledge.unreadable import UnreadableList
from rules.knowledge.constraints import CareLimit, FrequencyLimit, PairLimit

NURSING = {
    "kp_id": "KP-1",
    "rule_class": "医疗服务项目限定频次",
    "item_name": "Ⅱ级护理",
    "med_codes": ["001201000040000"],
    "constraint": "日",
}


def sheet(path: Path, *rows: Sequence[Any], merge: str = "", title: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.title = title
    for row in rows:
        active.append(list(row))
    if merge:
        active.merge_cells(merge)
    book.save(path)
    return path


def records(path: Path, *found: dict[str, Any]) -> Path:
    content = json.dumps(found, ensure_ascii=False).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_an_import_is_a_version_and_the_same_again_is_none(tmp_path: Path) -> None:
    list_ = records(tmp_path / "a.json.gz", NURSING)
    first = import_files([list_], tmp_path)
    again = import_files([list_], tmp_path)
    assert (first.added, again.added, again.changed) == (1, 0, 0)
    assert versions(tmp_path) == [first.version] == [again.version]
    assert first.version.startswith("0001-")


def test_a_second_list_adds_to_the_first(tmp_path: Path) -> None:
    import_files([records(tmp_path / "a.json", NURSING)], tmp_path)
    other = {**NURSING, "kp_id": "KP-2", "med_codes": ["001201000050000"]}
    done = import_files([records(tmp_path / "b.json", other)], tmp_path)
    assert (done.total, len(versions(tmp_path))) == (2, 2)
    assert load_current(tmp_path).version == done.version == current_version(tmp_path)


def test_a_successor_in_a_later_list_ends_its_predecessor(tmp_path: Path) -> None:
    import_files([records(tmp_path / "a.json", NURSING)], tmp_path)
    successor = {
        **NURSING,
        "kp_id": "KP-2",
        "constraint": "每日不超过2次",
        "published_at": "2026-01-28",
        "supersedes": "KP-1",
    }
    import_files([records(tmp_path / "b.json", successor)], tmp_path)
    old, new = sorted(load_current(tmp_path).points, key=lambda point: point.id)
    assert old.valid_to == new.valid_from
    assert isinstance(new.constraint, FrequencyLimit)
    assert new.constraint.most == 2


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({**NURSING, "kp_id": "KP-9", "constraint": "适量"}, "第2条: 看不出限何周期"),
        ({**NURSING, "kp_id": "KP-9", "rule_class": "某新规则"}, "第2条: 规则类没有执行器"),
        ({**NURSING, "kp_id": "KP-9", "med_codes": []}, "第2条: 没有项目代码"),
        ({**NURSING, "kp_id": ""}, "第2条: 缺少 kp_id"),
        ({**NURSING, "kp_id": "KP-9", "published_at": "昨天"}, "第2条"),
        (NURSING, "编号重复: KP-1"),
    ],
)
def test_a_list_with_one_bad_record_changes_nothing(
    tmp_path: Path, broken: dict[str, Any], reason: str
) -> None:
    good = records(tmp_path / "good.json", NURSING)
    before = import_files([good], tmp_path)
    fresh = {**NURSING, "kp_id": "KP-5", "med_codes": ["001201000060000"]}
    bad = records(tmp_path / "bad.json", NURSING, broken)
    with pytest.raises(UnreadableList, match=reason) as refused:
        import_files([records(tmp_path / "fresh.json", fresh), bad], tmp_path)
    assert refused.value.file == "bad.json"
    assert versions(tmp_path) == [before.version]
    assert len(load_current(tmp_path).points) == 1


def test_an_unknown_indication_is_refused_not_guessed_at(tmp_path: Path) -> None:
    drug = {
        "kp_id": "KP-1",
        "rule_class": "药品限适应症",
        "item_name": "某药",
        "med_codes": ["XA01AAA001A001010100001"],
        "constraint": "限：1.2型糖尿病；2.某种新发现的疾病。",
    }
    with pytest.raises(UnreadableList, match="适应症不认识: 某种新发现的疾病"):
        import_files([records(tmp_path / "a.json", drug)], tmp_path)
    assert not current_version(tmp_path)


def test_a_spreadsheet_with_titles_merged_cells_and_footnotes(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "第四批.xlsx",
        ["“药品限就医方式”规则对应知识点明细"],
        [],
        ["序号", "药品通用名", "限定支付范围", "医保编码"],
        [1, "安宫牛黄丸", "限急诊或住院患者。", "ZA07AAA0002010100001"],
        [None, None, None, "ZA07AAA0002010100002"],
        [2, "脂肪乳注射液", "住院患者方予支付。", "XB05BAZ097B002010100001"],
        ["备注：各省可以细化。"],
        merge="B4:B5",
    )
    import_files([path], tmp_path)
    emergency, ward = sorted(load_current(tmp_path).points, key=lambda point: len(point.codes))[
        ::-1
    ]
    assert emergency.codes == ("ZA07AAA0002010100001", "ZA07AAA0002010100002")
    assert isinstance(emergency.constraint, CareLimit)
    assert emergency.constraint.settings == ("急诊", "住院")
    assert ward.name == "脂肪乳注射液"


def test_a_row_without_its_code_is_refused_with_file_and_row(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "第四批 药品限就医方式.xlsx",
        ["药品通用名", "药品说明", "国标代码", "限定类型"],
        ["安宫牛黄丸", "限急诊或住院患者。", "ZA07AAA0002010100001", "限定就医方式"],
        ["脂肪乳注射液", "住院患者方予支付。", None, "限定就医方式"],
    )
    with pytest.raises(UnreadableList, match=r"第四批 药品限就医方式\.xlsx .*第3行: 缺少代码"):
        import_files([path], tmp_path)


def test_a_list_of_an_undated_batch_needs_its_date(tmp_path: Path) -> None:
    rows = (
        ["“药品限就医方式”规则对应知识点明细"],
        ["药品通用名", "限定支付范围", "医保编码"],
        ["安宫牛黄丸", "限急诊或住院患者。", "ZA07AAA0002010100001"],
    )
    path = sheet(tmp_path / "第十八批.xlsx", *rows)
    with pytest.raises(UnreadableList, match="--published"):
        import_files([path], tmp_path)
    import_files([path], tmp_path, published="2026-07-06")
    (point,) = load_current(tmp_path).points
    assert point.batch == "batch_18"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "第七批.csv"
    path.write_text(
        "序号,频度,主项名称,主项编码,从项名称,从项编码,备注\n"
        "1,单次就诊,胃癌根治术,003310020050000,胃癌姑息切除术,003310020070000,含区域淋巴结清扫\n",
        encoding,
    )
    import_files([path], tmp_path)
    (point,) = load_current(tmp_path).points
    assert point.constraint == PairLimit(
        main="003310020050000", contained="003310020070000", scope="单次就诊"
    )
    assert point.name == "胃癌根治术×胃癌姑息切除术"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.json", b"{", "不是 JSON"),
        ("a.json.gz", b"not gzip", "不是 JSON"),
        ("a.json", b"{}", "不是记录的列表"),
        ("a.json", b"[]", "没有一条知识点"),
        ("a.xlsx", b"not a workbook", "不是 Excel 工作簿"),
        ("a.csv", b"a,b\n1,2\n", "找不到表头"),
        ("a.csv", b"", "没有内容"),
        ("a.doc", b"x", "不认识的格式"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableList, match=reason):
        import_files([tmp_path / name], tmp_path)
    assert not current_version(tmp_path)


def test_a_damaged_store_says_what_to_do(tmp_path: Path) -> None:
    import_files([records(tmp_path / "a.json", NURSING)], tmp_path)
    (stored,) = (tmp_path / "knowledge").glob("*.zst")
    stored.write_bytes(b"damaged")
    with pytest.raises(UnreadableList, match="请重新导入"):
        load_current(tmp_path)


def test_the_command_imports_lists_and_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNDGUARD_DATA_DIR", str(tmp_path / "data"))
    run = CliRunner().invoke
    empty = run(app, ["knowledge", "list"])
    assert "尚未导入" in empty.output

    list_ = str(records(tmp_path / "a.json", NURSING))
    done = run(app, ["knowledge", "import", list_, "--json"])
    assert json.loads(done.output)["points"] == 1
    assert "CH-04" in run(app, ["knowledge", "list"]).output

    shown = run(app, ["knowledge", "show", "001201000040000"])
    assert "每日合计不超过1次" in shown.output
    assert "2025-05-23 起" in shown.output
    as_json = json.loads(run(app, ["knowledge", "show", "001201000040000", "--json"]).output)
    assert as_json[0]["kp_id"] == "KP-1"
    unknown = run(app, ["knowledge", "show", "X"])
    assert unknown.exit_code == 1

    bad = str(records(tmp_path / "bad.json", {**NURSING, "constraint": "适量"}))
    refused = run(app, ["knowledge", "import", bad])
    assert refused.exit_code == 1
