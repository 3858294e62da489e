"""What a scheme is: how to plant a case of a rule, and something that only looks like one."""

from collections.abc import Callable
from dataclasses import dataclass

from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

# A story is told once for each case; the number turns it through its variants.
Story = Callable[[World, int], Footprint]

# Days left after the last event of a case: 72 h for a sale to arrive, and a daily wake-up.
TAIL = 6


@dataclass(frozen=True, slots=True)
class Scheme:
    rule_id: str
    days_needed: int  # a shorter simulation holds no case of it
    plant: Story
    look_alike: Story
