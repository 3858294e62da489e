"""Point-in-time registers: every entry with the interval in which it held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.facts import Registered


class Registers:
    """Entries by (kind, id).

    Where intervals of one id overlap, the entry that began last holds; entries with the same
    beginning replace each other, the later arrival winning.
    """

    def __init__(self, entries: Iterable[Registered] = ()) -> None:
        self._entries: dict[tuple[str, str], list[Registered]] = {}
        for entry in entries:
            self.put(entry)

    def put(self, entry: Registered) -> None:
        known = self._entries.setdefault((entry.kind, entry.id), [])
        known[:] = [old for old in known if (old.at, old.ref) != (entry.at, entry.ref)]
        known.append(entry)
        known.sort(key=lambda held: (held.at, held.ref))

    def at(self, kind: str, id: str, moment: int) -> Registered | None:
        """The entry that held at the moment, the latest begun of several."""
        for entry in reversed(self._entries.get((kind, id), ())):
            if entry.at <= moment < entry.until:
                return entry
        return None

    def all_at(self, kind: str, id: str, moment: int) -> Sequence[Registered]:
        entries = self._entries.get((kind, id), ())
        return [entry for entry in entries if entry.at <= moment < entry.until]
