"""What a model saw of a settlement, in the words of those who read its alerts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from detectors.features import SettlementFeatures
from detectors.settlement_outlier import AN_01
from domain.moments import HOUR, MINUTE

KINDS: Final = {
    "11": "普通门诊",
    "12": "门诊挂号",
    "13": "急诊",
    "14": "门诊慢特病",
    "15": "特药",
    "16": "中医特色门诊",
    "21": "普通住院",
    "22": "外伤住院",
    "23": "转外诊治",
    "24": "急诊转住院",
    "25": "异地住院",
    "26": "单病种住院",
    "27": "自主就医",
    "28": "日间手术",
    "41": "药店购药",
    "51": "生育门诊",
    "52": "生育住院",
    "61": "照护保险",
    "81": "意外伤害门诊",
}
LEVELS: Final = {
    "1": "三级特等",
    "2": "三级甲等",
    "3": "三级乙等",
    "4": "三级丙等",
    "5": "二级甲等",
    "6": "二级乙等",
    "7": "二级丙等",
    "8": "一级甲等",
    "9": "一级乙等",
    "10": "一级丙等",
    "11": "药店",
}
_VALUES: Final[dict[str, Callable[[float], str]]] = {
    "fee_yuan": lambda value: f"{value:.2f}元",
    "roundness": lambda value: f"{value:.0%}",
    "lines": lambda value: f"{value:.0f}条",
    "drug_share": lambda value: f"{value:.0%}",
    "exam_share": lambda value: f"{value:.0%}",
    "material_share": lambda value: f"{value:.0%}",
    "days_supply": lambda value: f"{value:g}天",
    "unit_price_yuan": lambda value: f"{value:.2f}元",
    "hour": lambda value: f"{int(value):02d}:{int(value % 1 * HOUR / MINUTE):02d}",
    "distance_km": lambda value: f"{value:.0f}公里",
    "gap_days": lambda value: f"{value:.1f}天",
}


def stratum_text(med_type: str, level: str) -> str:
    """A stratum in words; codes where the national list has no name for them."""
    kind = KINDS.get(med_type[:2], f"医疗类别{med_type[:2]}")
    return f"{LEVELS.get(level, level or '等级未登记')}{kind}"


def value_texts(x: SettlementFeatures) -> dict[str, str]:
    """What is known of a settlement, by Chinese name."""
    known = ((name, getattr(x, name)) for name in _VALUES)
    return {
        AN_01.features[name]: _VALUES[name](value) for name, value in known if value is not None
    }


def rarity_text(decades: float) -> str:
    """One in how many, to two digits.

    >>> rarity_text(2.0), rarity_text(3.21)
    ('约每100笔1笔', '约每1600笔1笔')
    """
    return f"约每{float(f'{10**decades:.2g}'):.0f}笔1笔"
