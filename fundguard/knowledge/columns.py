"""Column headings of published lists, and the class a list is of.

Every list has its own layout; what they share is a small vocabulary of headings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rules.knowledge.classes import CLASSES

NAME, TEXT, CODE, CLASS, ID = "名称", "文字", "代码", "规则类", "编号"
MAIN_CODE, MAIN_NAME, PART_CODE, PART_NAME = "主项代码", "主项名称", "从项代码", "从项名称"
OBJECT, RANGE, SCOPE, COUNT, UNIT, CYCLE, KIND = (
    "对象",
    "值域",
    "频度",
    "数量",
    "单位",
    "周期",
    "类型",
)
PUBLISHED, BATCH, SUPERSEDES, LOGIC, OFFICIAL = "发布日期", "批次", "取代", "逻辑", "规则代码"

HEADINGS: Final[dict[str, str]] = {
    **dict.fromkeys(("药品通用名", "药品名称", "通用名", "项目名称", "饮片名称", "耗材名称"), NAME),
    **dict.fromkeys(("名称", "item_name"), NAME),
    **dict.fromkeys(("药品说明", "项目说明", "备注", "说明", "限定支付范围", "项目内涵"), TEXT),
    **dict.fromkeys(("限制条件", "知识点", "constraint"), TEXT),
    **dict.fromkeys(("国标代码", "药品代码", "项目代码", "项目编码", "医保编码", "医保代码"), CODE),
    **dict.fromkeys(("饮片代码", "耗材代码", "国家代码", "代码", "med_codes", "med_code"), CODE),
    **dict.fromkeys(("规则类", "规则名称", "rule_class"), CLASS),
    **dict.fromkeys(("知识点编号", "kp_id"), ID),
    **dict.fromkeys(("主项编码", "主项代码", "项目A编码"), MAIN_CODE),
    **dict.fromkeys(("主项名称", "项目A名称"), MAIN_NAME),
    **dict.fromkeys(("从项编码", "从项代码", "项目B编码"), PART_CODE),
    **dict.fromkeys(("从项名称", "项目B名称"), PART_NAME),
    **dict.fromkeys(("限定对象", "限定性别", "限定年龄"), OBJECT),
    "限定值域": RANGE,
    "频度": SCOPE,
    "限制数量": COUNT,
    "数量单位": UNIT,
    "疗程周期": CYCLE,
    "限定类型": KIND,
    **dict.fromkeys(("发布日期", "published_at"), PUBLISHED),
    **dict.fromkeys(("批次", "batch_tag"), BATCH),
    **dict.fromkeys(("取代", "supersedes"), SUPERSEDES),
    **dict.fromkeys(("检出逻辑", "detect_logic"), LOGIC),
    **dict.fromkeys(("规则编码", "gz_code"), OFFICIAL),
}
EXTRA: Final = (OBJECT, RANGE, SCOPE, COUNT, UNIT, CYCLE)
"""Columns that say more than the text, under the names `RawPoint.extra` has for them."""

_KINDS: Final[dict[tuple[str, str], str]] = {
    ("药品", "性别"): "药品区分性别使用",
    ("项目", "性别"): "医疗服务项目区分性别使用",
    ("项目", "年龄对象"): "医疗服务项目儿童专用",
    ("项目", "年龄"): "医疗服务项目限年龄",
    ("项目", "主次操作"): "手术项目未按规定折价收费",
    ("药品", "机构等级"): "药品限医疗机构级别",
    ("药品", "就医方式"): "药品限就医方式",
    ("药品", "疗程"): "药品限支付疗程",
    ("项目", "疗程"): "医疗服务项目限支付疗程",
    ("项目", "频次"): "医疗服务项目限定频次",
    ("项目", "周期"): "医疗服务项目周期超频次",
    ("项目", "重复收费"): "医疗服务项目重复收费",
}
_QUOTED: Final = re.compile('[“"「]([^”"」]+)[”"」]')


def columns_of(row: Sequence[str]) -> dict[str, int]:
    """Which column holds what, if this row is a heading; nothing otherwise.

    >>> columns_of(["序号", "项目名称", "限制数量", "数量单位", "项目编码"])
    {'名称': 1, '数量': 2, '单位': 3, '代码': 4}
    """
    found: dict[str, int] = {}
    for index, cell in enumerate(row):
        meaning = HEADINGS.get(cell.replace(" ", "").replace("\n", ""))
        if meaning is not None:
            found.setdefault(meaning, index)
    has_item = NAME in found or MAIN_NAME in found
    return found if has_item and len(found) > 1 else {}


def class_of(said: Mapping[str, str], codes: Sequence[str], titles: Sequence[str]) -> str:
    """The class of a record: its own column, else what the titles (sheet, file) say.

    >>> class_of({}, ["003402000320000"], ["“医疗服务项目限年龄”规则对应知识点明细"])
    '医疗服务项目限年龄'
    """
    if stated := said.get(CLASS, ""):
        return stated
    if said.get(PART_CODE, ""):
        return "医疗服务项目重复收费"
    for title in titles:
        for quoted in _QUOTED.findall(title):
            if quoted in CLASSES:
                return str(quoted)
    subject = "项目" if codes and codes[0][:1].isdigit() else "药品"
    kind = said.get(KIND, "") or "".join(titles)
    if subject == "药品" and "保险类型" in kind:
        return f"药品限{said.get(OBJECT, '')}保险"
    if subject == "药品" and "年龄" in kind:
        return "药品限儿童使用" if said.get(TEXT, "").startswith("限") else "药品儿童专用"
    return next((name for (of, word), name in _KINDS.items() if of == subject and word in kind), "")
