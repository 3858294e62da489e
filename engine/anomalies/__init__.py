"""Models as part of the book: what they are shown, and what becomes of what they find odd.

Each model ends in a `Rule` like any other, one file a model; one that learns adds a `Learner`.
"""

from __future__ import annotations

from typing import Final

FAMILY: Final = "AN-"
"""What the ids of models begin with; they have tests of their own instead of worked examples."""
