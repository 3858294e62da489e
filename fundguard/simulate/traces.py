"""Trace codes: one for each pack, in the three systems in use."""

from dataclasses import dataclass
from itertools import count

from fundguard.simulate.catalogue.item import Item, Tracing
from fundguard.simulate.serials import scatter

PLACEHOLDERS = ("完整", "—", "断链")  # what some systems send when nothing was scanned


@dataclass
class TraceCodes:
    def __post_init__(self) -> None:
        self._packs = count(1)

    def pack(self, item: Item) -> str:
        """Code of the next pack of a product; no two packs share one."""
        serial = scatter(next(self._packs))
        if item.tracing is Tracing.NATIONAL:
            return f"{item.trace_prefix}{serial:0>13}"
        if item.tracing is Tracing.MANUFACTURER:
            return f"{item.barcode[7:12]}0{serial}"
        return f"(01)0{item.barcode}(21){serial}"

    def packs(self, item: Item, number: int) -> tuple[str, ...]:
        return tuple(self.pack(item) for _ in range(number))
