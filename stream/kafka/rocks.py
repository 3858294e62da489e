"""The local copy of a table: one RocksDB a partition, written in whole batches.

Values and the changelog offset they stand for are written in one atomic batch, so the copy is
always the state as of exactly that offset, also after a kill.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from faust.stores.base import Store
from faust.types import TP
from rocksdict import BlockBasedOptions, Cache, Options, Rdict, WriteBatch

# Keys of our own; no key of the caller may begin like this.
RESERVED = b"\x00fundguard\x00"
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

    def get_many(self, keys: Sequence[bytes], partition: int) -> list[bytes | None]:
        found: list[bytes | None] = self._database(partition).get(list(keys))
        return found

    def scan(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._database(partition).items():
            if not key.startswith(RESERVED):
                yield key, value

    def write(self, items: Mapping[bytes, bytes | None], partition: int, offset: int) -> None:
        """Apply the items (None deletes), and remember the changelog offset of the last one."""
        batch = WriteBatch(raw_mode=True)
        for key, value in items.items():
            _put(batch, key, value)
        batch.put(OFFSET, str(offset).encode())
        self._database(partition).write(batch)

    def persisted_offset(self, tp: TP) -> int:
        # never None, or Faust goes on from the position it remembers, past what was not applied
        stored = self._database(tp.partition).get(OFFSET)
        return NOTHING_APPLIED if stored is None else int(stored)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        self.write({}, tp.partition, offset)

    def apply_changelog_batch(self, batch: Iterable[Any], to_key: Any, to_value: Any) -> None:
        """Apply chunks of changelog records; those of an earlier assignment are void."""
        for event in batch:
            if event.message.generation_id != self.app.consumer_generation_id:
                continue
            chunk = event.message.value
            latest = {record.key: record.value for record in chunk.records}
            self.write(latest, chunk.partition, chunk.last_offset)
            self.touched.add(chunk.partition)

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

    async def backup_partition(self, *arguments: Any, **options: Any) -> None:
        raise NotImplementedError("The changelog topic is the backup.")

    def restore_backup(self, *arguments: Any, **options: Any) -> None:
        raise NotImplementedError("Delete the data folder: the changelog topic restores it.")

    def _database(self, partition: int) -> Rdict:
        if partition not in self._open:
            path = self._path(partition)
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[partition] = Rdict(str(path), self._options())
        return self._open[partition]

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


def _put(batch: WriteBatch, key: bytes, value: bytes | None) -> None:
    if value is None:
        batch.delete(key)
    else:
        batch.put(key, value)
