"""One real Apache Kafka for the whole run; every test works under a topic prefix of its own."""

import os
import uuid
from collections.abc import Iterator

import pytest

from stream.kafka.broker import KafkaBroker


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bootstrap address; FUNDGUARD_TEST_KAFKA names a broker that already runs."""
    if running := os.environ.get("FUNDGUARD_TEST_KAFKA"):
        yield running
        return
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker.bootstrap


@pytest.fixture
def fresh_prefix() -> str:
    return f"test-{uuid.uuid4().hex[:12]}"
