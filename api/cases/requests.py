"""What each action on a case must say, from whichever door it comes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.cases.actions import NextStep
from api.cases.lifecycle import Outcome, Source, Status
from api.texts import AlertId, Sentence, Title, UserName

AlertIds = Annotated[list[AlertId], Field(min_length=1, max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewCase(_Body):
    title: Title
    alert_ids: AlertIds
    source: Source = Source.MONITOR


class MoreAlerts(_Body):
    alert_ids: AlertIds


class NewNote(_Body):
    text: Sentence


class Assignment(_Body):
    assignee: UserName
    reason: Sentence


class Transition(_Body):
    to: Status
    reason: Sentence
    outcome: Outcome | None = Field(default=None, description="required with DECIDED")

    def step(self) -> NextStep:
        return NextStep(self.to, self.reason, self.outcome)
