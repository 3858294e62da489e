"""One product as trace codes name it (a seven-digit prefix, a GTIN): which drug codes use it.

The key is the identity as `rules.readings.tracing` reads it, such as ``p8123456``.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

PRODUCT: Final = "product"

SUBJECT = Subject(name=PRODUCT, description="追溯码产品标识", keeps={Signal: 400 * DAY})
