"""Everything a request may need, put together once in `api.app` and handed down from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.cursors import Cursors
from api.events import EventSink
from api.live import Live
from api.loops import Loop
from api.metrics import Metrics
from api.settings import ApiSettings
from api.store.database import Store


@dataclass(frozen=True)
class Shell:
    settings: ApiSettings
    store: Store
    cursors: Cursors
    metrics: Metrics
    live: Live
    event_sink: EventSink | None
    loops: Mapping[str, Loop]

    def wake(self, *names: str) -> None:
        """Have these loops look at once: this request left them something to do."""
        for name in names:
            if name in self.loops:
                self.loops[name].wake()


def shell_of(request: Request) -> Shell:
    found = request.app.state.shell
    assert isinstance(found, Shell)
    return found


TheShell = Annotated[Shell, Depends(shell_of)]
