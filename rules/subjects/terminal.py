"""The terminal at a counter: what its days told of the runs of settlements on it.

The key is ``fixmedins_code|dev_no``; the operator stands in where a settlement names no terminal.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

TERMINAL: Final = "terminal"

SUBJECT = Subject(name=TERMINAL, description="结算终端", keeps={Signal: 90 * DAY})


def key_of(institution: str, terminal: str) -> str:
    return f"{institution}|{terminal}"


def terminal_in(key: str, institution: str) -> str:
    """The terminal of a key.

    >>> terminal_in(key_of("H1", "D|7"), "H1")
    'D|7'
    """
    return key[len(institution) + 1 :]
