"""One pack, as its trace code names it: every use that was made of the code.

The key is the code in the form of `rules.readings.trace_codes.trace_key`.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

TRACE: Final = "trace"

SUBJECT = Subject(
    name=TRACE,
    description="药品追溯码",
    keeps={Signal: 1_095 * DAY},  # three years; domain/06 §6.1
)
