"""A worker for the tests: counts records by key and remembers the last offset it counted.

Run as `python counting_worker.py BROKER PREFIX DATADIR [SETTING=VALUE ...]`. A row is
`count,offset of claim-events,offset of inventory`; the offsets make a record count once however
often it is delivered. What it handled goes out on the alerts topic, one record for each record.
"""

import os
import sys
import time

import faust

from stream.kafka.batches import BatchWriter
from stream.kafka.chunks import ChunkApp, chunk_agent, chunked_app
from stream.kafka.consumer import Chunk
from stream.kafka.states import StateTable
from stream.kafka.topics import Topics


def counting_app(broker: str, prefix: str, datadir: str, settings: dict[str, str]) -> ChunkApp:
    topics = Topics(prefix)
    sources = (topics.claim_events, topics.inventory)
    app = chunked_app(
        topics.app_id,
        broker,
        sources,
        datadir=datadir,
        session_timeout=6.0,
        max_chunk=int(settings.get("max_chunk", "200")),
        standby_replicas=int(settings.get("standbys", "0")),
    )
    states = StateTable(app)
    writer = BatchWriter(app.batch_producer)

    @states.on_assigned
    def _assigned(partitions: frozenset[int]) -> None:
        rows = sum(1 for partition in partitions for _ in states.scan(partition))
        note(f"ASSIGNED {sorted(partitions)} rows={rows}")

    @states.on_revoked
    def _revoked(partitions: frozenset[int]) -> None:
        note(f"REVOKED {sorted(partitions)}")

    @chunk_agent(app, *sources)
    async def count(chunk: Chunk) -> None:
        keys = {record.key for record in chunk.records if record.key}
        rows = states.get_many(list(keys), chunk.partition)
        counts = {key: [int(n) for n in rows.get(key, b"0,-1,-1").split(b",")] for key in keys}
        source = sources.index(chunk.topic)
        for record in chunk.records:
            if record.value == settings.get("poison", "").encode():
                raise ValueError("poison")
            row = counts[record.key or b""]
            if record.offset > row[1 + source]:
                row[0] += 1
                row[1 + source] = record.offset
            writer.add(topics.alerts, chunk.partition, record.value, b"seen")
        await writer.flush()
        time.sleep(float(settings.get("pause", "0")))  # as a detector would, it holds the loop
        changed = {key: ",".join(map(str, row)).encode() for key, row in counts.items()}
        await states.put_many(changed, chunk.partition)
        note(f"CHUNK {source} {chunk.partition} {chunk.first_offset} {chunk.last_offset}")

    return app


def note(message: str) -> None:
    sys.stdout.write(f"{time.time():.3f} {message}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    broker, prefix, datadir, *options = sys.argv[1:]
    os.makedirs(datadir, exist_ok=True)
    app = counting_app(broker, prefix, datadir, dict(option.split("=") for option in options))
    faust.Worker(app, loglevel="INFO").execute_from_commandline()
