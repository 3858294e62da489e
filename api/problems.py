"""Every error under /api as application/problem+json (RFC 9457). One table maps them all.

The domain's errors know nothing of HTTP; what is not in the table is our bug and answers 500.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.cases.actions import AssigneeNotFound, CaseNotFound
from api.cases.evidence import BadEvidence, EvidenceNotFound
from api.cases.lifecycle import ALLOWED, CaseOver, IllegalTransition, OutcomeRequired
from api.cursors import BadCursor
from api.etags import StaleVersion, VersionRequired
from api.events import EventSinkUnavailable, UnreadableBody, UnsupportedBody
from api.idempotency import KeyReused, StillInFlight
from api.languages import language_of
from api.review.decisions import AlertNotFound, AlertWithdrawn
from api.security.principals import NotAuthenticated, NotPermitted, PasswordChangeRequired
from api.security.same_site import ForeignRequest
from api.security.sessions import LoginFailed
from api.security.throttle import TooManyAttempts
from api.security.tokens import TokenNotFound
from api.security.users import UserExists, UserNotFound, WeakPassword

_LOG: Final = logging.getLogger("fundguard.api")
MEDIA_TYPE: Final = "application/problem+json"
_TYPE: Final = "urn:fundguard:problem:"


class Kind(NamedTuple):
    status: int
    slug: str
    zh: str
    en: str


KINDS: Final[Mapping[type[Exception], Kind]] = {
    AlertNotFound: Kind(404, "alert-not-found", "没有这条疑点", "No such alert"),
    AlertWithdrawn: Kind(409, "alert-withdrawn", "疑点已撤回", "The alert was withdrawn"),
    AssigneeNotFound: Kind(422, "assignee-not-found", "没有这个经办人", "No such assignee"),
    BadCursor: Kind(422, "bad-cursor", "翻页标记无效", "The cursor is not valid here"),
    BadEvidence: Kind(422, "bad-evidence", "证据不完整", "The evidence is incomplete"),
    CaseNotFound: Kind(404, "case-not-found", "没有这个案件", "No such case"),
    CaseOver: Kind(409, "case-over", "案件已结束", "The case has ended"),
    EventSinkUnavailable: Kind(503, "events-unavailable", "暂不能接收事件", "No events taken now"),
    EvidenceNotFound: Kind(404, "evidence-not-found", "没有这份证据", "No such evidence"),
    ForeignRequest: Kind(403, "foreign-request", "请求来源不符", "Not sent from our own page"),
    IllegalTransition: Kind(409, "illegal-transition", "程序不允许", "No such step from here"),
    KeyReused: Kind(422, "idempotency-key-reused", "幂等键已用于其他请求", "Key already used"),
    LoginFailed: Kind(401, "login-failed", "用户名或密码不正确", "Wrong name or password"),
    NotAuthenticated: Kind(401, "not-authenticated", "请先登录", "Log in first"),
    NotPermitted: Kind(403, "not-permitted", "没有权限", "Not permitted"),
    OutcomeRequired: Kind(422, "outcome-required", "决定须写明结果", "Outcome and step disagree"),
    PasswordChangeRequired: Kind(403, "password-change", "请先修改密码", "Change password first"),
    StaleVersion: Kind(412, "stale-version", "已被他人处理", "Somebody else was faster"),
    StillInFlight: Kind(409, "still-in-flight", "同一请求正在处理", "Still being processed"),
    TokenNotFound: Kind(404, "token-not-found", "没有这个令牌", "No such token"),
    TooManyAttempts: Kind(429, "too-many-attempts", "尝试过于频繁", "Too many attempts"),
    UnreadableBody: Kind(400, "unreadable-body", "请求内容无法读取", "The body cannot be read"),
    UnsupportedBody: Kind(415, "unsupported-body", "不支持的内容类型", "Unsupported media type"),
    UserExists: Kind(409, "user-exists", "用户名已存在", "The name is taken"),
    UserNotFound: Kind(404, "user-not-found", "没有这个用户", "No such user"),
    VersionRequired: Kind(428, "version-required", "缺少 If-Match", "If-Match is missing"),
    WeakPassword: Kind(422, "weak-password", "密码不合要求", "The password will not do"),
}


def known_problem(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of the table."""
    kind = KINDS[type(error)]
    title = kind.en if language_of(request) == "en" else kind.zh
    return problem(request, kind.status, kind.slug, title, **_more(error))


def http_problem(request: Request, error: Exception) -> JSONResponse:
    """The answer to what the framework refuses: unknown paths, methods, unreadable bodies."""
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    slug = status.phrase.lower().replace(" ", "-")
    answer = problem(request, status.value, slug, status.phrase)
    answer.headers.update(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["allow"] = ", ".join(_methods(request))
    return answer


def invalid_request(request: Request, error: Exception) -> JSONResponse:
    """The answer to parameters or a body that do not fit. Values are never repeated."""
    assert isinstance(error, RequestValidationError)
    entries = error.errors()
    if any(entry["type"] == "json_invalid" for entry in entries):
        return known_problem(request, UnreadableBody("not JSON"))
    english = language_of(request) == "en"
    found = [_described(entry["loc"] or ("body",), entry) for entry in entries]
    title = "The request does not fit" if english else "请求不符合约定"
    return problem(request, 422, "invalid-request", title, errors=found)


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """The answer to our own bugs: a number to find it by, and nothing of what went wrong."""
    _LOG.error("trace %s failed: %s", _trace_id(request), type(error).__name__, exc_info=error)
    title = "Our mistake" if language_of(request) == "en" else "系统内部错误"
    return problem(request, 500, "internal-error", title)


def problem(request: Request, status: int, slug: str, title: str, **more: object) -> JSONResponse:
    body = {
        "type": _TYPE + slug,
        "title": title,
        "status": status,
        "instance": quote(request.url.path),
        "trace_id": _trace_id(request),
        **more,
    }
    headers = {"cache-control": "no-store"}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = 'Bearer realm="fundguard"'
    if isinstance(seconds := more.get("retry_after"), int):
        headers["retry-after"] = str(seconds)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _methods(request: Request) -> list[str]:
    """All methods of a path. The router names those of one route only, and a path may have two."""
    template = getattr(request.scope.get("route"), "path", None)
    documented = request.app.openapi()["paths"].get(template, {"get": None})
    return sorted(method.upper() for method in documented)


def _described(place: Sequence[object], entry: Mapping[str, str]) -> dict[str, str]:
    return {
        "in": str(place[0]),
        "pointer": "/" + "/".join(str(part)[:80] for part in place[1:]),
        "code": entry["type"],
        "detail": entry["msg"],
    }


def _more(error: Exception) -> dict[str, object]:
    """What the client can use of an error, beyond its kind."""
    match error:
        case StaleVersion():
            return {"current_version": error.current}
        case TooManyAttempts():
            return {"retry_after": error.seconds}
        case IllegalTransition():
            return {"status_now": error.now, "allowed": sorted(ALLOWED[error.now])}
        case UnreadableBody() | BadEvidence():
            return {"detail": str(error)}
        case _:
            return {}


def _trace_id(request: Request) -> str:
    return str(request.scope.get("state", {}).get("trace_id", ""))
