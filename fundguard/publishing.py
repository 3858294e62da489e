"""Where events are published: the local log, or Kafka, as the settings say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fundguard.replaying import Publisher
from fundguard.settings import Settings
from stream.local.log import EventLog


@contextmanager
def publisher(settings: Settings) -> Iterator[Publisher]:
    """A publisher to the configured broker; closed, with everything delivered, at the end."""
    if settings.broker == "local":
        log = EventLog(settings.data_dir)
        try:
            yield log
        finally:
            log.close()
    else:
        from stream.kafka.publisher import KafkaPublisher

        with KafkaPublisher(settings.kafka_servers, settings.topic_prefix) as kafka:
            yield kafka
