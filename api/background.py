"""The work beside the requests: intake, outbox, ranking, and clearing away what is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from api import idempotency
from api.intake import AlertSource, Intake
from api.loops import Loop
from api.outbox import Outbox, Publisher
from api.ranking import Ranking
from api.security import sessions, throttle
from api.settings import ApiSettings
from api.store import changes
from api.store.database import Store
from api.store.leases import Leased

_LONGEST_GOODBYE: Final = 10.0  # seconds to finish a running step


class Background:
    """All loops of one process. Each job is done by one process at a time."""

    def __init__(
        self,
        store: Store,
        settings: ApiSettings,
        source: AlertSource | None,
        publisher: Publisher | None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._leases: list[Leased] = []
        self._loops: dict[str, Loop] = {}
        self.intake = None if source is None else Intake(store, source)
        if self.intake is not None:
            self._add("intake", Leased(store, "intake", self.intake.step), 0.2)
        if publisher is not None:
            self._add("outbox", Leased(store, "outbox", Outbox(store, publisher).step), 2.0)
        self._add("ranking", Leased(store, "ranking", Ranking(store).step), 2.0)
        self._add("clearing", Leased(store, "clearing", self._clear), 300.0)

    @property
    def loops(self) -> Mapping[str, Loop]:
        return self._loops

    def start(self) -> None:
        for loop in self._loops.values():
            loop.start()

    def stop(self) -> None:
        """Let running steps finish; then others may have our jobs."""
        for loop in self._loops.values():
            loop.stop()
        for loop in self._loops.values():
            loop.join(_LONGEST_GOODBYE)
        for lease in self._leases:
            lease.release()

    def _add(self, name: str, leased: Leased, idle_seconds: float) -> None:
        self._leases.append(leased)
        self._loops[name] = Loop(name, leased, idle_seconds)

    def _clear(self) -> bool:
        with self._store.write() as session:
            changes.forget_old(session)
            idempotency.forget_old(session)
            throttle.forget_old(session)
            sessions.forget_old(session, self._settings)
        return False
