"""The queue's filters as the console's address holds them: empty fields, tabs and whole days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlencode

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.queue.filters import AlertQuery
from domain.moments import CHINA

EVERYTHING: Final = "all"
_FIELDS: Final = (
    "state",
    "rule_id",
    "severity_min",
    "fixmedins_code",
    "occurred_from",
    "occurred_to",
    "q",
    "sort",
    "cursor",
)


class QueueForm(NamedTuple):
    """``fields`` is what the form shows again; ``query`` what it asks for."""

    fields: Mapping[str, str]
    query: AlertQuery

    def address(self, **changes: str) -> str:
        """The query string of this form with some fields changed; a page never survives that."""
        fields = {**self.fields, "cursor": "", **changes}
        return urlencode({name: value for name, value in fields.items() if value})


def read_form(parameters: Mapping[str, str]) -> QueueForm:
    """The form in an address. Without a tab it is the open alerts."""
    given = {name: parameters[name].strip() for name in _FIELDS if parameters.get(name)}
    fields = {"state": "open", "sort": "-priority", **given}
    asked: dict[str, object] = dict(fields)
    if asked["state"] == EVERYTHING:
        del asked["state"]
    try:
        if "occurred_from" in asked:
            asked["occurred_from"] = _midnight(fields["occurred_from"])
        if "occurred_to" in asked:
            asked["occurred_to"] = _midnight(fields["occurred_to"]) + timedelta(days=1)
        return QueueForm(fields, AlertQuery.model_validate(asked))
    except ValidationError as error:
        entries = error.errors(include_url=False)
        raise RequestValidationError(
            [{**entry, "loc": ("query", *entry["loc"])} for entry in entries]
        ) from error
    except (ValueError, OverflowError) as error:
        wrong = {"type": "date", "loc": ("query", "occurred_from"), "msg": "not a day"}
        raise RequestValidationError([wrong]) from error


def _midnight(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(), CHINA)
