"""What a knowledge point demands, in executable form: one frozen Struct a kind of demand.

The published text is prose. A constraint holds the part of it that can be executed with
certainty, which may be less than the text says; ``told`` says in one sentence what that is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

from msgspec import Struct

from rules.knowledge.words import (
    MONTH,
    PER_DAY,
    PER_MONTH,
    PER_VISIT,
    PER_WEEK,
    PER_YEAR,
    SAME_DAY,
    level_name,
    sex_name,
)

_PERIOD_DAYS: Final = {PER_DAY: 2, PER_WEEK: 7, PER_MONTH: 31, PER_YEAR: 366, PER_VISIT: 0}
_YEAR_DAYS: Final = 366
_LONGEST_COURSE_DAYS: Final = 396  # a year and the gap that ends a course; facts are kept 400 d


class Constraint(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Base of all constraints.

    ``personal``: whatever tells the person's sex or birth can change the judgement.
    """

    personal: ClassVar[bool] = False
    always_told: ClassVar[str] = ""
    always_reach_days: ClassVar[int] = 0

    @property
    def told(self) -> str:
        """What is executed, as a sentence for a reviewer."""
        return self.always_told

    @property
    def reach_days(self) -> int:
        """Facts so many days before or after a visit can change its judgement; 0 where only
        the visit's own can."""
        return self.always_reach_days


class Age(Struct, frozen=True, array_like=True):
    """An age in completed years, months or days."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count}{'个月' if self.unit == MONTH else self.unit}"


class SexLimit(Constraint, frozen=True, kw_only=True, tag="sex"):
    """For one sex only. Diagnoses under ``unless`` (ICD-10 prefixes) excuse the other."""

    sex: str
    unless: tuple[str, ...] = ()

    always_reach_days: ClassVar[int] = _YEAR_DAYS
    personal: ClassVar[bool] = True

    @property
    def told(self) -> str:
        excused = f"；诊断属{'、'.join(self.unless)}的除外" if self.unless else ""
        return f"限{sex_name(self.sex)}性{excused}；性别不明或前后矛盾时不判断"


class AgeLimit(Constraint, frozen=True, kw_only=True, tag="age"):
    """For an age between the bounds, both included; ``group`` is what the text calls them.

    ``doubtful``: the list itself remarks that the label has a dosage for others too.
    """

    group: str
    least: Age | None = None
    most: Age | None = None
    doubtful: bool = False

    always_reach_days: ClassVar[int] = _YEAR_DAYS
    personal: ClassVar[bool] = True

    @property
    def told(self) -> str:
        bounds = [f"满{self.least}" if self.least else "", f"至{self.most}" if self.most else ""]
        remark = "；说明书含成人用法，仅作关注" if self.doubtful else ""
        return f"限{self.group}（{''.join(bounds)}，含），按出生日期与收费日期计算{remark}"


class InsuranceLimit(Constraint, frozen=True, kw_only=True, tag="insurance"):
    """Payable under this insurance alone."""

    insurance: str

    @property
    def told(self) -> str:
        return f"限{self.insurance}保险，险种未知时不判断"


class CareLimit(Constraint, frozen=True, kw_only=True, tag="care"):
    """Payable in these settings alone."""

    settings: tuple[str, ...]

    @property
    def told(self) -> str:
        return f"限{'或'.join(self.settings)}，按就诊的医疗类别"


class LevelLimit(Constraint, frozen=True, kw_only=True, tag="level"):
    """Payable at institutions of this level (2, 3) and above.

    ``first_only``: only the first prescription must come from there.
    """

    least: int
    first_only: bool = False

    @property
    def told(self) -> str:
        first = "首次开药" if self.first_only else ""
        return f"{first}限{level_name(self.least)}及以上医疗机构；药店和未定级机构不判断"

    @property
    def reach_days(self) -> int:
        return _YEAR_DAYS if self.first_only else 0


class OnlineBan(Constraint, frozen=True, kw_only=True, tag="online"):
    """Not to be prescribed in an online visit."""

    always_told: ClassVar[str] = "互联网诊疗不得开具"


class DiagnosisLimit(Constraint, frozen=True, kw_only=True, tag="diagnosis"):
    """Payable for these diseases.

    ``terms`` are the words of the text, ``codes`` the ICD-10 prefixes any of which satisfies
    them. Care in ``unless_care``, or under maternity insurance where ``unless_maternity``, may
    satisfy the text without a diagnosis of the list (抢救, 重症), so it is never accused.
    """

    terms: tuple[str, ...]
    codes: tuple[str, ...]
    unless_care: tuple[str, ...] = ()
    unless_maternity: bool = False

    always_reach_days: ClassVar[int] = _YEAR_DAYS

    @property
    def told(self) -> str:
        excused = "".join(f"；{care}除外" for care in self.unless_care)
        excused += "；生育保险除外" if self.unless_maternity else ""
        return (
            f"限{'、'.join(self.terms)}：本次就诊有诊断、而本次及前12个月的诊断"
            f"均不在其 ICD-10 类目内{excused}；文中的分型、分期、检验与既往治疗条件不判断"
        )


class PairLimit(Constraint, frozen=True, kw_only=True, tag="pair"):
    """``main`` includes ``contained``: not both within the scope."""

    main: str
    contained: str
    scope: str = SAME_DAY

    @property
    def told(self) -> str:
        return f"{self.scope}内收取 {self.main} 后不得再收 {self.contained}（同一就诊）"


class FrequencyLimit(Constraint, frozen=True, kw_only=True, tag="frequency"):
    """At most ``most`` in the natural period; ``hourly``: counted in hours."""

    most: Decimal
    period: str
    hourly: bool = False

    @property
    def told(self) -> str:
        hours = "小时" if self.hourly else "次"
        return f"每{self.period}合计不超过{self.most}{hours}，按净数量"

    @property
    def reach_days(self) -> int:
        return _PERIOD_DAYS[self.period]


class CourseLimit(Constraint, frozen=True, kw_only=True, tag="course"):
    """Paid for at most ``days``.

    ``span`` counts from the first to the last use, otherwise days of use are counted. Uses more
    than ``gap_days`` apart are different courses; ``one_visit`` counts each stay for itself.
    """

    days: int
    gap_days: int
    span: bool = False
    one_visit: bool = False

    @property
    def told(self) -> str:
        counted = "首末次使用相距" if self.span else "使用日期合计"
        scope = "单次就诊内" if self.one_visit else f"间隔超过{self.gap_days}天另计疗程"
        return f"{counted}不超过{self.days}天，{scope}"

    @property
    def reach_days(self) -> int:
        return 0 if self.one_visit else _LONGEST_COURSE_DAYS


class IntervalLimit(Constraint, frozen=True, kw_only=True, tag="interval"):
    """Not again within ``days``; nearer than ``certain_days`` (or in the same natural week,
    where ``by_week``) it is surely too soon, between the two perhaps."""

    certain_days: int
    days: int
    by_week: bool = False

    @property
    def told(self) -> str:
        if self.by_week:
            return "同一自然周内再次收取为可疑，不同自然周但相隔不足7天为关注"
        between = (
            f"，{self.certain_days}至{self.days}天为关注" if self.days > self.certain_days else ""
        )
        return f"与前次相隔不足{self.certain_days}天为可疑{between}"

    @property
    def reach_days(self) -> int:
        return self.days


class DiscountGroup(Constraint, frozen=True, kw_only=True, tag="discount"):
    """Operations of one group through one incision: the second and later are discounted."""

    group: str

    @property
    def told(self) -> str:
        return (
            f"同一就诊同日的{self.group}手术，除单价最高的一项外须折价；"
            "同一项目的分项、加收不算另一手术"
        )


class HerbExcluded(Constraint, frozen=True, kw_only=True, tag="herb_excluded"):
    """A slice the fund never pays for."""

    always_told: ClassVar[str] = "单方、复方均不予支付"


class HerbAlone(Constraint, frozen=True, kw_only=True, tag="herb_alone"):
    """A slice the fund does not pay for alone, or with none but others of this list."""

    always_told: ClassVar[str] = "单方（用法为单方，或处方全部由此类饮片组成）不予支付"


class SecondLine(Constraint, frozen=True, kw_only=True, tag="second_line"):
    """Payable after other treatment: a drug under one of these code prefixes in 365 days."""

    first_line: tuple[str, ...]

    always_reach_days: ClassVar[int] = _YEAR_DAYS

    @property
    def told(self) -> str:
        return (
            f"起用前365天内须用过其他同类药品（代码以{'、'.join(self.first_line)}开头）"
            "或有药物不良反应诊断；续用不重复判断；疗效与不耐受的证据不判断"
        )


class Note(Constraint, frozen=True, kw_only=True, tag="note"):
    """A remark of the list about its whole class; the points of the class carry it."""

    always_told: ClassVar[str] = "名单说明：已并入同类知识点的除外条件"


AnyConstraint = (
    SexLimit
    | AgeLimit
    | InsuranceLimit
    | CareLimit
    | LevelLimit
    | OnlineBan
    | DiagnosisLimit
    | PairLimit
    | FrequencyLimit
    | CourseLimit
    | IntervalLimit
    | DiscountGroup
    | HerbExcluded
    | HerbAlone
    | SecondLine
    | Note
)
