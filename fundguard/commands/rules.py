"""``fundguard rules``: the catalogue, one rule in full, and its worked examples run."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from engine.anomalies import FAMILY as MODELS
from engine.book import build_book
from engine.filing import written
from fundguard.examples import ExamplesMissing, examples_of, verdict
from rules.rule import Rule

app = typer.Typer(name="rules", help="规则库：列表、详情、示例检验。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="机器可读。")]


@app.command("list")
def list_rules(json_: Json = False) -> None:
    """列出全部规则。"""
    rules = build_book().rules
    if json_:
        typer.echo(json.dumps([_described(rule) for rule in rules], ensure_ascii=False, indent=2))
        return
    for rule in rules:
        typer.echo(
            f"{rule.id:<6} S{rule.severity}  {'/'.join(rule.phases):<12} "
            f"{rule.name}  {rule.name_en}"
        )


@app.command()
def show(id: str, json_: Json = False) -> None:
    """显示一条规则：依据、参数、示例。"""
    rule = build_book().rule_by_id.get(id)
    if rule is None:
        raise SystemExit(f"没有规则 {id}；fundguard rules list 列出全部。")
    if json_:
        typer.echo(json.dumps(_described(rule), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{rule.id} {rule.name} ({rule.name_en}), 版本 {rule.version}")
    typer.echo(f"\n{rule.description}\n")
    phases, formula = "、".join(rule.phases), rule.formula or "—"
    typer.echo(f"严重程度 S{rule.severity}  阶段 {phases}  金额 {formula}")
    typer.echo(f"法律依据 {'、'.join(rule.legal)}  案由 {'、'.join(rule.causes)}")
    typer.echo("\n参数:")
    for name, value in written(rule.parameters).items():
        typer.echo(f"  {name} = {value}")
    if rule.id.startswith(MODELS):
        typer.echo("\n模型，无示例；见 docs/models.md")
        return
    typer.echo("\n示例:")
    for example in examples_of(rule):
        typer.echo(f"  {'违规' if example.breaches else '通过'}  {example.name}")


@app.command()
def check(ids: Annotated[list[str] | None, typer.Argument(help="只检验这些规则。")] = None) -> None:
    """运行每条规则的示例；有一条不符即以 1 退出。模型没有示例，略过。"""
    failed = total = 0
    for rule in build_book(only=ids or None).rules:
        if rule.id.startswith(MODELS):
            continue
        try:
            examples = examples_of(rule)
        except ExamplesMissing as missing:
            typer.echo(f"✗ {missing}", err=True)
            failed += 1
            continue
        for example in examples:
            total += 1
            wrong = verdict(example)
            if wrong:
                failed += 1
                typer.echo(f"✗ {rule.id} {example.name}: {wrong}", err=True)
    typer.echo(f"{total} 个示例，{failed} 个不符")
    raise typer.Exit(1 if failed else 0)


def _described(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "name_en": rule.name_en,
        "version": rule.version,
        "description": rule.description,
        "phases": rule.phases,
        "severity": rule.severity,
        "legal_basis": rule.legal,
        "case_cause_no": rule.causes,
        "amount_formula": rule.formula,
        "official": rule.official,
        "parameters": written(rule.parameters),
    }
