"""Settings: environment variables ``FUNDGUARD_*`` and ``.env``, read once, handed down."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.book import DEFAULT_PSEUDONYM_KEY


class Settings(BaseSettings):
    """What the command line and both shells are told from outside.

    A secret may be given in a file instead, by the same name with ``_FILE``.
    """

    model_config = SettingsConfigDict(
        env_prefix="FUNDGUARD_", env_file=".env", frozen=True, extra="ignore"
    )

    broker: str = Field("local", description="local, or kafka://host:port,host:port")
    database: str = Field("", description="sqlite:///… or postgresql+psycopg://…")
    data_dir: Path = Path("data")
    topic_prefix: str = Field("fundguard", pattern=r"^[a-zA-Z0-9._-]{1,100}$")
    partitions: int = Field(12, ge=1, le=1000)
    pseudonym_key: str = Field("", description="key of the pseudonyms, up to 64 bytes")
    pseudonym_key_file: Path | None = None
    bad_share: float = Field(0.2, gt=0, le=1, description="share of bad events that stops a worker")
    bad_run: int = Field(1000, ge=1, description="bad events in a row that stop a worker")
    chunk_events: int = Field(2000, ge=1, le=100_000)
    states_in_memory: int = Field(200_000, ge=100, description="decoded states kept in memory")
    log_days: int = Field(
        400, ge=0, description="days of event time that the local log keeps events; 0: all"
    )
    metrics_port: int = Field(0, ge=0, le=65535, description="0: no metrics server")

    @field_validator("broker")
    @classmethod
    def _known_broker(cls, broker: str) -> str:
        if broker != "local" and not broker.startswith("kafka://"):
            raise ValueError("须为 local 或 kafka://host:port")
        return broker

    @model_validator(mode="after")
    def _key_fits(self) -> Self:
        if len(self.pseudonym_key.encode()) > 64:
            raise ValueError("pseudonym_key 超过 64 字节")
        return self

    @property
    def kafka_servers(self) -> str:
        """``host:port,host:port`` of the Kafka brokers."""
        return self.broker.removeprefix("kafka://")

    @property
    def database_url(self) -> str:
        """The store's address; an SQLite file in the data directory unless set."""
        return self.database or f"sqlite:///{self.data_dir / 'store.sqlite'}"

    @property
    def pseudonym_secret(self) -> bytes:
        """The pseudonyms' key; `doctor` warns while it is the published default."""
        if self.pseudonym_key_file is not None:
            return self.pseudonym_key_file.read_bytes().strip()[:64]
        return self.pseudonym_key.encode() or DEFAULT_PSEUDONYM_KEY


def settings_or_exit() -> Settings:
    """The settings, or an exit that lists every mistake in them."""
    try:
        return Settings.model_validate({})
    except ValidationError as error:
        listed = "\n".join(
            f"  FUNDGUARD_{'_'.join(map(str, mistake['loc'])).upper()}: {mistake['msg']}"
            for mistake in error.errors()
        )
        raise SystemExit(f"设置有误:\n{listed}") from error
