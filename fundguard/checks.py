"""The checks of ``fundguard doctor``: each says how things stand and what to do about it."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from engine.book import DEFAULT_PSEUDONYM_KEY
from fundguard.knowledge.starter import VERSION as STARTER
from fundguard.knowledge.store import load_current
from fundguard.settings import Settings

Verdict = Literal["ok", "warning", "fault"]
LEAST_FREE_BYTES: Final = 2 * 1024**3


@dataclass(frozen=True)
class Checked:
    """What one check found; ``advice`` is empty when all is well."""

    subject: str
    verdict: Verdict
    found: str
    advice: str = ""


def checks(settings: Settings, port: int) -> Iterator[Checked]:
    """Every check, one after the other; none changes anything."""
    yield _data_dir(settings)
    yield _pseudonyms(settings)
    yield _knowledge(settings)
    yield _port(port)
    yield _database(settings)
    if settings.broker == "local":
        yield Checked("消息", "ok", "本机事件日志，无需 Kafka")
    else:
        yield _kafka(settings)


def _data_dir(settings: Settings) -> Checked:
    folder = settings.data_dir
    existing = next(part for part in (folder, *folder.absolute().parents) if part.exists())
    free = shutil.disk_usage(existing).free
    found = f"{folder}，可用 {free / 1024**3:.0f} GB"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Checked("数据目录", "fault", str(error), "请改 FUNDGUARD_DATA_DIR 或目录权限")
    if free < LEAST_FREE_BYTES:
        return Checked("数据目录", "warning", found, "请清理磁盘：写满时事件将无法入库")
    return Checked("数据目录", "ok", found)


def _pseudonyms(settings: Settings) -> Checked:
    if settings.pseudonym_secret == DEFAULT_PSEUDONYM_KEY:
        return Checked(
            "化名密钥",
            "warning",
            "正在使用公开的默认密钥",
            "正式使用前请设置 FUNDGUARD_PSEUDONYM_KEY_FILE，否则化名可被推算",
        )
    return Checked("化名密钥", "ok", "已设置")


def _knowledge(settings: Settings) -> Checked:
    knowledge = load_current(settings.data_dir)
    if knowledge.version == STARTER:
        found = f"只有 {len(knowledge.points)} 个起步知识点"
        return Checked("知识库", "warning", found, "fundguard knowledge import 清单文件……")
    return Checked("知识库", "ok", f"版本 {knowledge.version}，{len(knowledge.points)} 个知识点")


def _port(port: int) -> Checked:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return Checked("端口", "fault", f"{port} 已被占用", "请用 fundguard up --port 另选")
    return Checked("端口", "ok", f"{port} 可用")


def _database(settings: Settings) -> Checked:
    def look() -> str:
        engine = create_engine(settings.database_url)
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            return engine.dialect.name
        finally:
            engine.dispose()

    return _reached("数据库", look, SQLAlchemyError, "请检查 FUNDGUARD_DATABASE 与数据库服务")


def _kafka(settings: Settings) -> Checked:
    from kafka.errors import KafkaError

    from stream.kafka.topics import Topics, admin, partition_counts

    def look() -> str:
        with admin(settings.kafka_servers) as client:
            present = set(client.list_topics())
            wanted = Topics(settings.topic_prefix).co_partitioned
            if missing := [name for name in wanted if name not in present]:
                raise LookupError(f"缺少 {len(missing)} 个主题，如 {missing[0]}")
            counts = set(partition_counts(client, wanted).values())
        if len(counts) > 1:
            raise LookupError(f"分区数不一致: {sorted(counts)}")
        return f"{settings.kafka_servers}，{counts.pop()} 个分区"

    return _reached(
        "Kafka",
        look,
        (KafkaError, LookupError),
        "请检查 FUNDGUARD_BROKER，运行 fundguard topics ensure",
    )


def _reached(
    subject: str,
    look: Callable[[], str],
    failures: type[Exception] | tuple[type[Exception], ...],
    advice: str,
) -> Checked:
    try:
        return Checked(subject, "ok", look())
    except failures as error:
        first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
        return Checked(subject, "fault", first_line[:200], advice)
