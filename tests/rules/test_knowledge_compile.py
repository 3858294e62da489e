"""What published texts compile to, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.knowledge.compile import FIRST_PUBLISHED, compile_point, in_succession
from rules.knowledge.constraints import (
    AgeLimit,
    CourseLimit,
    DiagnosisLimit,
    FrequencyLimit,
    IntervalLimit,
    LevelLimit,
    PairLimit,
    SexLimit,
)
from rules.knowledge.point import KnowledgePoint
from rules.knowledge.raw import RawPoint, Uncompilable
from rules.readings.diagnoses import has_prefix


def compiled(rule_class: str, text: str, name: str = "某项", **fields: Any) -> KnowledgePoint:
    codes = fields.pop("codes", ("XA01AAA001A001010100001",))
    raw = RawPoint(
        id="KP", rule_class=rule_class, name=name, codes=codes, constraint=text, **fields
    )
    return compile_point(raw)


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("用于男性勃起功能障碍。", "1"),
        ("良性前列腺增生，慢性、非细菌性前列腺炎。", "1"),
        ("肾虚精亏所致的阳痿不育、遗精早泄。", "1"),
        ("用于神经衰弱，男子更年期障碍。", "1"),
        ("适用于绝经后妇女的晚期乳腺癌的治疗。", "2"),
        ("用于阴道滴虫，滴虫性尿道炎。", "2"),
        ("补气养血，通络下乳。用于产后缺乳。", "2"),
    ],
)
def test_the_sex_a_text_speaks_of(text: str, sex: str) -> None:
    limit = compiled("药品区分性别使用", text).constraint
    assert isinstance(limit, SexLimit)
    assert limit.sex == sex


@pytest.mark.parametrize("text", ["用于感冒。", "用于男性前列腺炎及女性阴道炎。"])
def test_a_text_of_no_sex_or_of_both_is_refused(text: str) -> None:
    with pytest.raises(Uncompilable, match="看不出限何性别"):
        compiled("药品区分性别使用", text)


@pytest.mark.parametrize(
    ("rule_class", "text", "least", "most"),
    [
        ("药品限儿童使用", "限儿童。", "None", "17岁"),
        ("药品限儿童使用", "限2岁至11岁儿童慢性便秘。", "2岁", "11岁"),
        ("药品限儿童使用", "限5至12岁以下单纯性流感儿童患者。", "5岁", "12岁"),
        ("药品限儿童使用", "限：1.1岁至14岁儿童哮喘；2.2岁至14岁儿童鼻炎。", "1岁", "14岁"),
        ("药品限儿童使用", "限3岁及3岁以上的I型神经纤维瘤病儿童患者。", "3岁", "17岁"),
        ("药品儿童专用", "用于1月以上婴儿和儿童的急性腹泻。", "1个月", "17岁"),
        ("药品儿童专用", "适用于接受肠外营养的11周岁以下患者。", "None", "11岁"),
        ("药品儿童专用", "疗程3至6天。", "None", "17岁"),
        ("医疗服务项目儿童专用", "新生儿专用项目", "None", "28天"),
        ("医疗服务项目儿童专用", "婴幼儿专用项目", "None", "36个月"),
        ("医疗服务项目限年龄", "限法定就业年龄段患者", "16岁", "60岁"),
    ],
)
def test_the_ages_a_text_speaks_of(rule_class: str, text: str, least: str, most: str) -> None:
    limit = compiled(rule_class, text).constraint
    assert isinstance(limit, AgeLimit)
    assert (str(limit.least), str(limit.most)) == (least, most)


@pytest.mark.parametrize(
    ("text", "days", "span", "one_visit"),
    [
        ("支付不超过14天。", 14, False, False),
        ("限脑梗死恢复期患者，单次住院最多支付14天。", 14, False, True),
        ("住院方可支付，单次支付不超过3天。", 3, False, True),
        ("限以下情况方可支付，且支付不超过12个月：1.乳腺癌。", 365, True, False),
    ],
)
def test_the_course_a_text_speaks_of(text: str, days: int, span: bool, one_visit: bool) -> None:
    limit = compiled("药品限支付疗程", text).constraint
    assert isinstance(limit, CourseLimit)
    assert (limit.days, limit.span, limit.one_visit) == (days, span, one_visit)


@pytest.mark.parametrize(
    ("text", "most", "period"),
    [
        ("日", "1", "日"),
        ("小时", "24", "日"),
        ("每周不超过3次", "3", "周"),
        ("每次住院限两次", "2", "次就诊"),
        ("每年1次", "1", "年"),
    ],
)
def test_the_frequency_a_text_speaks_of(text: str, most: str, period: str) -> None:
    limit = compiled("医疗服务项目限定频次", text).constraint
    assert isinstance(limit, FrequencyLimit)
    assert (limit.most, limit.period) == (Decimal(most), period)


def test_a_cycle_printed_by_the_list_is_what_is_certain() -> None:
    text = "诊疗规范：糖化血红蛋白水平反映近2-3个月的平均血糖水平。"
    alone = compiled("医疗服务项目周期超频次", text).constraint
    listed = compiled("医疗服务项目周期超频次", text, extra={"周期": "15"}).constraint
    assert alone == IntervalLimit(certain_days=60, days=90)
    assert listed == IntervalLimit(certain_days=15, days=60)


def test_the_lowest_level_of_several_is_what_is_certain() -> None:
    text = "需三级综合医院眼科或二级及以上眼科专科医院医师处方"
    assert compiled("药品限医疗机构级别", text).constraint == LevelLimit(least=2)


def test_what_a_delivery_includes_is_what_is_done_in_its_hours() -> None:
    text = "含产程观察、阴道或肛门检查、胎心监测及脐带处理"
    pair = compiled(
        "医疗服务项目重复收费", text, codes=("003314000020000", "003112010260000")
    ).constraint
    assert isinstance(pair, PairLimit)
    assert pair.scope == "6小时"


@pytest.mark.parametrize(
    ("text", "fits", "does_not"),
    [
        ("限成人2型糖尿病患者的血糖控制。", "E11.900x001", "E10.900"),
        ("限间变性淋巴瘤激酶(ALK)阳性的局部晚期非小细胞肺癌患者。", "C34.900", "C83.300"),
        ("限肾性贫血、非骨髓恶性肿瘤化疗引起的贫血。", "N18.900", "D50.900"),
        ("限：1.慢性心力衰竭成人患者；2.原发性高血压。", "I10.x00", "J44.900"),
        ("限既往化疗曾发生重度中性粒细胞减少的患者。", "C50.900", "I10.x00"),
        ("限以下CD30阳性淋巴瘤成人患者：1.复发或难治性系统性间变性大细胞。", "C84.600", "B44.900"),
    ],
)
def test_the_diseases_a_text_means(text: str, fits: str, does_not: str) -> None:
    limit = compiled("药品限适应症", text).constraint
    assert isinstance(limit, DiagnosisLimit)
    assert has_prefix(fits, limit.codes)
    assert not has_prefix(does_not, limit.codes)


def test_a_point_holds_from_its_publication_or_the_first_until_superseded() -> None:
    old = compiled("药品限就医方式", "限住院患者。")
    new = compiled("药品限就医方式", "限急诊或住院患者。", published="2026-01-28", supersedes="KP")
    first, _ = in_succession([old, new])
    assert (first.valid_from, first.valid_to) == (FIRST_PUBLISHED, new.valid_from)
