"""Names: how alike two names of a medical service are, once they are written alike."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

from rules.readings.synonyms import SYNONYMS

_ASIDES: Final = re.compile(r"[(\[{【〔《「].*?[)\]}】〕》」]")
_MARKS: Final = re.compile(r"[\W_]+")
_ENDINGS: Final = ("费", "术", "操作", "治疗", "检查", "测定")
_CANONICAL: Final = {other: name for name, others in SYNONYMS.items() for other in others}
_KNOWN: Final = re.compile(
    "|".join(sorted(map(re.escape, (*_CANONICAL, *SYNONYMS)), key=len, reverse=True))
)
"""All names of the table, the longest first, so that a name within a name is left alone."""


@lru_cache(maxsize=65_536)
def similarity(one: str, other: str) -> float:
    """Dice's coefficient of the character pairs of two names, from 0 to 1.

    Pairs, because single characters such as 治 and 疗 are shared by everything. What stands in
    brackets may be an aside or part of the name: the likelier of the two counts.

    >>> similarity("普通针刺", "针刀治疗"), similarity("血常规(五分类)", "血细胞分析")
    (0.0, 1.0)
    >>> round(similarity("针刀治疗术", "针刀治疗"), 2), similarity("", "针刀治疗")
    (1.0, 0.0)

    References
    ----------
    Dice, L. R. (1945). Measures of the amount of ecologic association between species. Ecology 26.
    """
    return max(_dice(first, second) for first in _readings(one) for second in _readings(other))


def _dice(one: str, other: str) -> float:
    if one == other:
        return 1.0 if one else 0.0
    pairs, others = _pairs(one), _pairs(other)
    total = pairs.total() + others.total()
    return 2 * (pairs & others).total() / total if total else 0.0


def _readings(name: str) -> tuple[str, str]:
    """The name with and without its asides."""
    written = unicodedata.normalize("NFKC", name)
    return normalised(written), normalised(_ASIDES.sub("", written))


def normalised(name: str) -> str:
    """A name without width, case, punctuation and common endings, synonyms replaced.

    >>> normalised("ＣＴ 平扫（胸部）"), normalised("十二导联心电图检查费")
    ('ct平扫胸部', '心电图')
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())
    for ending in _ENDINGS:
        if len(plain) > len(ending) + 1:
            plain = plain.removesuffix(ending)
    return _KNOWN.sub(lambda found: _CANONICAL.get(found[0], found[0]), plain)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
