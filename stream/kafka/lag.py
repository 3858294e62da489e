"""How far a consumer group is behind, from the broker's own figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import CoordinatorNotAvailableError

from stream.kafka.topics import admin, partition_counts


@dataclass(frozen=True)
class PartitionLag:
    topic: str
    partition: int
    committed: int | None  # the next offset to read; None before the first commit
    end: int
    lag: int  # records still to read, those that compaction removed included


def lag(broker: str, group: str, topics: Sequence[str]) -> list[PartitionLag]:
    """Return the lag of `group` in every partition of `topics`, in order.

    A group that never committed is behind by all that the partition still holds.
    """
    with admin(broker) as client:
        places = [
            TopicPartition(topic, partition)
            for topic, count in sorted(partition_counts(client, topics).items())
            for partition in range(count)
        ]
        commits = _commits(client, group, places)
        starts = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.EARLIEST))
        ends = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
    found = []
    for place in places:
        committed = commits[place].offset if place in commits else -1
        position = committed if committed >= 0 else starts[place].offset
        found.append(
            PartitionLag(
                topic=place.topic,
                partition=place.partition,
                committed=committed if committed >= 0 else None,
                end=ends[place].offset,
                lag=ends[place].offset - position,
            )
        )
    return found


def _commits(client: Any, group: str, places: list[TopicPartition]) -> dict[TopicPartition, Any]:
    """The group's commits; none while the broker has no coordinator for a group it never saw."""
    try:
        commits: dict[TopicPartition, Any] = client.list_group_offsets({group: places})[group]
    except CoordinatorNotAvailableError:
        return {}
    return commits
