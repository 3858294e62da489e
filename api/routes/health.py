"""For the platform: is it alive, can it work, what does it measure."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from api import answers
from api.shell import Shell, TheShell

router = APIRouter(tags=["platform"])
_FAILING = 5  # steps in a row: a moment's trouble is no reason to be taken out of service


class Alive(BaseModel):
    status: Literal["ok"]


class Readiness(BaseModel):
    status: Literal["ok", "unready"]
    checks: dict[str, str]


@router.get("/livez", response_model=Alive)
async def livez() -> Response:
    """The process answers."""
    return answers.json_answer({"status": "ok"})


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
def readyz(shell: TheShell) -> Response:
    """The database answers and the work beside the requests goes on."""
    checks = {"database": _database(shell)}
    checks |= {
        name: "ok" if loop.is_alive and loop.failing < _FAILING else "failing"
        for name, loop in shell.loops.items()
    }
    ready = all(check == "ok" for check in checks.values())
    fields = {"status": "ok" if ready else "unready", "checks": checks}
    return answers.json_answer(fields, status=200 if ready else 503)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(shell: TheShell) -> Response:
    """Prometheus text; it names routes and states, never alerts or persons."""
    return Response(shell.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _database(shell: Shell) -> str:
    try:
        with shell.store.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "failing"
    return "ok"
