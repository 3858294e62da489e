"""Places an alert's window and its evidence on a line of time, for a small drawing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from api.console.formats import moment_in
from domain.alerts import Alert
from domain.moments import moment, to_datetime

_WIDTH: Final = 1000.0
_MARGIN: Final = 60.0
_LABEL: Final = 330.0  # width of a label; marks closer than that need different heights
_LANES: Final = 4
_LANE_HEIGHT: Final = 24


class Mark(NamedTuple):
    """One event: where it lies, its number in the evidence table, when and what it was."""

    x: float
    y: int
    number: int
    at: datetime
    summary: str


class Timeline(NamedTuple):
    since: datetime
    until: datetime
    window: tuple[float, float] | None
    marks: Sequence[Mark]
    axis: int


def timeline(alert: Alert) -> Timeline | None:
    """The drawing's numbers; None where there is less than a span of time to draw."""
    seen = [
        (number, at, one.summary)
        for number, one in enumerate(alert.evidence, start=1)
        if (at := moment_in(one.values)) is not None
    ]
    window = _window(alert)
    times = [at for _, at, _ in seen] + list(window or ())
    if len(set(times)) < 2:
        return None
    since, until = min(times), max(times)
    span = (until - since).total_seconds()

    def place(at: datetime) -> float:
        share = (at - since).total_seconds() / span
        return round(_MARGIN + share * (_WIDTH - 2 * _MARGIN), 1)

    ordered = sorted(seen, key=lambda one: (one[1], one[0]))
    lanes = _lanes([place(at) for _, at, _ in ordered])
    marks = [
        Mark(place(at), 22 + lane * _LANE_HEIGHT, number, at, summary)
        for lane, (number, at, summary) in zip(lanes, ordered, strict=True)
    ]
    drawn = None if window is None else (place(window[0]), place(window[1]))
    axis = 46 + max(lanes, default=0) * _LANE_HEIGHT
    return Timeline(since, until, drawn, marks, axis)


def _lanes(places: Sequence[float]) -> list[int]:
    """A height for each label, the lowest number that no neighbour's label reaches into."""
    taken = [float("-inf")] * _LANES
    lanes = []
    for number, x in enumerate(places):
        free = [lane for lane in range(_LANES) if x - taken[lane] >= _LABEL]
        lane = free[0] if free else number % _LANES
        taken[lane] = x
        lanes.append(lane)
    return lanes


def _window(alert: Alert) -> tuple[datetime, datetime] | None:
    if alert.window is None:
        return None
    return to_datetime(moment(alert.window.since)), to_datetime(moment(alert.window.until))
