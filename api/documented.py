"""The error answers of a route, for its OpenAPI description: nothing undocumented ever comes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

_SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "type": "object",
    "required": ["type", "title", "status", "instance", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "in": {"type": "string"},
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def problems(*statuses: int) -> Responses:
    """``responses=`` of a route that may answer with these errors."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


def _require_versions(document: dict[str, Any]) -> None:
    """Say that If-Match is required where its absence answers 428: FastAPI would answer 422."""
    for methods in document["paths"].values():
        for operation in methods.values():
            if "428" in operation["responses"]:
                for parameter in operation["parameters"]:
                    parameter["required"] |= parameter["name"] == "If-Match"


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the one form of all errors in it."""
    if not app.openapi_schema:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = _SCHEMA
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        _require_versions(document)
        app.openapi_schema = document
    return app.openapi_schema
