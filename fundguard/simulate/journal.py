"""The journal keeps what happened until its day is due, as CloudEvents of the contract."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from fundguard.simulate.serials import scatter

Fields = dict[str, object]
Event = dict[str, object]


class Journal:
    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._recorded = 0
        self._days: defaultdict[date, list[tuple[datetime, int, Event]]] = defaultdict(list)

    def record(self, name: str, moment: datetime, place: str, data: Fields) -> str:
        """Note one event and return its id; `place` names the system that sends it."""
        self._recorded += 1
        event_id = f"s{self._seed}-{scatter(self._recorded)}"
        event: Event = {
            "specversion": "1.0",
            "id": event_id,
            "source": f"/simulate/{self._seed}/{place}",
            "type": f"cn.fundguard.{name}.v1",
            "time": moment.isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
        self._days[moment.date()].append((moment, self._recorded, event))
        return event_id

    def on(self, day: date) -> Iterator[Event]:
        """Hand out what is recorded for a day so far, in the order it was recorded."""
        return (event for _, _, event in self._days[day])

    def close(self, day: date) -> list[Event]:
        """Give up a day's events in order of time; equal times keep the order of recording."""
        due = sorted(self._days.pop(day, []), key=lambda entry: entry[:2])
        return [event for _, _, event in due]

    def days(self) -> list[date]:
        return sorted(self._days)
