"""The local copy of a table: one RocksDB a partition, written in whole batches.

Values and the changelog offset they stand for are written in one atomic batch, so the copy is
always the state as of exactly that offset, also after a kill.
"""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from faust.stores.base import Store
from faust.types import TP
from rocksdict import BlockBasedOptions, Cache, Options, Rdict, WriteBatch

from stream.kafka.changelog import EPOCH, NO_EPOCH, RESERVED, Rows, epoch_of
from stream.kafka.consumer import Chunk

OFFSET = RESERVED + b"offset"

NOTHING_APPLIED = -1

CACHE_BYTES = 128 * 1024 * 1024  # all partitions of a worker together
WRITE_BUFFER_BYTES = 8 * 1024 * 1024


class PartitionStore(Store):  # type: ignore[misc]
    """What Faust asks of a table's storage, and reads and writes by key and partition."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._open: dict[int, Rdict] = {}
        self._cache = Cache(CACHE_BYTES)
        self.touched: set[int] = set()  # partitions that recovery changed
        self._spoilt: dict[int, set[bytes]] = {}

    def get_many(self, keys: Sequence[bytes], partition: int) -> list[bytes | None]:
        found: list[bytes | None] = self._mine(partition).get(list(keys))
        return found

    def scan(self, partition: int, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._mine(partition).items(from_key=since):
            if not key.startswith(RESERVED):
                yield key, value

    def write(self, rows: Rows, partition: int, offset: int) -> None:
        """Apply the rows (None deletes) and remember the changelog offset they reach."""
        batch = WriteBatch(raw_mode=True)
        for key, row in rows.items():
            if row is None:
                batch.delete(key)
            else:
                batch.put(key, row)
        batch.put(OFFSET, str(offset).encode())
        self._mine(partition).write(batch)

    def epoch(self, partition: int) -> int:
        """Return the epoch of the partition's last owner."""
        return int(self._mine(partition).get(EPOCH) or NO_EPOCH)

    def take_spoilt(self, partition: int) -> list[bytes]:
        """Return the keys whose last record in the changelog is not their row, once."""
        return sorted(self._spoilt.pop(partition, set()) - {EPOCH})

    def persisted_offset(self, tp: TP) -> int:
        # Faust asks first of all when it is assigned a partition. Never None, or it goes on from
        # the position it remembers, past what was not applied.
        if tp.partition not in self._open:
            self._open[tp.partition] = self._new_database(tp.partition)
        stored = self._open[tp.partition].get(OFFSET)
        return NOTHING_APPLIED if stored is None else int(stored)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        self.write({}, tp.partition, offset)

    def apply_changelog_batch(self, batch: Iterable[Any], to_key: Any, to_value: Any) -> None:
        """Apply chunks of changelog records; those of an earlier assignment are void.

        Faust may hold one back until the next rebalance, when newer rows are here already.
        """
        for event in batch:
            chunk: Chunk = event.message.value
            if event.message.generation_id != self.app.consumer_generation_id:
                continue
            if chunk.last_offset > (reached := self.persisted_offset(event.message.tp)):
                rows = self._valid_rows(chunk, reached)
                self.write(rows, chunk.partition, chunk.last_offset)
                self.touched.add(chunk.partition)

    def _valid_rows(self, chunk: Chunk, reached: int) -> dict[bytes, bytes | None]:
        """Return the last row of each key, passing over writers who no longer owned them."""
        epoch = self.epoch(chunk.partition)
        spoilt = self._spoilt.setdefault(chunk.partition, set())
        rows: dict[bytes, bytes | None] = {}
        for record in chunk.records:
            if record.offset <= reached or record.key is None:
                continue
            if (theirs := epoch_of(record)) < epoch:
                spoilt.add(record.key)
                continue
            epoch = theirs
            spoilt.discard(record.key)
            rows[record.key] = record.value
        return rows

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        for tp in revoked:
            if tp.topic in self.table.changelog_topic.topics:
                self._close(tp.partition)

    async def need_active_standby_for(self, tp: TP) -> bool:
        return True

    async def on_stop(self) -> None:
        for partition in list(self._open):
            self._close(partition)

    def reset_state(self) -> None:
        for partition in list(self._open):
            self._close(partition)
            shutil.rmtree(self._path(partition))
        self._spoilt.clear()

    async def backup_partition(self, *arguments: Any, **options: Any) -> None:
        raise NotImplementedError("The changelog topic is the backup.")

    def restore_backup(self, *arguments: Any, **options: Any) -> None:
        raise NotImplementedError("Delete the data folder: the changelog topic restores it.")

    def _mine(self, partition: int) -> Rdict:
        try:
            return self._open[partition]
        except KeyError:
            raise LookupError(f"Partition {partition} is not this worker's.") from None

    def _new_database(self, partition: int) -> Rdict:
        path = self._path(partition)
        path.parent.mkdir(parents=True, exist_ok=True)
        return Rdict(str(path), self._options())

    def _close(self, partition: int) -> None:
        if database := self._open.pop(partition, None):
            database.close()

    def _path(self, partition: int) -> Path:
        folder: Path = self.app.conf.tabledir
        return folder / f"{self.table_name}-{partition}.db"

    def _options(self) -> Options:
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_write_buffer_size(WRITE_BUFFER_BYTES)
        options.set_max_write_buffer_number(2)
        options.set_keep_log_file_num(2)
        tables = BlockBasedOptions()
        tables.set_block_cache(self._cache)
        tables.set_bloom_filter(10, block_based=False)
        options.set_block_based_table_factory(tables)
        return options
