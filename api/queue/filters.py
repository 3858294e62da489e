"""Which alerts: flat parameters, the same in the API's address, the console's and the stream's."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from api.queue.states import QueueState, ReviewStatus
from api.store.tables import Alert
from api.texts import Code, Search

Sort = Literal[
    "-priority",
    "priority",
    "-occurred_at",
    "occurred_at",
    "-created_at",
    "created_at",
    "-amount",
    "amount",
    "-severity",
    "severity",
]
_YEARS = range(1900, 2200)  # as in domain.moments; year 1 has no UTC form east of Greenwich
_ESCAPE = "\\"
_SEARCHED = (
    Alert.alert_id,
    Alert.name,
    Alert.name_en,
    Alert.psn_no,
    Alert.fixmedins_code,
    Alert.practitioner,
    Alert.mdtrt_id,
    Alert.setl_id,
)


def _plausible(value: datetime) -> datetime:
    if value.year not in _YEARS:
        raise ValueError("year must be from 1900 to 2199")
    return value


Instant = Annotated[AwareDatetime, AfterValidator(_plausible)]


class AlertFilters(BaseModel):
    """An unknown parameter is an error: a filter that is ignored shows the wrong alerts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: QueueState | None = None
    review_status: ReviewStatus | None = None
    rule_id: Code | None = None
    severity_min: int | None = Field(default=None, ge=1, le=5)
    fixmedins_code: Code | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    occurred_from: Instant | None = None
    occurred_to: Instant | None = None
    q: Search | None = Field(default=None, description="part of a name, code or id")

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters as SQL; all must hold. A range holds its beginning, not its end."""
        found: list[ColumnElement[bool]] = []
        if self.state is not None:
            found.append(Alert.state == self.state)
        if self.review_status is not None:
            found.append(Alert.review_status == self.review_status)
        if self.rule_id is not None:
            found.append(Alert.rule_id == self.rule_id)
        if self.severity_min is not None:
            found.append(Alert.severity >= self.severity_min)
        if self.fixmedins_code is not None:
            found.append(Alert.fixmedins_code == self.fixmedins_code)
        found += _between(Alert.created_at, self.created_from, self.created_to)
        found += _between(Alert.occurred_at, self.occurred_from, self.occurred_to)
        if self.q:
            found.append(_contains(self.q))
        return found


class AlertQuery(AlertFilters):
    """Filters, order and page."""

    sort: Sort = "-priority"
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=2_000)


def _between(
    column: InstrumentedAttribute[datetime], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(column >= since)
    if until is not None:
        found.append(column < until)
    return found


def _contains(text: str) -> ColumnElement[bool]:
    escaped = text.replace(_ESCAPE, _ESCAPE * 2).replace("%", r"\%").replace("_", r"\_")
    return or_(*(column.ilike(f"%{escaped}%", escape=_ESCAPE) for column in _SEARCHED))
