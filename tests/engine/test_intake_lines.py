"""What a fee line keeps of the claim: the fields that payment rules turn on."""

from __future__ import annotations

import msgspec

from domain.decode import decode
from domain.facts import Fees
from engine.intake import facts_of
from fundguard.examples import event


def test_a_line_keeps_its_prescription_and_its_approval() -> None:
    short = {
        "fees.uploaded": {
            "feedetail": [{"med_list_codg": "T000700200", "rxno": "RX1", "hosp_appr_flag": "1"}]
        }
    }
    told = list(facts_of(decode(msgspec.json.encode(event(short, 0)))))
    fees = told[0].fact
    assert isinstance(fees, Fees)
    assert (fees.lines[0].prescription, fees.lines[0].approved) == ("RX1", "1")
