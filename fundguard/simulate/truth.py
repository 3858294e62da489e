"""The answer sheet: which events make up each planted case and each look-alike."""

from collections.abc import Iterable
from dataclasses import dataclass

PLANTED, LOOK_ALIKE = "planted", "look_alike"
COLUMNS = (
    *("case_id", "rule_id", "label", "event_ids"),
    *("psn_no", "fixmedins_code", "mdtrt_id", "setl_id"),
)


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a case left behind; a case of several visits or persons names none of them."""

    event_ids: tuple[str, ...]
    psn_no: str = ""
    fixmedins_code: str = ""
    mdtrt_id: str = ""
    setl_id: str = ""
    also: tuple[str, ...] = ()  # other rules of which the same events are inevitably a case


@dataclass(frozen=True, slots=True)
class Case:
    case_id: str
    rule_id: str
    label: str
    footprint: Footprint

    def row(self) -> dict[str, str]:
        left = self.footprint
        return {
            "case_id": self.case_id,
            "rule_id": self.rule_id,
            "label": self.label,
            "event_ids": ";".join(left.event_ids),
            "psn_no": left.psn_no,
            "fixmedins_code": left.fixmedins_code,
            "mdtrt_id": left.mdtrt_id,
            "setl_id": left.setl_id,
        }


def cases_of(rule_id: str, label: str, number: int, left: Footprint) -> Iterable[Case]:
    """A case, and a row for each further rule it is inevitably a case of."""
    case_id = f"{rule_id}-{label[0].upper()}{number:03d}"
    yield Case(case_id, rule_id, label, left)
    for other in left.also:
        yield Case(f"{case_id}+{other}", other, label, left)
