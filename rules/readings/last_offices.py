"""Last offices: services that are given to the dead, and so rightly charged after the death."""

from __future__ import annotations

from typing import Final

from domain.facts import Line
from rules.view import View

_WORDS: Final = (
    "尸体",
    "遗体",
    "尸检",
    "太平间",
    "死亡证明",
    "死亡医学证明",
    "死亡确认",
    "death certif",
    "autopsy",
    "post-mortem",
    "mortuary",
)


def is_last_office(view: View, line: Line) -> bool:
    """Whether a line's name, the hospital's own or the catalogue's, is that of a last office."""
    item = view.registers.at("catalogue_item", line.code, line.at)
    names = f"{line.own_name} {item.get('hilist_name') if item else ''}".lower()
    return any(word in names for word in _WORDS)
