"""One natural day of one city: the settlements that models think odd, to be rationed.

The key is ``admdvs prefix|day``, so that a city's reviewers are not given more than they can see.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY, day_of
from rules.subjects.subject import Subject

ANOMALY_DAY: Final = "anomaly_day"

SUBJECT = Subject(name=ANOMALY_DAY, description="统筹区异常日", keeps={Signal: DAY})


def key_of(city: str, at: int) -> str:
    return f"{city}|{day_of(at)}"
