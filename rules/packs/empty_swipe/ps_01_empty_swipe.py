"""PS-01 空刷: drugs are settled and no sale follows.

Every drug line of a pharmacy's or clinic's settlement waits for a sale (3505) that names the
settlement and the drug, in at least the quantity settled; 72 h after the settlement (or the
last goods returned) it counts as unsupported. A later sale still acquits it. What that alone
means, the institution decides: most often an upload was lost.

A sale is accused where the institution's unsupported lines are 5 % of its week, or its stock
had no such goods, or a drug that is scanned there was settled without a trace code. Choices:

- The rate counts all drug lines of the seven natural days that end with the settlement's day.
- It accuses only institutions that had a supported sale in the fortnight before: who never
  uploads sales by settlement number is not connected, and not accused of it.
- Stock is what a stock-take and all later movements leave at most (`rules.readings.inventory`).
- A drug is scanned there if three sales of it in 30 days bore trace codes. Split packs, herbal
  slices and own preparations need none; nor does anything before 2025-07-01.
- Proof without the rate accuses the proven lines only; the rate accuses all unsupported lines.
- Three accused lines a day on three days in a row accuse the institution as such. Its finding
  names the sum but counts no amount: each sale's own finding does.
- Twenty unsupported lines without a supported one between them are an outage: one notice, and
  they enter no rate. To be in time for that, sales count that have waited for 24 h.
"""

from __future__ import annotations

from rules.packs.empty_swipe import ps_01_day, ps_01_report, ps_01_sale
from rules.packs.empty_swipe.ps_01_parameters import EmptySwipeParameters
from rules.rule import Rule

RULE = Rule(
    id="PS-01",
    name="空刷(无真实销售)",
    name_en="Empty swipe – settlement without sale",
    description="药店、诊所以医保结算药品，而没有同一结算号的销售出库记录，或账面上根本没有这些药。",
    phases=("post",),
    severity=4,
    legal=("TL-40(3)", "TL-40(1)"),
    causes=("24", "20", "22"),
    formula="M1",
    actions={"post": "Q2"},
    official=("问题清单-药店1", "问题清单-药店2"),
    parameters=EmptySwipeParameters(),
    stages=(*ps_01_sale.STAGES, ps_01_day.STAGE, ps_01_report.STAGE),
)
