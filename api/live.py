"""Follows the store's changes for the console's live pages: one reader, many listeners.

Whatever process wrote a change, every process sees it here, in commit order. Nobody listening,
nothing is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from api.store import changes
from api.store.changes import Seen
from api.store.database import Store

_MOST: Final = 200  # of one round; a listener told of more reads its page anew instead
_WAITING: Final = 50  # rounds a listener may lie behind before it is told to read anew


class Live:
    """``None`` in place of changes tells a listener that it missed some: read everything anew."""

    def __init__(self, store: Store, poll_seconds: float) -> None:
        self._store = store
        self._poll = poll_seconds
        self._listeners: set[asyncio.Queue[Sequence[Seen] | None]] = set()
        self._closing = asyncio.Event()
        self._seq: int | None = None

    async def run(self) -> None:
        """Read changes until `close`; a database that is away is asked again later."""
        while not self._closing.is_set():
            if self._listeners:
                with suppress(SQLAlchemyError):
                    await self._round()
            else:
                self._seq = None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._poll)

    def close(self) -> None:
        """End all streams: a server that shuts down must not wait for open pages."""
        self._closing.set()
        for queue in self._listeners:
            _put(queue, [])

    @property
    def is_closing(self) -> bool:
        return self._closing.is_set()

    async def after(self, seq: int) -> Sequence[Seen] | None:
        """What a page that has seen everything up to ``seq`` missed; None if it is too much."""
        missed = await to_thread.run_sync(self._read, seq)
        known = not missed or missed[0].seq == seq + 1
        return missed if known and len(missed) <= _MOST else None

    async def latest(self) -> int:
        return await to_thread.run_sync(self._latest)

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[Sequence[Seen] | None]]:
        """Changes from now on; some may come that the listener has seen already."""
        queue: asyncio.Queue[Sequence[Seen] | None] = asyncio.Queue(_WAITING)
        self._listeners.add(queue)
        try:
            if self._seq is None:
                await self._begin()
            yield queue
        finally:
            self._listeners.discard(queue)

    async def _round(self) -> None:
        if self._seq is None:
            await self._begin()
            return
        found = await to_thread.run_sync(self._read, self._seq)
        if not found:
            return
        self._seq = found[-1].seq
        for queue in self._listeners:
            _put(queue, found if len(found) <= _MOST else None)

    async def _begin(self) -> None:
        latest = await self.latest()
        if self._seq is None:
            self._seq = latest

    def _read(self, seq: int) -> list[Seen]:
        with self._store.read() as session:
            return changes.after(session, seq, _MOST + 1)

    def _latest(self) -> int:
        with self._store.read() as session:
            return changes.latest(session)


def _put(queue: asyncio.Queue[Sequence[Seen] | None], found: Sequence[Seen] | None) -> None:
    if queue.full():  # a page that does not read: let go of what it missed
        while not queue.empty():
            queue.get_nowait()
        found = None
    queue.put_nowait(found)
