"""``fundguard verify``: every event has one decision, and each is what it should be."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from fundguard.settings import settings_or_exit
from fundguard.verifying import LocalLedger, verify
from fundguard.working import book_of

app = typer.Typer()
SHOWN = 5


@app.command("verify")
def verify_command(
    json_: Annotated[bool, typer.Option("--json", help="机器可读。")] = False,
) -> None:
    """重新审核整个事件日志，核对每个事件恰有一个处理结果、提示逐字节一致。"""
    settings = settings_or_exit()
    if settings.broker != "local":
        raise SystemExit("目前核验本机事件日志；Kafka 请先用 fundguard lag 查看积压")
    found = verify(LocalLedger(settings.data_dir), book_of(settings))
    if json_:
        typer.echo(json.dumps({"sound": found.sound, **dataclasses.asdict(found)}))
    else:
        typer.echo(
            f"事件 {found.events} 个（死信 {found.dead_letters}），待处理 {found.waiting} 个"
        )
        for label, ids in (
            ("未处理", found.undecided),
            ("缺少的提示", found.missing),
            ("多出的提示", found.surplus),
            ("不一致的提示", found.different),
        ):
            if ids:
                typer.echo(f"✗ {label} {len(ids)} 条: {'、'.join(ids[:SHOWN])}", err=True)
        typer.echo("✓ 一致" if found.sound else "✗ 不一致")
    raise typer.Exit(0 if found.sound else 1)
