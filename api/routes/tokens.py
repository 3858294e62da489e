"""Bearer tokens for machines, created and revoked by an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response

from api import answers
from api.access import needs
from api.documented import problems
from api.parameters import no_parameters
from api.security import tokens
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from api.store import tables
from api.texts import ShortId, Title

router = APIRouter(
    prefix="/api/v1/tokens", tags=["accounts"], dependencies=[Depends(no_parameters)]
)
Admin = Annotated[Principal, Depends(needs(Permission.MANAGE_USERS))]


class NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: Title = Field(description="what uses it")
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=len(Permission))]
    days: int | None = Field(default=365, ge=1, le=3_650, description="null never ends")


class TokenResource(BaseModel):
    token_id: str
    label: str
    permissions: list[str]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class TokenList(BaseModel):
    items: list[TokenResource]


class CreatedToken(TokenResource):
    token: str = Field(description="shown here and nowhere else")


@router.get("", response_model=TokenList, responses=problems(401, 403, 422))
def list_tokens(_admin: Admin, shell: TheShell) -> Response:
    """All tokens, without their secrets."""
    with shell.store.read() as session:
        query = select(tables.AccessToken).order_by(tables.AccessToken.created_at)
        rows = session.scalars(query).all()
    return answers.json_answer({"items": [_fields(row) for row in rows]})


@router.post(
    "",
    response_model=CreatedToken,
    status_code=201,
    responses=problems(400, 401, 403, 422),
)
def create_token(body: NewToken, admin: Admin, shell: TheShell) -> Response:
    """Create a token; it is shown here and nowhere else."""
    with shell.store.write() as session:
        created = tokens.create(session, body.label, body.permissions, body.days, admin.name)
    return answers.json_answer({**_fields(created.row), "token": created.secret}, status=201)


@router.delete("/{token_id}", status_code=204, responses=problems(401, 403, 404, 422))
def revoke_token(token_id: ShortId, _admin: Admin, shell: TheShell) -> Response:
    """Revoke a token; it ceases to work at once."""
    with shell.store.write() as session:
        tokens.revoke(session, token_id)
    return Response(status_code=204)


def _fields(row: tables.AccessToken) -> dict[str, object]:
    return {name: getattr(row, name) for name in TokenResource.model_fields}
