"""Settings of the HTTP shell, read once and handed down; every mistake is listed at start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

_PREFIX: Final = "FUNDGUARD_"
_SECRETS: Final = frozenset({"database", "session_secret"})


class SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that ``FUNDGUARD_<NAME>_FILE`` names.

    Container platforms mount secrets as files; an environment variable shows up in process lists.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:
        path = os.environ.get(f"{_PREFIX}{field_name.upper()}_FILE")
        if field_name not in _SECRETS or not path:
            return None, field_name, False
        return Path(path).read_text(encoding="utf-8").strip(), field_name, False

    def __call__(self) -> dict[str, object]:
        values = {name: self.get_field_value(FieldInfo(), name)[0] for name in _SECRETS}
        return {name: value for name, value in values.items() if value is not None}


class ApiSettings(BaseSettings):
    """What the HTTP shell needs to know; ``FUNDGUARD_`` before each name in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", frozen=True, extra="ignore"
    )

    database: str = Field(
        default="sqlite:///fundguard.db", description="sqlite:///path or postgresql://…"
    )
    session_secret: SecretStr | None = Field(
        default=None,
        description="signs page cursors; without one, cursors end with the process",
    )
    public_base_url: str = Field(
        default="http://127.0.0.1:8000", description="how people reach the console"
    )
    session_idle_minutes: int = Field(default=30, ge=1, le=1_440)
    session_hours: int = Field(default=12, ge=1, le=168)
    password_cost: int = Field(
        default=2**15, ge=2**10, le=2**20, description="scrypt's N, a power of two"
    )
    future_tolerance_seconds: int = Field(
        default=3_600, ge=0, description="how far ahead of our clock an event's time may be"
    )
    stream_poll_seconds: float = Field(default=0.5, gt=0, le=60)
    claim_batch_bytes: int = Field(default=16 * 1024 * 1024, ge=1_024)

    @field_validator("public_base_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @field_validator("password_cost")
    @classmethod
    def _is_a_power_of_two(cls, value: int) -> int:
        if value & (value - 1):
            raise ValueError("must be a power of two")
        return value

    @property
    def is_https(self) -> bool:
        return self.public_base_url.startswith("https://")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, SecretFiles(settings_cls), env_settings, dotenv_settings
