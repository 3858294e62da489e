from pathlib import Path

import pytest

from stream.kafka.broker import KafkaBroker
from stream.kafka.topics import admin

pytestmark = pytest.mark.integration


def test_a_killed_broker_comes_back_under_its_address_with_its_topics(tmp_path: Path) -> None:
    with KafkaBroker(tmp_path) as broker:
        address = broker.bootstrap
        with admin(address) as client:
            client.create_topics({"kept": {"num_partitions": 1}})
        broker.kill()
        broker.start()
        assert broker.bootstrap == address
        with admin(address) as client:
            assert client.list_topics() == ["kept"]
        left_behind = broker.pid
        heir = KafkaBroker(tmp_path)
        heir.start()  # as after a killed parent: the folder's locks are freed first
        assert heir.pid != left_behind
        heir.stop()
        assert heir.pid is None
