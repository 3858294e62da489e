import asyncio

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from stream.kafka.batches import MAX_BATCH_BYTES, DeliveryFailed, batch_writer
from stream.kafka.lag import lag
from stream.kafka.topics import Topics, UnequalPartitions, admin, ensure, partition_counts

pytestmark = pytest.mark.integration


def test_makes_what_is_missing_and_nothing_twice(kafka: str, fresh_prefix: str) -> None:
    topics = Topics(fresh_prefix)
    made = ensure(f"kafka://{kafka}", fresh_prefix, partitions=3)
    assert {*topics.co_partitioned, *topics.dead_letters, topics.alerts, topics.clock} == set(made)
    assert ensure(kafka, fresh_prefix, partitions=3) == []
    with admin(kafka) as client:
        counts = partition_counts(client, [*topics.co_partitioned, topics.clock])
    assert counts == dict.fromkeys(topics.co_partitioned, 3) | {topics.clock: 1}


def test_the_changelog_and_the_registers_are_compacted(kafka: str, fresh_prefix: str) -> None:
    ensure(kafka, fresh_prefix, partitions=1)
    topics = Topics(fresh_prefix)
    for topic in (topics.changelog, topics.reference, topics.alerts, topics.clock):
        assert _cleanup_policy(kafka, topic) == "compact"
    assert _cleanup_policy(kafka, topics.claim_events) == "delete"


def test_refuses_unequal_partitions_and_says_what_to_do(kafka: str, fresh_prefix: str) -> None:
    topics = Topics(fresh_prefix)
    with admin(kafka) as client:
        client.create_topics({topics.inventory: {"num_partitions": 5}})
    with pytest.raises(UnequalPartitions, match=f"{topics.inventory} has 5.*topics ensure"):
        ensure(kafka, fresh_prefix, partitions=3)


def test_lag_counts_what_a_group_has_not_committed(kafka: str, fresh_prefix: str) -> None:
    ensure(kafka, fresh_prefix, partitions=2)
    topic = Topics(fresh_prefix).feedback
    asyncio.run(_write(kafka, topic, [b"one", b"two", b"three"]))
    empty, full = lag(kafka, f"{fresh_prefix}-group", [topic])
    assert (empty.partition, empty.committed, empty.lag) == (0, None, 0)
    assert (full.partition, full.committed, full.end, full.lag) == (1, None, 3, 3)


def test_a_full_batch_is_split_and_the_last_offset_returned(kafka: str, fresh_prefix: str) -> None:
    ensure(kafka, fresh_prefix, partitions=2)
    topic = Topics(fresh_prefix).feedback
    large = [b"x" * (MAX_BATCH_BYTES // 3)] * 7
    assert asyncio.run(_write(kafka, topic, large)) == {(topic, 1): 6}
    assert asyncio.run(_write(kafka, topic, [b"y"])) == {(topic, 1): 7}


def test_a_record_the_broker_refuses_is_a_failed_delivery(kafka: str, fresh_prefix: str) -> None:
    ensure(kafka, fresh_prefix, partitions=2)
    topic = Topics(fresh_prefix).feedback
    with pytest.raises(DeliveryFailed, match=topic):
        asyncio.run(_write(kafka, topic, [b"small", b"x" * 2 * MAX_BATCH_BYTES]))


async def _write(broker: str, topic: str, values: list[bytes]) -> dict[tuple[str, int], int]:
    async with batch_writer(broker) as writer:
        for value in values:
            writer.add(topic, 1, b"key", value, [("header", b"kept")])
        return await writer.flush()


def _cleanup_policy(broker: str, topic: str) -> str:
    wanted = ConfigResource(ConfigResourceType.TOPIC, topic)
    with admin(broker) as client:
        configs = client.describe_configs([wanted], config_filter="all")["topic"][topic]
    policy: str = configs["cleanup.policy"]["value"]
    return policy
