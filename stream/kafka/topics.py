"""The names of all topics, and their creation with equal partitions.

Workers find the state of an event by its partition number alone, so topics that meet in one state
must have equally many partitions. With unequal ones Faust stops silently; `ensure` says so instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

DEFAULT_PREFIX = "fundguard"
DEFAULT_PARTITIONS = 12

COMPACTED = {"cleanup.policy": "compact"}
# A register entry that a later one supersedes still holds for its own time: it stays for as long
# as a claim may be that is judged by it.
REGISTERS = COMPACTED | {"min.compaction.lag.ms": str(400 * 24 * 60 * 60 * 1000)}
# Recovery reads the whole changelog: small segments let compaction keep it near one record a key.
# The lag keeps a superseded record long enough for a late writer to be noticed (see states.py).
CHANGELOG = COMPACTED | {
    "segment.bytes": str(128 * 1024 * 1024),
    "min.compaction.lag.ms": str(60 * 60 * 1000),
    "max.message.bytes": str(4 * 1024 * 1024),
}
# A record of the largest size a topic takes must still fit with the dead letter's headers added.
DEAD_LETTERS = {"max.message.bytes": str(2 * 1024 * 1024)}


class UnequalPartitions(RuntimeError):
    """Topics that share one state have different numbers of partitions; the message says which."""


@dataclass(frozen=True)
class Topics:
    """Every topic of one installation.

    >>> Topics().claim_events, Topics("city").changelog
    ('fundguard.claim-events.v1', 'city-worker-states-changelog')
    """

    prefix: str = DEFAULT_PREFIX

    @property
    def claim_events(self) -> str:
        return f"{self.prefix}.claim-events.v1"

    @property
    def inventory(self) -> str:
        return f"{self.prefix}.inventory.v1"

    @property
    def reference(self) -> str:
        return f"{self.prefix}.reference.v1"

    @property
    def alerts(self) -> str:
        return f"{self.prefix}.alerts.v1"

    @property
    def feedback(self) -> str:
        return f"{self.prefix}.feedback.v1"

    @property
    def projections(self) -> str:
        """Slim events re-keyed for the other subjects; internal."""
        return f"{self.prefix}.projections.v1"

    @property
    def clock(self) -> str:
        """How far event time has come; internal, one partition."""
        return f"{self.prefix}.clock.v1"

    @property
    def app_id(self) -> str:
        """The workers' Faust app, and so their consumer group."""
        return f"{self.prefix}-worker"

    @property
    def changelog(self) -> str:
        """Named by Faust: app, table, `changelog`."""
        return f"{self.app_id}-states-changelog"

    @property
    def co_partitioned(self) -> tuple[str, ...]:
        """The topics whose records meet in the states table, and its changelog."""
        inputs = (self.claim_events, self.inventory, self.reference, self.feedback)
        return (*inputs, self.projections, self.changelog)

    @property
    def dead_letters(self) -> tuple[str, ...]:
        carried = (self.claim_events, self.inventory, self.reference, self.feedback)
        return tuple(dead_letter_topic(name) for name in (*carried, self.projections, self.alerts))


def dead_letter_topic(topic: str) -> str:
    return f"{topic}.dlq"


def addresses(broker: str) -> list[str]:
    """Split a broker setting into addresses; the `kafka://` of a URL may be there or not.

    >>> addresses("kafka://one:9092,two:9092")
    ['one:9092', 'two:9092']
    """
    return broker.removeprefix("kafka://").split(",")


def ensure(
    broker: str, prefix: str = DEFAULT_PREFIX, partitions: int = DEFAULT_PARTITIONS
) -> list[str]:
    """Create the topics that are missing and return their names.

    Raises
    ------
    UnequalPartitions
        when topics that must have equally many partitions do not, whoever made them.
    """
    wanted = _wanted(Topics(prefix), partitions)
    with admin(broker) as client:
        present = set(client.list_topics())
        missing = {name: spec for name, spec in wanted.items() if name not in present}
        if missing:
            _create(client, missing)
        _check_equal(client, Topics(prefix), partitions)
    return list(missing)


@contextmanager
def admin(broker: str) -> Iterator[Any]:
    client = KafkaAdminClient(bootstrap_servers=addresses(broker))
    try:
        yield client
    finally:
        client.close()


def partition_counts(client: Any, topics: Sequence[str]) -> dict[str, int]:
    """Return the number of partitions of each topic; 0 for one that does not exist."""
    described = client.describe_topics(list(topics))
    return {topic["name"]: len(topic["partitions"]) for topic in described}


def _wanted(topics: Topics, partitions: int) -> dict[str, dict[str, Any]]:
    specs = {name: _spec(partitions, {}) for name in topics.co_partitioned}
    specs[topics.reference] = _spec(partitions, REGISTERS)
    specs[topics.changelog] = _spec(partitions, CHANGELOG)
    specs[topics.alerts] = _spec(partitions, COMPACTED)
    specs[topics.clock] = _spec(1, COMPACTED)
    return specs | {name: _spec(1, DEAD_LETTERS) for name in topics.dead_letters}


def _spec(partitions: int, configs: Mapping[str, str]) -> dict[str, Any]:
    return {"num_partitions": partitions, "configs": dict(configs)}


def _create(client: Any, specs: Mapping[str, Mapping[str, Any]]) -> None:
    try:
        client.create_topics(specs)
    except TopicAlreadyExistsError:  # another worker started at the same moment
        present = set(client.list_topics())
        if rest := {name: spec for name, spec in specs.items() if name not in present}:
            _create(client, rest)
    client.wait_for_topics(list(specs))


def _check_equal(client: Any, topics: Topics, partitions: int) -> None:
    counts = partition_counts(client, topics.co_partitioned)
    if len(set(counts.values())) == 1:
        return
    found = ", ".join(f"{name} has {count}" for name, count in sorted(counts.items()))
    raise UnequalPartitions(
        f"These topics must have equally many partitions: {found}. Stop the workers, delete the"
        f" odd ones and run `fundguard topics ensure` to make them anew with {partitions}, or set"
        " another FUNDGUARD_TOPIC_PREFIX to start beside them."
    )
