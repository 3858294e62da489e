"""A Faust app whose agents handle a chunk of records at a time, each chunk at least once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth, server_list
from faust.types import StreamT
from mode.supervisors import CrashingSupervisor

from stream.kafka.batches import MAX_BATCH_BYTES
from stream.kafka.consumer import Chunk, ChunkTransport
from stream.kafka.topics import addresses

MAX_CHUNK = 2000  # records; larger ones gain nothing and make a rebalance wait
BUFFERED_CHUNKS = 6  # an agent's queue: about 12,000 records read ahead
SESSION_SECONDS = 10.0  # a dead worker's partitions move after this time

Handler = Callable[[Chunk], Awaitable[None]]


class ChunkSchema(faust.Schema):  # type: ignore[misc]
    """Leaves keys and values as they came: decoding is the handler's work."""

    def loads_key(self, app: Any, message: Any, **options: Any) -> Any:
        return message.key

    def loads_value(self, app: Any, message: Any, **options: Any) -> Any:
        return message.value


class ChunkApp(faust.App):  # type: ignore[misc]
    """A Faust app on the chunk transport; make it with `chunked_app`.

    `work` is held while a handler runs and while partitions move. Whatever else changes a table,
    such as a timer, holds it too (`async with app.work:`) and looks inside what it still owns.
    """

    def __init__(
        self, app_id: str, *, chunk_topics: Iterable[str], max_chunk: int, **settings: Any
    ) -> None:
        self.chunk_topics = set(chunk_topics)
        self.max_chunk = max_chunk
        self.work = asyncio.Lock()
        super().__init__(app_id, **settings)

    def batch_producer(self) -> AIOKafkaProducer:
        """Return the running worker's producer, for a `BatchWriter`."""
        return self.producer.client()

    def new_reader(self) -> AIOKafkaConsumer:
        """Return a consumer outside the group, not yet started, for a look at some records."""
        return AIOKafkaConsumer(
            bootstrap_servers=server_list(self.transport.url, self.transport.default_port),
            enable_auto_commit=False,
            **credentials_to_aiokafka_auth(self.conf.broker_credentials, self.conf.ssl_context),
        )

    def _new_transport(self) -> ChunkTransport:
        return ChunkTransport(self.conf.broker_consumer, self)


def chunked_app(
    app_id: str,
    broker: str,
    chunk_topics: Iterable[str],
    *,
    datadir: str,
    session_timeout: float = SESSION_SECONDS,
    max_chunk: int = MAX_CHUNK,
    standby_replicas: int = 0,
    **settings: Any,
) -> ChunkApp:
    """Make the app; `settings` are Faust's own and win over what is set here.

    `datadir` holds the tables of one worker: two workers never share one.
    """
    chosen = {
        "broker": [f"kafka://{address}" for address in addresses(broker)],
        "datadir": datadir,
        "broker_session_timeout": session_timeout,
        "broker_heartbeat_interval": session_timeout / 5,
        "broker_commit_interval": 1.0,
        "stream_buffer_maxsize": BUFFERED_CHUNKS,
        "stream_recovery_delay": 0.0,
        "table_standby_replicas": standby_replicas,
        "producer_max_batch_size": MAX_BATCH_BYTES,
        "producer_max_request_size": 4 * MAX_BATCH_BYTES,
        "producer_request_timeout": 60.0,
        "topic_disable_leader": True,
        "web_enabled": False,
    }
    return ChunkApp(app_id, chunk_topics=chunk_topics, max_chunk=max_chunk, **chosen | settings)


def chunk_agent(app: ChunkApp, *topics: str) -> Callable[[Handler], Handler]:
    """Let the decorated coroutine handle the chunks of `topics`, one after the other.

    A chunk counts as done when the handler returns. When it raises, the worker ends and the chunk
    is read again by whoever gets the partition: nothing is skipped.
    """
    if strangers := set(topics) - app.chunk_topics:
        raise ValueError(f"Not among the app's chunk topics: {', '.join(sorted(strangers))}")
    source = app.topic(*topics, schema=ChunkSchema())

    def declare(handle: Handler) -> Handler:
        async def agent(stream: StreamT[Chunk]) -> None:
            async for event in stream.noack().events():
                await _handle(app, handle, event)

        options = {"concurrency": 1, "supervisor_strategy": CrashingSupervisor}
        app.agent(source, name=handle.__qualname__, **options)(agent)
        return handle

    return declare


async def _handle(app: ChunkApp, handle: Handler, event: Any) -> None:
    try:
        async with app.work:
            await handle(event.value)
    except Exception:
        app.consumer.unacked.discard(event.message)  # else the shutdown waits for its ack
        raise
    event.message.handled = True
    event.ack()
