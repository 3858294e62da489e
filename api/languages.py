"""Chinese first; English for whoever asks for it, by the console's switch or their browser."""

from __future__ import annotations

from typing import Final, Literal

from starlette.requests import Request

Language = Literal["zh", "en"]
COOKIE: Final = "language"


def language_of(request: Request) -> Language:
    """The language to answer in: the switch, else the first of ours the browser names."""
    chosen = request.cookies.get(COOKIE)
    if chosen == "zh":
        return "zh"
    if chosen == "en":
        return "en"
    return accepted(request.headers.get("accept-language", ""))


def accepted(header: str) -> Language:
    """The language an Accept-Language header prefers.

    >>> accepted("en-GB,en;q=0.9,zh;q=0.8"), accepted("zh-CN,en;q=0.5"), accepted("*"), accepted("")
    ('en', 'zh', 'zh', 'zh')
    """
    best: tuple[float, Language] = (0.0, "zh")
    for item in header.split(",")[:20]:
        tag, _, parameter = item.partition(";")
        weight = _weight(parameter)
        primary = tag.strip().lower().split("-")[0]
        if primary == "en" and weight > best[0]:
            best = (weight, "en")
        elif primary == "zh" and weight > best[0]:
            best = (weight, "zh")
    return best[1]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
