"""The classes of published points: which rule executes a class, and how its texts compile.

Classes and codes are those of the official framework; the rules those its 88 entries map to in
the catalogue. A class with no entry here has no executor yet and is refused at import.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rules.knowledge.compile_diagnosis import diagnosis_limit
from rules.knowledge.compile_items import (
    discount_group,
    herb_alone,
    herb_excluded,
    pair_limit,
    second_line,
)
from rules.knowledge.compile_period import course_limit, frequency_limit, interval_limit
from rules.knowledge.compile_person import age_limit, sex_limit
from rules.knowledge.compile_visit import care_limit, insurance_limit, level_limit, online_ban
from rules.knowledge.constraints import AnyConstraint
from rules.knowledge.raw import RawPoint


@dataclass(frozen=True, slots=True)
class PointClass:
    rule: str
    official_code: str
    compile: Callable[[RawPoint], AnyConstraint]


CLASSES: Final[dict[str, PointClass]] = {
    "药品限工伤保险": PointClass("DP-03", "GZ10000101001000", insurance_limit),
    "药品限生育保险": PointClass("DP-03", "GZ10000101002000", insurance_limit),
    "中药饮片单复方均不予支付": PointClass("DP-07", "GZ10000101003000", herb_excluded),
    "中药饮片单方使用不予支付": PointClass("DP-07", "GZ10000101004000", herb_alone),
    "药品限二线使用": PointClass("DP-02", "GZ10000101005000", second_line),
    "药品限新生儿使用": PointClass("DP-06", "GZ10000101006000", age_limit),
    "药品限儿童使用": PointClass("DP-06", "GZ10000101007000", age_limit),
    "药品限适应症": PointClass("DP-01", "GZ10000101008000", diagnosis_limit),
    "药品限支付疗程": PointClass("DP-05", "GZ10000101010000", course_limit),
    "药品限医疗机构级别": PointClass("DP-04", "GZ10000101012000", level_limit),
    "药品限就医方式": PointClass("DP-04", "", care_limit),
    "手术项目未按规定折价收费": PointClass("CH-07", "GZ10000102002000", discount_group),
    "医疗服务项目限工伤保险": PointClass("DP-03", "GZ10000102003000", insurance_limit),
    "医疗服务项目限生育保险": PointClass("DP-03", "GZ10000102004000", insurance_limit),
    "医疗服务项目限新生儿使用": PointClass("DP-06", "GZ10000102005000", age_limit),
    "医疗服务项目限儿童使用": PointClass("DP-06", "GZ10000102006000", age_limit),
    "医疗服务项目限适应症": PointClass("SP-02", "GZ10000102007000", diagnosis_limit),
    "医疗服务项目限支付疗程": PointClass("SP-02", "GZ10000102010000", course_limit),
    "医疗服务项目重复收费": PointClass("CH-01", "GZ10000102012000", pair_limit),
    "医疗服务项目限定频次": PointClass("CH-04", "GZ10000102014000", frequency_limit),
    "医疗服务项目限年龄": PointClass("SP-02", "", age_limit),
    "医疗服务项目周期超频次": PointClass("CH-05", "", interval_limit),
    "耗材限新生儿使用": PointClass("DP-06", "GZ10000103001000", age_limit),
    "耗材限儿童使用": PointClass("DP-06", "GZ10000103002000", age_limit),
    "超互联网医院药品支付范围": PointClass("RX-04", "", online_ban),
    "药品儿童专用": PointClass("CL-04", "GZ10000301002000", age_limit),
    "药品区分性别使用": PointClass("CL-03", "GZ10000301004000", sex_limit),
    "医疗服务项目儿童专用": PointClass("CL-04", "GZ10000302003000", age_limit),
    "医疗服务项目区分性别使用": PointClass("CL-03", "GZ10000302004000", sex_limit),
    "医用耗材与性别不符": PointClass("CL-03", "", sex_limit),
}
