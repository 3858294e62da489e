"""Accounts. A password is shown once, to whoever created it, and must be changed at first use."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlalchemy import select
from starlette.responses import Response

from api import answers
from api.access import needs
from api.documented import problems
from api.parameters import no_parameters
from api.security import users
from api.security.permissions import Permission, Role
from api.security.principals import Principal
from api.shell import TheShell
from api.store import tables
from api.texts import Title, UserName

router = APIRouter(prefix="/api/v1/users", tags=["accounts"], dependencies=[Depends(no_parameters)])
Admin = Annotated[Principal, Depends(needs(Permission.MANAGE_USERS))]
Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: UserName
    display_name: Title
    roles: Roles


class UserChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    roles: Roles | None = None
    active: StrictBool | None = None


class UserResource(BaseModel):
    name: str
    display_name: str
    roles: list[str]
    active: bool
    must_change_password: bool
    created_at: datetime


class UserList(BaseModel):
    items: list[UserResource]


class OneTimePassword(BaseModel):
    name: str
    one_time_password: str


@router.get("", response_model=UserList, responses=problems(401, 403, 422))
def list_users(_admin: Admin, shell: TheShell) -> Response:
    """All accounts."""
    with shell.store.read() as session:
        rows = session.scalars(select(tables.User).order_by(tables.User.name)).all()
    return answers.json_answer({"items": [_fields(row) for row in rows]})


@router.post(
    "",
    response_model=OneTimePassword,
    status_code=201,
    responses=problems(400, 401, 403, 409, 422),
)
def create_user(body: NewUser, _admin: Admin, shell: TheShell) -> Response:
    """Create an account; its one-time password is shown here and nowhere else."""
    cost = shell.settings.password_cost
    with shell.store.write() as session:
        password = users.add_user(session, body.name, body.display_name, body.roles, cost)
    return answers.json_answer({"name": body.name, "one_time_password": password}, status=201)


@router.patch("/{name}", response_model=UserResource, responses=problems(400, 401, 403, 404, 422))
def change_user(name: UserName, body: UserChange, _admin: Admin, shell: TheShell) -> Response:
    """Change roles, close or reopen an account; its sessions end at once."""
    with shell.store.write() as session:
        row = users.change_user(session, name, body.roles, body.active)
    return answers.json_answer(_fields(row))


@router.post(
    "/{name}/password-resets",
    response_model=OneTimePassword,
    status_code=201,
    responses=problems(401, 403, 404, 422),
)
def reset_password(name: UserName, _admin: Admin, shell: TheShell) -> Response:
    """Give a one-time password to somebody who lost theirs."""
    with shell.store.write() as session:
        password = users.reset_password(session, name, shell.settings.password_cost)
    return answers.json_answer({"name": name, "one_time_password": password}, status=201)


def _fields(row: tables.User) -> dict[str, object]:
    return {name: getattr(row, name) for name in UserResource.model_fields}
