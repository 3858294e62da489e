"""Text that may enter the store: what a database or a page could choke on stays outside."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

_ALLOWED_CONTROLS: Final = frozenset("\n\r\t")


def _clean(value: str) -> str:
    if any(mark < " " and mark not in _ALLOWED_CONTROLS for mark in value):
        raise ValueError("contains control characters")
    if any("\ud800" <= mark <= "\udfff" for mark in value):
        raise ValueError("contains half a character (a lone surrogate)")
    return value


Clean = AfterValidator(_clean)
Sentence = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000), Clean
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Clean
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=256), Clean]
Search = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Clean]
AlertId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
USER_NAME: Final = r"^[a-z0-9][a-z0-9._-]{0,79}$"
UserName = Annotated[str, StringConstraints(pattern=USER_NAME)]
ShortId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,32}$")]
