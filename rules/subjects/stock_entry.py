"""Where stock movements enter: no state is kept here, projections carry them on."""

from __future__ import annotations

from typing import Final

STOCK_ENTRY: Final = "institution-entry"
