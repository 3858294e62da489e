"""The states table: read by key, changed a chunk at a time, restored from its changelog topic.

A change is first stored in the changelog topic and then on the local disk. A worker that ends in
between finds the rest in the changelog; one that lost its disk finds all of it there.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import faust
from faust.types import TP

from stream.kafka.batches import BatchWriter
from stream.kafka.changelog import Changelog, Rows
from stream.kafka.chunks import ChunkApp, ChunkSchema
from stream.kafka.rocks import PartitionStore

PartitionsHook = Callable[[frozenset[int]], None]

# Faust counts events, and an event is a chunk here. 1 would mean something else to it.
RECOVERY_BUFFER_CHUNKS = 2


class StateTable:
    """Bytes by key, in partitions that follow those of the app's source topics.

    Use it from a chunk handler and with that chunk's partition: this worker is then its only
    writer. Make it before the app starts, and its changelog topic before that (`topics.ensure`).
    """

    def __init__(self, app: ChunkApp, name: str = "states") -> None:
        self._app = app
        self._table = _Table(app, name=name, recovered=self._recovered, revoked=self._revoked)
        app.tables.add(self._table)
        app.chunk_topics.add(self.changelog_topic)
        self._changelog = Changelog(
            self.changelog_topic,
            BatchWriter(app.batch_producer),
            app.new_reader,
            lambda keys, partition: self._store.get_many(keys, partition),
        )
        self._partitions: frozenset[int] = frozenset()
        self._on_assigned: list[PartitionsHook] = []
        self._on_revoked: list[PartitionsHook] = []

    @property
    def changelog_topic(self) -> str:
        name: str = self._table.changelog_topic_name
        return name

    @property
    def partitions(self) -> frozenset[int]:
        """The partitions that are this worker's and fully restored."""
        return self._partitions

    def on_assigned(self, hook: PartitionsHook) -> PartitionsHook:
        """Call `hook` with partitions whose rows may not be those last seen here.

        It runs when they are restored and before their first chunk: the place to `scan` them.
        """
        self._on_assigned.append(hook)
        return hook

    def on_revoked(self, hook: PartitionsHook) -> PartitionsHook:
        """Call `hook` with partitions that went to another worker."""
        self._on_revoked.append(hook)
        return hook

    def get(self, key: bytes, partition: int) -> bytes | None:
        return self._store.get_many([key], partition)[0]

    def get_many(self, keys: Sequence[bytes], partition: int) -> dict[bytes, bytes]:
        """Return the rows that exist."""
        rows = zip(keys, self._store.get_many(keys, partition), strict=True)
        return {key: row for key, row in rows if row is not None}

    def scan(self, partition: int, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Return the rows of the partition in key order from this key on, as of now."""
        return self._store.scan(partition, since)

    async def put_many(self, rows: Rows, partition: int) -> None:
        """Store rows, None deleting one; all are on the changelog before any is visible here.

        Raises
        ------
        DeliveryFailed
            when the changelog did not take them; nothing was changed here.
        """
        if rows:
            self._store.write(rows, partition, await self._changelog.append(rows, partition))

    @property
    def _store(self) -> PartitionStore:
        store: PartitionStore = self._table.data
        return store

    async def _recovered(self, active: frozenset[int]) -> None:
        generation = self._app.consumer_generation_id
        changed = (active - self._partitions) | (active & self._store.touched)
        for partition in sorted(changed):
            await self._claim(partition)
            if generation != self._app.consumer_generation_id:
                return  # a rebalance came in between and will bring us here again
        self._store.touched.clear()
        self._partitions = active
        if changed:
            for hook in self._on_assigned:
                hook(changed)

    async def _claim(self, partition: int) -> None:
        highwaters = self._app.tables.recovery.active_highwaters
        rows, last = await self._changelog.claim(
            partition,
            after_epoch=self._store.epoch(partition),
            next_offset=highwaters[TP(self.changelog_topic, partition)] + 1,
            rewrite=self._store.take_spoilt(partition),
        )
        self._store.write(rows, partition, last)

    def _revoked(self, revoked: frozenset[int]) -> None:
        gone = self._partitions & revoked
        self._partitions -= gone
        if gone:
            for hook in self._on_revoked:
                hook(gone)


class _Table(faust.Table):  # type: ignore[misc]
    """Faust's side of a StateTable: the changelog, its recovery and rebalancing."""

    def __init__(
        self,
        app: ChunkApp,
        *,
        name: str,
        recovered: Callable[[frozenset[int]], Awaitable[None]],
        revoked: PartitionsHook,
    ) -> None:
        super().__init__(
            app,
            name=name,
            schema=ChunkSchema(),
            key_type=bytes,
            value_type=bytes,
            recovery_buffer_size=RECOVERY_BUFFER_CHUNKS,
            beacon=app.tables.beacon,
        )
        self._recovered = recovered
        self._revoked = revoked

    async def on_start(self) -> None:
        # without Faust's declaration of the topic: `topics.ensure` made it, with our settings
        await self.add_runtime_dependency(self.data)

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        mine = {tp.partition for tp in revoked if tp.topic == self.changelog_topic_name}
        self._revoked(frozenset(mine))
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        try:
            await self._recovered(frozenset(tp.partition for tp in active_tps))
        except Exception as error:  # noqa: BLE001 - a hook is code of others, and Faust drops it
            await self.app.crash(error)

    def _new_store(self) -> PartitionStore:
        return PartitionStore("rocksdb://", self.app, self, table_name=self.name, loop=self.loop)

    def _new_changelog_topic(self, **options: Any) -> Any:
        return self.app.topic(
            self._changelog_topic_name(),
            schema=self.schema,
            acks=False,
            allow_empty=True,
        )
