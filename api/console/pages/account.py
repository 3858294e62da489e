"""Coming in, going out, choosing a password and a language."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.console import HOME, LOGIN, PREFIX
from api.console import access as console_access
from api.console.access import Visitor
from api.console.rendering import page
from api.languages import COOKIE
from api.security import same_site, sessions, users
from api.security.sessions import LoginFailed, cookie_name
from api.security.throttle import TooManyAttempts
from api.security.users import WeakPassword
from api.shell import Shell, TheShell

router = APIRouter(prefix=PREFIX, include_in_schema=False)
_YEAR = 31_536_000
Text = Annotated[str, Form(max_length=1_000)]


@router.get("/login")
def login_form(request: Request, next: str = "") -> Response:
    return page(request, "login.html", None, next=_own_page(next), failure=None, name="")


@router.post("/login")
def log_in(
    request: Request, shell: TheShell, name: Text = "", password: Text = "", next: Text = ""
) -> Response:
    """Open a session; a wrong name and a wrong password look and take the same."""
    same_site.check_origin(request, shell.settings)
    source = request.client.host if request.client else ""
    name = name.strip().lower()
    try:
        session_id = sessions.log_in(shell.store, shell.settings, name, password, source)
    except LoginFailed:
        return _refused(request, name, next, 401, "login.failed")
    except TooManyAttempts as error:
        answer = _refused(request, name, next, 429, "login.wait", seconds=error.seconds)
        answer.headers["retry-after"] = str(error.seconds)
        return answer
    answer = RedirectResponse(_own_page(next), status_code=303)
    _set_session(answer, shell, session_id)
    return answer


@router.post("/logout")
async def log_out(request: Request, shell: TheShell, _form: console_access.Form) -> Response:
    name = cookie_name(shell.settings)
    session_id = request.cookies.get(name, "")
    await run_in_threadpool(_end, shell, session_id)
    answer = RedirectResponse(LOGIN, status_code=303)
    answer.delete_cookie(name, path="/", secure=shell.settings.is_https, httponly=True)
    return answer


@router.get("/password")
def password_form(request: Request, visitor: Visitor) -> Response:
    return page(request, "password.html", visitor, failure=None)


@router.post("/password")
async def change_password(
    request: Request, shell: TheShell, visitor: Visitor, form: console_access.Form
) -> Response:
    """Choose a new password; everybody who uses the old one is logged out."""
    old, new, again = (str(form.get(field, "")) for field in ("old", "new", "again"))
    failure = None if new == again else "password.differ"
    if failure is None:
        try:
            session_id = await run_in_threadpool(_change, shell, visitor.name, old, new)
        except WeakPassword:
            failure = "password.weak"
    if failure is not None:
        return page(request, "password.html", visitor, status=422, failure=failure)
    answer = RedirectResponse(HOME, status_code=303)
    _set_session(answer, shell, session_id)
    return answer


@router.post("/language")
async def choose_language(
    request: Request, shell: TheShell, language: Text = "zh", next: Text = ""
) -> Response:
    """Switch the language of the pages; it opens nothing, so it needs no session."""
    same_site.check_origin(request, shell.settings)
    answer = RedirectResponse(_own_page(next), status_code=303)
    chosen = "en" if language == "en" else "zh"
    secure = shell.settings.is_https
    answer.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="lax", secure=secure, httponly=True)
    return answer


def _refused(
    request: Request, name: str, following: str, status: int, failure: str, **values: object
) -> Response:
    return page(
        request,
        "login.html",
        None,
        status=status,
        next=_own_page(following),
        failure=failure,
        name=name,
        **values,
    )


def _change(shell: Shell, name: str, old: str, new: str) -> str:
    users.change_password(shell.store, name, old, new, shell.settings.password_cost)
    with shell.store.write() as session:
        return sessions.start(session, name)


def _end(shell: Shell, session_id: str) -> None:
    with shell.store.write() as session:
        sessions.end(session, session_id)


def _set_session(answer: Response, shell: Shell, session_id: str) -> None:
    answer.set_cookie(
        cookie_name(shell.settings),
        session_id,
        path="/",
        secure=shell.settings.is_https,
        httponly=True,
        samesite="lax",
    )


def _own_page(address: str) -> str:
    """An address within the console, or its first page: nobody is led elsewhere."""
    inside = address.startswith(f"{PREFIX}/") and "\\" not in unquote(address)
    clean = all(" " < mark < "\x7f" for mark in address)
    return address if inside and clean else HOME
