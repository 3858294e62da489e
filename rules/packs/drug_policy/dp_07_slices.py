"""DP-07 中药饮片:单方/单复方不予支付: slices the fund does not pay for, at all or alone.

A prescription is the lines with one rxno, else of one day; excipients are not told apart. A slice
marked 单方 (tcmdrug_used_way = 2) is alone whatever else was charged.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule

RULE = Rule(
    id="DP-07",
    name="中药饮片:单方/单复方不予支付",
    name_en="TCM slices",
    description="不予支付的中药饮片，或单方（处方全部由此类饮片组成）不予支付的中药饮片纳入结算。",
    phases=("pre", "in"),
    severity=5,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A3", "in": "A5"},
    parameters=Parameters(),
    stages=(knowledge_stage("DP-07", severity=5),),
    official=("GZ10000101003000", "GZ10000101004000"),
)
