"""Turns a template and its values into a page, in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import Final

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api.console import PREFIX, law
from api.console.assets import asset
from api.console.catalogue import texts
from api.console.formats import formats
from api.languages import Language, language_of
from api.security.permissions import Permission
from api.security.principals import Principal

_HTMX: Final = (
    '{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,'
    '"historyCacheSize":0,"scrollIntoViewOnBoost":false}'
)


@cache
def environment(language: Language) -> Environment:
    """Templates of one language; everything in them is escaped, and a missing value fails."""
    made = Environment(
        loader=PackageLoader("api.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(formats(language))
    made.globals.update(
        t=texts(language),
        language=language,
        asset=asset,
        prefix=PREFIX,
        law=law,
        htmx_config=_HTMX,
        Permission=Permission,
    )
    return made


def fragment(language: Language, template: str, **values: object) -> str:
    """Part of a page."""
    return environment(language).get_template(template).render(**values)


def page(
    request: Request,
    template: str,
    principal: Principal | None,
    *,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    """A whole page for whoever is logged in, or for nobody yet."""
    language = language_of(request)
    text = fragment(language, template, principal=principal, here=_here(request), **values)
    headers = {"content-language": "zh-CN" if language == "zh" else "en", "vary": "Cookie"}
    return HTMLResponse(text, status, headers)


def _here(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
