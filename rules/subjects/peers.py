"""Institutions of one kind in one natural month, side by side.

The key is ``type|level|region|yyyy-MM``; the facts are the monthly profiles that institutions
tell of themselves once their month has ended. Being keyed by the month, a comparison always has
all of its peers before it, however late one of them is corrected.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

PEERS: Final = "peers"

SUBJECT = Subject(name=PEERS, description="同类机构月度对照", keeps={Signal: 31 * DAY})


def key_of(stratum: str, month: str) -> str:
    return f"{stratum}|{month}"
