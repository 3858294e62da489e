"""Evidence on its way in and out over HTTP: a form with a file, and a file to save."""

from __future__ import annotations

import re
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from api.cases.actions import Exhibit
from api.cases.evidence import LARGEST_FILE, EvidenceKind, exhibit
from api.events import UnreadableBody
from api.store import tables
from api.texts import Sentence, Title

_LONGEST_TEXT = 100_000


class NewEvidence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: EvidenceKind = "electronic"
    reference: Title = Field(description="where it is: a document number, an event id, a file")
    summary: Sentence = Field(description="what it shows")
    sha256: str | None = Field(default=None, max_length=64)
    text: str | None = Field(default=None, max_length=_LONGEST_TEXT)


def from_json(body: bytes) -> Exhibit:
    """Evidence as JSON: a text that is kept here, or the digest of what is kept elsewhere."""
    try:
        given = NewEvidence.model_validate_json(body)
    except ValidationError as error:
        raise _invalid(error) from error
    content = None if given.text is None else given.text.encode("utf-8", "replace")
    return exhibit(given.kind, given.reference, given.summary, sha256=given.sha256, content=content)


async def from_form(form: FormData) -> Exhibit:
    """Evidence of a form with a file; its name serves as the reference if none is given."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise UnreadableBody("没有文件")
    content = await file.read(LARGEST_FILE + 1)
    names = ("kind", "reference", "summary")
    texts = {name: str(form[name]) for name in names if form.get(name)}
    try:
        given = NewEvidence.model_validate({"reference": file.filename[:200], **texts})
    except ValidationError as error:
        raise _invalid(error) from error
    return exhibit(given.kind, given.reference, given.summary, sha256=None, content=content)


def download(row: tables.CaseEvidence) -> Response:
    """Evidence as a file to save: never shown inline, whatever it claims to be."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", row.reference)[-100:] or "evidence"
    name = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.reference, safe='')}"
    headers = {"content-disposition": name, "x-content-sha256": row.sha256}
    return Response(row.content, 200, headers, "application/octet-stream")


def _invalid(error: ValidationError) -> Exception:
    """The same answer a declared body would have had."""
    entries = error.errors(include_input=False, include_url=False, include_context=False)
    if any(entry["type"] == "json_invalid" for entry in entries):
        return UnreadableBody("不是 JSON")
    return RequestValidationError([{**entry, "loc": ("body", *entry["loc"])} for entry in entries])
