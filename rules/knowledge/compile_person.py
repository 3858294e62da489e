"""From text to limits on the person: sex and age.

The sex is derived from the words of name and text. A text that speaks of both sexes, or of
neither, is not guessed at but refused, unless the list states the sex in a column of its own.
"""

from __future__ import annotations

import re
from typing import Final

from domain.codes import FEMALE, MALE
from rules.knowledge.constraints import Age, AgeLimit, SexLimit
from rules.knowledge.raw import RawPoint, Uncompilable
from rules.knowledge.words import DAY_OLD, MONTH, YEAR

_MALE: Final = re.compile(
    "男(?!女)|前列腺|勃起|阳痿|阳萎|早泄|遗精|滑精|滑泄|精子|精液|睾丸|阴茎|阴囊|包皮"
)
_FEMALE: Final = re.compile(
    "女(?!贞子)|妇|月经|经期|经血|经水|经脉不调|行经|经行|经来|经量|经色|经前|痛经|调经|通经"
    "|经闭|闭经|绝经|带下|白带|止带|赤带|阴道|子宫|宫颈|宫腔|宫内|宫缩|胞宫|外阴|阴痒|盆腔炎"
    "|附件炎|卵巢|输卵管|产后|难产|流产|小产|胎|妊娠|怀孕|孕|早产|引产|剖腹产|分娩|乳汁|下乳"
    "|催乳|生乳|缺乳|崩漏|恶露|上环|避孕|排卵"
)
_BREAST: Final = re.compile("乳腺癌")
_REPRODUCTION: Final = re.compile("精液|精子|授精|卵裂球|采卵|取卵|受精")

UNCLEAR_SEX: Final = ("Q56", "Q9", "E25", "E34.5", "F64")
"""性别不清、两性畸形、染色体异常、性发育异常 (note to the first batch), and transition."""
_MALE_BREAST: Final = ("C50", "D05")
_COUPLE: Final = ("N46", "N97", "Z31")  # infertility of a couple treated under one name


def sex_limit(raw: RawPoint) -> SexLimit:
    """The sex a point is for.

    >>> sex_limit(RawPoint(id="1", rule_class="药品区分性别使用", name="痛经片", codes=())).sex
    '2'
    """
    sex = _sex(raw)
    unless: tuple[str, ...] = UNCLEAR_SEX
    if _BREAST.search(raw.constraint):
        unless += _MALE_BREAST
    if _REPRODUCTION.search(raw.name):
        unless += _COUPLE
    return SexLimit(sex=sex, unless=unless)


def _sex(raw: RawPoint) -> str:
    stated = {"男": MALE, "女": FEMALE}.get(raw.says("对象"))
    if raw.is_service and raw.constraint[:2] in ("男性", "女性"):
        derived = MALE if raw.constraint[0] == "男" else FEMALE
    else:
        words = raw.constraint.replace("男女", "")
        derived = _sole(words) or _sole(raw.name)
    if stated and derived and stated != derived:
        raise Uncompilable(f"性别列为{raw.says('对象')}，与文字不符: {raw.constraint[:60]}")
    sex = stated or derived
    if not sex:
        raise Uncompilable(f"看不出限何性别: {raw.constraint[:60] or raw.name}")
    return sex


def _sole(words: str) -> str:
    """The one sex that the words speak of; empty for none or both."""
    male, female = bool(_MALE.search(words)), bool(_FEMALE.search(words))
    return "" if male == female else MALE if male else FEMALE


_CHILD: Final = Age(17, YEAR)  # 儿童 is under 18 where the text names no age (06-rules DP-06)
_NEWBORN: Final = Age(28, DAY_OLD)
_INFANT: Final = Age(36, MONTH)  # the first batch counts 婴儿 among 婴幼儿
_GROUPS: Final = (("新生儿", _NEWBORN), ("婴", _INFANT), ("儿童", _CHILD), ("小儿", _CHILD))
_WORKING: Final = (Age(16, YEAR), Age(60, YEAR))  # 法定就业年龄 (06-rules SP-02)

_RANGE: Final = re.compile(r"(\d+)(?:周?岁)?\s*[-至~～]\s*(\d+)周?岁")
_FROM_AGE: Final = re.compile(r"(\d+)(周?岁|个?月龄?)(?:及\d*周?岁?)?以上")
_UP_TO_AGE: Final = re.compile(r"(\d+)(周?岁)(?:及)?以下")


def age_limit(raw: RawPoint) -> AgeLimit:
    """The ages a point is for; 以上 and 以下 include the number (民法典 art. 1259).

    >>> text = "限3-12岁特发性或先天性肺动脉高压患者。"
    >>> limit = age_limit(
    ...     RawPoint(id="1", rule_class="药品限儿童使用", name="", codes=(), constraint=text)
    ... )
    >>> str(limit.least), str(limit.most)
    ('3岁', '12岁')
    """
    if "就业年龄" in raw.constraint + raw.detect_logic:
        return AgeLimit(group="法定就业年龄段患者", least=_WORKING[0], most=_WORKING[1])
    group, usual = _group(raw)
    least, most = _stated(raw.constraint)
    return AgeLimit(
        group=group, least=least, most=most or usual, doubtful="包含成人用法" in raw.constraint
    )


def _group(raw: RawPoint) -> tuple[str, Age]:
    """Whom a class is for: the widest group that column, text, name or class speak of."""
    stated = raw.says("对象")
    for words in (stated, raw.constraint[:6] if raw.is_service else "", raw.rule_class):
        for word, age in _GROUPS:
            if word in words:
                return ("婴幼儿" if word == "婴" else "儿童" if word == "小儿" else word), age
    raise Uncompilable(f"看不出限何年龄: {raw.constraint[:60] or raw.name}")


def _stated(text: str) -> tuple[Age | None, Age | None]:
    """Ages the text itself gives; of several alternatives the widest span."""
    ranges = [(int(low), int(high)) for low, high in _RANGE.findall(text)]
    if ranges:
        return (
            Age(min(low for low, _ in ranges), YEAR),
            Age(max(high for _, high in ranges), YEAR),
        )
    above, below = _FROM_AGE.search(text), _UP_TO_AGE.search(text)
    least = Age(int(above[1]), MONTH if "月" in above[2] else YEAR) if above else None
    return least, Age(int(below[1]), YEAR) if below else None
