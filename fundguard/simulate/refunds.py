"""Lines given back: negative quantities that name the line they undo (init_feedetl_sn)."""

from dataclasses import replace
from datetime import datetime

from fundguard.simulate.billing import Line
from fundguard.simulate.world import World


def refund_of(world: World, line: Line, at: datetime) -> Line:
    """The line that takes another line of the same visit back."""
    return replace(
        line, serial=world.serials.next("F"), count=-line.count, at=at, refunds=line.serial
    )
