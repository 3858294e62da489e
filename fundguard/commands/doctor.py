"""``fundguard doctor``: what is wrong with this installation, and what to do."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Final

import typer

from fundguard.checks import checks
from fundguard.settings import settings_or_exit

app = typer.Typer()
_MARKS: Final = {"ok": "✓", "warning": "!", "fault": "✗"}


@app.command()
def doctor(
    port: Annotated[int, typer.Option(min=1, max=65535, help="控制台打算用的端口。")] = 8000,
    json_: Annotated[bool, typer.Option("--json", help="机器可读。")] = False,
) -> None:
    """检查设置、磁盘、知识库、数据库、消息服务与端口，并说明怎么办。"""
    found = list(checks(settings_or_exit(), port))
    if json_:
        typer.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            typer.echo(f"{_MARKS[one.verdict]} {one.subject}  {one.found}")
            if one.advice:
                typer.echo(f"    → {one.advice}")
    raise typer.Exit(1 if any(one.verdict == "fault" for one in found) else 0)
