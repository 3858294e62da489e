"""The reasons a reviewer can give. Codes are stable for ever; texts are in the catalogues."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Decision = Literal["confirm", "dismiss"]

REASONS: Final[Mapping[Decision, tuple[str, ...]]] = {
    "confirm": ("verified", "partly-verified", "admitted", "repeat-offence"),
    "dismiss": ("legitimate", "data-error", "rule-wrong", "explained", "duplicate"),
}
