"""From text to limits between items: pairs, discounted operations, slices, earlier treatment."""

from __future__ import annotations

from typing import Final

from rules.knowledge.constraints import (
    DiscountGroup,
    HerbAlone,
    HerbExcluded,
    PairLimit,
    SecondLine,
)
from rules.knowledge.raw import RawPoint, Uncompilable
from rules.knowledge.words import SAME_DAY, SAME_HOUR, SAME_VISIT, WITHIN_6_HOURS

_SCOPES: Final = {one: one for one in (SAME_HOUR, WITHIN_6_HOURS, SAME_DAY, SAME_VISIT)}
_FETAL_MONITORING: Final = ("003112010260000", "003109040040000")
_BLOOD_PRESSURE: Final = ("003107010210000", "003107010210100", "003107010220000")
_DELIVERY: Final = "含产程观察"
_MINUTES: Final = (
    "含血压监测20分钟内",
    "含心电、压力连续示波",
    "含血压监测每半分钟一次、连续15分钟",
)
_TESTS_OF_MINUTES: Final = ("003102070040000", "003102070060000", "003107020020000")


def pair_limit(raw: RawPoint) -> PairLimit:
    """Which item contains which; the same day unless the list or the matter itself says else."""
    if len(raw.codes) != 2 or raw.codes[0] == raw.codes[1]:
        raise Uncompilable(f"应有两个不同的项目代码，实有 {len(raw.codes)} 个")
    main, contained = raw.codes
    listed = raw.says("频度")
    if listed and listed not in _SCOPES:
        raise Uncompilable(f"频度不认识: {listed}")
    return PairLimit(main=main, contained=contained, scope=listed or _narrow(raw, main, contained))


def _narrow(raw: RawPoint, main: str, contained: str) -> str:
    """The scope of a pair that names none: what a delivery or a test of minutes includes is what
    is done in its own hours, not on the rest of the day (the seventh list prints the same)."""
    if raw.constraint.startswith(_DELIVERY) and contained in _FETAL_MONITORING:
        return WITHIN_6_HOURS
    if (
        main in _TESTS_OF_MINUTES
        and contained in _BLOOD_PRESSURE
        and raw.constraint.startswith(_MINUTES)
    ):
        return SAME_HOUR
    return SAME_DAY


def discount_group(raw: RawPoint) -> DiscountGroup:
    group = raw.says("值域") or raw.constraint
    if not group.endswith("手术组"):
        raise Uncompilable(f"看不出属何手术组: {group[:60]}")
    return DiscountGroup(group=group)


def herb_alone(raw: RawPoint) -> HerbAlone:
    _check_slices(raw)
    return HerbAlone()


def herb_excluded(raw: RawPoint) -> HerbExcluded:
    _check_slices(raw)
    return HerbExcluded()


def _check_slices(raw: RawPoint) -> None:
    wrong = [code for code in raw.codes if not code.startswith("T")]
    if wrong:
        raise Uncompilable(f"不是中药饮片代码: {wrong[0]}")


_EARLIER: Final[dict[str, tuple[str, ...]]] = {
    "XB02": ("XB02", "XH02", "XJ06", "XL04"),  # platelets: steroids, immunoglobulin
    "XD11": ("XD", "XH02", "XL04", "XR06"),
    "XL01": ("XL01", "XL02", "XL03", "XL04", "XH02", "XV10"),
    "XL02": ("XL01", "XL02"),
    "XL04": ("XL04", "XL01", "XA07", "XD", "XH02", "XM01", "XP01"),
    "XM01": ("XM01", "XL04", "XL01", "XP01", "XH02"),
    "XM09": ("XM0", "XN02"),
    "XR01": ("XR01", "XR06", "XH02"),
    "XR03": ("XR03", "XH02", "XR06"),
    "XR06": ("XR06", "XR01"),
    "XV03": ("XD", "XR06", "XN", "XV03"),
}
"""What came before, by the ATC group of a second-line drug; elsewhere its own group (XA10 …).

Wide on purpose: the published points name no first-line drugs, so any other drug of a group that
is used first counts as evidence of earlier treatment.
"""


def second_line(raw: RawPoint) -> SecondLine:
    groups = sorted({code[:4] for code in raw.codes})
    if not groups or any(not code.startswith("X") for code in groups):
        raise Uncompilable("二线用药须为西药代码")
    earlier = {prefix for group in groups for prefix in _EARLIER.get(group, (group,))}
    return SecondLine(first_line=tuple(sorted(earlier)))
