"""Where the API reads alerts: the local worker's, or the alerts topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from api.intake import AlertRecord, AlertSource
from fundguard.settings import Settings
from stream.local.alerts import LocalAlerts

_LOCAL: Final = "local"


class LocalAlertSource:
    """The alerts of one data directory, as one partition."""

    def __init__(self, folder: Path) -> None:
        self._alerts = LocalAlerts(folder)

    def poll(self, position: Mapping[str, int]) -> Sequence[AlertRecord]:
        return [
            AlertRecord(_LOCAL, offset, id_, body)
            for offset, id_, body in self._alerts.after(position.get(_LOCAL, 0) - 1)
        ]

    def behind(self, position: Mapping[str, int]) -> int:
        return self._alerts.count_after(position.get(_LOCAL, 0) - 1)


class KafkaAlertSource:
    """The alerts topic, every partition of it."""

    def __init__(self, servers: str, prefix: str) -> None:
        from stream.kafka.alerts import KafkaAlerts

        self._alerts = KafkaAlerts(servers, prefix)

    def poll(self, position: Mapping[str, int]) -> Sequence[AlertRecord]:
        return [AlertRecord(*record) for record in self._alerts.after(position)]

    def behind(self, position: Mapping[str, int]) -> int:
        return self._alerts.count_after(position)


def alert_source(settings: Settings) -> AlertSource:
    """The source that the settings' broker has."""
    if settings.broker == "local":
        return LocalAlertSource(settings.data_dir)
    return KafkaAlertSource(settings.kafka_servers, settings.topic_prefix)
