"""HO-01 挂床住院: a bed is charged and nobody lies in it.

Three signs. A: ``idle_days`` and more in a row with bed or nursing charged, nothing done and
nothing recorded. B: the patient was seen elsewhere amid the stay. C: the hospital, which records
vital signs (4602) or course records (4701) of its stays as a rule, has none for the days of A.
Stage one, at the person, looks for A and B (ho_01_signs); stage two counts on each day of an
institution how many stays were recorded; stage three, at the institution, decides C and reports
(ho_01_verdict). What the catalogue leaves open:

* A day is judged at 02:00 of the next; the day of discharge is not counted (算头不算尾). What a
  line shows is told by rules/readings/ward_charges.py. Orders (医嘱) are no events here.
* B twice means on two natural days; where and when B counts is told by rules/readings/absences.py.
* Leave that is approved and unbilled is no idle day, since no night is charged; approved leave
  excuses being seen elsewhere, billed or not.
* Long-stay psychiatry is med_type 2105 or a main diagnosis F.
* C looks at the other stays of the ``coverage_days`` before this stay's last known day; a stay
  counts on its third day, or when it ends before. Fewer than ``coverage_min_stays`` tell nothing.
* In question are the standing charges of the idle days and of the days seen elsewhere (M8).
  Where the stay's settlement was reversed and nothing settled anew, nothing is.
* A stay invented as a whole is HO-02's, and with it TL-40(3) and M6 of the catalogue's entry.
  TL-15, which the entry names as its source, is cited as law.
"""

from __future__ import annotations

from domain.facts import Care, Record, Registered, Signal
from rules.packs.hospitalisation import ho_01_signs, ho_01_verdict
from rules.readings.stays import STAY_FACTS
from rules.rule import Rule, Stage
from rules.subjects.institution import INSTITUTION
from rules.subjects.institution_day import INSTITUTION_DAY
from rules.subjects.person import PERSON

RULE = Rule(
    id="HO-01",
    name="挂床住院",
    name_en="Phantom (bed-hanging) hospitalisation",
    description="住院期间连日只计床位护理费而无诊疗和记录，或参保人在院外出现：人不在床而床位照收。",
    phases=("in", "post"),
    severity=4,
    legal=("TL-15", "TL-38(1)"),
    causes=("11", "24"),
    formula="M8",
    actions={"in": "A1", "post": "Q2"},
    parameters=ho_01_signs.BedHangingParameters(),
    stages=(
        Stage(
            name="signs",
            subject=PERSON,
            triggers=(*STAY_FACTS, Record, Care, Registered),
            affected=ho_01_signs.affected,
            judge=ho_01_signs.judge,
        ),
        Stage(
            name="tally",
            subject=INSTITUTION_DAY,
            triggers=(Signal,),
            signals=(ho_01_signs.RECORDED,),
            affected=ho_01_verdict.the_day,
            judge=ho_01_verdict.tally,
        ),
        Stage(
            name="verdict",
            subject=INSTITUTION,
            triggers=(Signal,),
            signals=(ho_01_signs.HIT, ho_01_verdict.TALLY),
            affected=ho_01_verdict.affected,
            judge=ho_01_verdict.report,
        ),
    ),
)
