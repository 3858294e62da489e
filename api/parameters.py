"""What requests carry beside their body: query parameters that exist, versions, repeat keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request
from fastapi.exceptions import RequestValidationError

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="the ETag you were shown"),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="repeat a request safely: the same key gets the same answer for 24 h",
    ),
]


def no_parameters(request: Request) -> None:
    """Refuse any query parameter: one that would be ignored is a mistake of the sender."""
    if request.query_params:
        raise RequestValidationError(
            [
                {
                    "type": "extra_forbidden",
                    "loc": ("query", name),
                    "msg": "Extra inputs are not permitted",
                }
                for name in request.query_params
            ]
        )
