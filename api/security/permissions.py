"""Roles and what they may do. Machines hold permissions directly, people through roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    READ_ALERTS = "alerts.read"
    DECIDE_ALERTS = "alerts.decide"
    READ_CASES = "cases.read"
    WRITE_CASES = "cases.write"
    WRITE_EVENTS = "events.write"
    READ_ACCESS_LOG = "access-log.read"
    MANAGE_USERS = "users.manage"


class Role(StrEnum):
    SUPERVISOR = "supervisor"
    REVIEWER = "reviewer"
    INVESTIGATOR = "investigator"
    AUDITOR = "auditor"
    ADMIN = "admin"


_READ: Final = frozenset({Permission.READ_ALERTS, Permission.READ_CASES})

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.SUPERVISOR: _READ
    | {Permission.DECIDE_ALERTS, Permission.WRITE_CASES, Permission.READ_ACCESS_LOG},
    Role.REVIEWER: _READ | {Permission.DECIDE_ALERTS},
    Role.INVESTIGATOR: _READ | {Permission.WRITE_CASES},
    Role.AUDITOR: _READ | {Permission.READ_ACCESS_LOG},
    Role.ADMIN: frozenset({Permission.MANAGE_USERS}),
}


def granted(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything the roles allow together; a role this version does not know allows nothing."""
    known = {role.value: GRANTS[role] for role in Role}
    return frozenset().union(*(known.get(role, frozenset()) for role in roles))
