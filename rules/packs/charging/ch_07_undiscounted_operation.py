"""CH-07 手术未按规定折价: a second operation through one incision at its full price.

One incision is taken to be: one visit, one natural day, one group of the knowledge points, and
charges no more than some hours apart where their times are known. The full price is the
catalogue's (register ``catalogue_item``), else the line's unit price: a hospital that halves the
unit price itself needs the catalogue to be recognised.
"""

from __future__ import annotations

from decimal import Decimal

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class DiscountParameters(Parameters, frozen=True, kw_only=True):
    """Share of the full price for the second operation and later ones (areas: 30-70 %)."""

    later_share: Decimal = Decimal("0.5")
    session_hours: int = 6


RULE = Rule(
    id="CH-07",
    name="手术未按规定折价",
    name_en="Second operation not discounted",
    description="同一就诊同日、同一手术组的第二项及以后的手术，收费高于按规定比例折价后的金额。",
    phases=("in", "post"),
    severity=5,
    legal=("TL-38(3)",),
    causes=("13",),
    formula="M5",
    actions={"in": "A3", "post": "Q1"},
    parameters=DiscountParameters(),
    stages=(knowledge_stage("CH-07", severity=5),),
    official=("GZ10000102002000",),
)
