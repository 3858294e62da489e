"""``fundguard knowledge``: the published lists of the two libraries, imported and looked up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from domain.moments import END_OF_TIME, ImpossibleTime, date_of, moment
from fundguard.knowledge.store import (
    Imported,
    current_version,
    import_files,
    load_current,
    read_version,
    versions,
)
from fundguard.knowledge.store import Progress as Tell
from fundguard.knowledge.unreadable import UnreadableList
from fundguard.settings import settings_or_exit
from rules.knowledge.constraints import DiagnosisLimit
from rules.knowledge.point import KnowledgePoint

app = typer.Typer(name="knowledge", help="知识库：导入名单、列表、查询。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="机器可读。")]


@app.command("import")
def import_lists(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help=".xlsx、.csv、.json[.gz]")
    ],
    published: Annotated[
        str, typer.Option(help="名单的发布日期 yyyy-MM-dd，用于没有印日期的名单。")
    ] = "",
    json_: Json = False,
) -> None:
    """导入已发布的知识点名单：全部读通才生效，否则什么也不改变。"""
    settings = settings_or_exit()
    try:
        if published:
            moment(published)
        with _progress() as tell:
            done = import_files(files, settings.data_dir, tell, published=published)
    except UnreadableList as refused:
        raise SystemExit(f"拒绝导入，未作任何改变。{refused}") from refused
    except ImpossibleTime as wrong:
        raise SystemExit(f"--published {wrong}") from wrong
    typer.echo(json.dumps(_report(done)) if json_ else _sentence(done))


@app.command("list")
def list_versions(json_: Json = False) -> None:
    """列出各版本与当前版本的规则类。"""
    data_dir = settings_or_exit().data_dir
    current = current_version(data_dir)
    knowledge = load_current(data_dir)
    classes = Counter((point.rule_class, point.rule) for point in knowledge.points)
    in_force = Counter(
        point.rule_class for point in knowledge.points if point.valid_to == END_OF_TIME
    )
    if json_:
        found = [
            {"rule_class": name, "rule_id": rule, "points": count, "in_force": in_force[name]}
            for (name, rule), count in sorted(classes.items())
        ]
        typer.echo(
            json.dumps(
                {"current": current, "versions": versions(data_dir), "classes": found},
                ensure_ascii=False,
                indent=2,
            )
        )
        return
    if not current:
        typer.echo("尚未导入知识点；fundguard knowledge import 文件…… 导入。")
        return
    for version in versions(data_dir):
        stored = read_version(data_dir, version)
        mark = "*" if version == current else " "
        typer.echo(f"{mark} {version}  {len(stored.points)} 个知识点  {len(stored.files)} 个文件")
    typer.echo("\n规则   知识点  现行  规则类")
    for (name, rule), count in sorted(classes.items(), key=lambda item: item[0][1]):
        typer.echo(f"{rule:<6} {count:>6} {in_force[name]:>5}  {name}")


@app.command()
def show(code: str, json_: Json = False) -> None:
    """显示一个代码（或知识点编号）的知识点：原文、执行内容、有效期。"""
    knowledge = load_current(settings_or_exit().data_dir)
    points = knowledge.all_of(code) or [one for one in knowledge.points if one.id == code]
    if not points:
        raise SystemExit(f"没有关于代码 {code} 的知识点；fundguard knowledge list 列出规则类。")
    if json_:
        described = [_described(point) for point in points]
        typer.echo(json.dumps(described, ensure_ascii=False, indent=2))
        return
    for point in sorted(points, key=lambda point: (point.rule, point.valid_from)):
        typer.echo(f"{point.id}  {point.rule}  {point.rule_class}  {point.official_code}")
        typer.echo(
            f"  名称   {point.name}（{len(point.codes)} 个代码，{point.batch or '批次不明'}）"
        )
        typer.echo(f"  原文   {point.published}")
        typer.echo(f"  执行   {point.constraint.told}")
        if isinstance(point.constraint, DiagnosisLimit):
            typer.echo(f"  类目   {' '.join(point.constraint.codes)}")
        typer.echo(f"  有效   {_validity(point)}\n")


def _sentence(done: Imported) -> str:
    return (
        f"读入 {done.read} 条，新增 {done.added}，变更 {done.changed}；"
        f"当前版本 {done.version}，共 {done.total} 个知识点、{done.codes} 个代码。"
    )


def _report(done: Imported) -> dict[str, Any]:
    return {
        "version": done.version,
        "read": done.read,
        "added": done.added,
        "changed": done.changed,
        "points": done.total,
        "codes": done.codes,
    }


def _validity(point: KnowledgePoint) -> str:
    until = "" if point.valid_to == END_OF_TIME else f"{date_of(point.valid_to)}"
    return f"{date_of(point.valid_from)} 起{f'，至 {until} 被取代' if until else ''}"


def _described(point: KnowledgePoint) -> dict[str, Any]:
    return {
        "kp_id": point.id,
        "rule_id": point.rule,
        "rule_class": point.rule_class,
        "gz_code": point.official_code,
        "item_name": point.name,
        "med_codes": point.codes,
        "constraint": point.published,
        "executes": point.constraint.told,
        "executable": msgspec.to_builtins(point.constraint),
        "batch": point.batch,
        "valid_from": str(date_of(point.valid_from)),
        "valid_to": None if point.valid_to == END_OF_TIME else str(date_of(point.valid_to)),
        "supersedes": point.supersedes or None,
    }


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on the error stream; silent where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("导入"), BarColumn(), TextColumn("{task.fields[what]}"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("导入", total=None, what="")

        def tell(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, what=what)

        yield tell
