"""Exact sliding windows over things sorted by time: one pass, each item enters and leaves once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def sliding(items: Sequence[T], width: int, at: Callable[[T], int]) -> Iterator[tuple[int, int]]:
    """For each item the window that ends with it, as a slice [first, last + 1).

    The window holds the items with ``at(last) - width <= at <= at(last)``; both ends count, so
    two events exactly ``width`` seconds apart share a window. Amortised O(1) an item.

    >>> list(sliding([0, 10, 25, 26], 15, lambda second: second))
    [(0, 1), (0, 2), (1, 3), (2, 4)]
    """
    first = 0
    for last, item in enumerate(items):
        edge = at(item) - width
        while at(items[first]) < edge:
            first += 1
        yield first, last + 1


def densest(items: Sequence[T], width: int, at: Callable[[T], int]) -> Sequence[T]:
    """The earliest window of that width that holds the most items.

    >>> densest([0, 10, 25, 26, 60], 15, lambda second: second)
    [0, 10]
    """
    best = (0, 0)
    for first, end in sliding(items, width, at):
        if end - first > best[1] - best[0]:
            best = (first, end)
    return items[best[0] : best[1]]


def runs(items: Sequence[T], gap: int, at: Callable[[T], int]) -> Iterator[Sequence[T]]:
    """Split into runs: consecutive items at most ``gap`` seconds apart.

    >>> list(runs([0, 10, 60, 70], 45, lambda second: second))
    [[0, 10], [60, 70]]
    """
    start = 0
    for index in range(1, len(items) + 1):
        if index == len(items) or at(items[index]) - at(items[index - 1]) > gap:
            if index > start:
                yield items[start:index]
            start = index
