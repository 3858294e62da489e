"""Text that may enter the store: what a database or a page could choke on stays outside."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

# Control characters other than tab and line ends: PostgreSQL refuses NUL, pages the others.
_CONTROLS: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f"
_PRINTABLE: Final = f"^[^{_CONTROLS}]*$"
_SAYS_SOMETHING: Final = f"^[^{_CONTROLS}]*[^{_CONTROLS}\\s][^{_CONTROLS}]*$"


def _whole(value: str) -> str:
    if any("\ud800" <= mark <= "\udfff" for mark in value):
        raise ValueError("contains half a character (a lone surrogate)")
    return value


_Whole = AfterValidator(_whole)
Sentence = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=2_000, pattern=_SAYS_SOMETHING
    ),
    _Whole,
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_SAYS_SOMETHING),
    _Whole,
]
Code = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=_PRINTABLE), _Whole]
Search = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=100, pattern=_PRINTABLE), _Whole
]
AlertId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]
CaseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")]
USER_NAME: Final = r"^[a-z0-9][a-z0-9._-]{0,79}$"
UserName = Annotated[str, StringConstraints(pattern=USER_NAME)]
ShortId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{1,32}$")]
