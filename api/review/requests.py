"""What a decision must contain, from whichever door it comes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.review.decisions import Ruling
from api.review.reasons import REASONS, Decision
from api.texts import Sentence

ReasonCode = Literal[
    "verified",
    "partly-verified",
    "admitted",
    "repeat-offence",
    "legitimate",
    "data-error",
    "rule-wrong",
    "explained",
    "duplicate",
]


class DecisionRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    decision: Decision
    reason_code: ReasonCode
    reason: Sentence
    amount: Decimal | None = Field(
        default=None, ge=0, max_digits=16, decimal_places=2, description="yuan, as found"
    )

    @model_validator(mode="after")
    def _reason_fits(self) -> Self:
        if self.reason_code not in REASONS[self.decision]:
            raise ValueError(f"reason_code of {self.decision}: {', '.join(REASONS[self.decision])}")
        return self

    def ruling(self) -> Ruling:
        return Ruling(self.decision, self.reason_code, self.reason, self.amount)
