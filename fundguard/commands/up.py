"""``fundguard up``: everything on one machine, in one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fundguard.house import AlreadyRunning, beside, kept_running, sole_user_of
from fundguard.serving import serve
from fundguard.settings import Settings, settings_or_exit
from fundguard.simulate import simulate, write

app = typer.Typer()

DEMO_PERSONS = 3000
DEMO_DAYS = 45
DEMO_SEED = 7


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="控制台端口。")] = 8000,
    data: Annotated[
        Path | None, typer.Option(help="数据目录（默认 FUNDGUARD_DATA_DIR 或 ./data）。")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="回放一座模拟城市的医保数据。")] = False,
    kafka: Annotated[bool, typer.Option("--kafka", help="用真实的单节点 Kafka 与 Faust。")] = False,
) -> None:
    """在一台机器上启动全部服务：工作进程、接口、控制台；Ctrl-C 停止。"""
    settings = settings_or_exit()
    if data is not None:
        settings = settings.model_copy(update={"data_dir": data})
    try:
        with sole_user_of(settings.data_dir), ExitStack() as stack:
            if kafka:
                settings = stack.enter_context(_on_kafka(settings))
            _run(settings, port, stack, demo=demo)
    except AlreadyRunning as reason:
        raise SystemExit(str(reason)) from reason
    typer.echo("已停止；再次运行 fundguard up 会从停下处继续。")


def _run(settings: Settings, port: int, stack: ExitStack, *, demo: bool) -> None:
    environment = {
        "FUNDGUARD_DATA_DIR": str(settings.data_dir),
        "FUNDGUARD_BROKER": settings.broker,
        "FUNDGUARD_DATABASE": settings.database_url,
    }
    fresh = demo and not (settings.data_dir / "demo" / "truth.csv").exists()
    if fresh:
        typer.echo("正在生成模拟城市……")
        write(
            simulate(DEMO_PERSONS, DEMO_DAYS, DEMO_SEED, date(2026, 1, 1)),
            settings.data_dir / "demo",
        )
    stack.enter_context(kept_running(["worker"], environment))
    if fresh:
        events = str(settings.data_dir / "demo" / "events.jsonl.zst")
        stack.enter_context(beside(["replay", events], environment))
    serve(settings, port, typer.echo)


@contextmanager
def _on_kafka(settings: Settings) -> Iterator[Settings]:
    """The cluster's form on this machine: a real broker, its topics made first."""
    from stream.kafka.broker import KafkaBroker
    from stream.kafka.topics import ensure

    typer.echo("正在启动单节点 Kafka……")
    with KafkaBroker(settings.data_dir / "kafka") as broker:
        ensure(broker.bootstrap, settings.topic_prefix, settings.partitions)
        yield settings.model_copy(update={"broker": f"kafka://{broker.bootstrap}"})
