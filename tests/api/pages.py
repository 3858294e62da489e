"""How tests look at pages and send their forms."""

from __future__ import annotations

import html
from typing import Any

from tests.api.service import PASSWORD, TestClient


def page(client: TestClient, path: str, **parameters: Any) -> str:
    answer = client.get(path, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def alert_page(client: TestClient, alert_id: str, **headers: str) -> str:
    answer = client.get(f"/console/alerts/{alert_id}", headers=headers)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def token_of(client: TestClient) -> str:
    return str(client.headers["X-CSRF-Token"])


def send(client: TestClient, path: str, **fields: str) -> Any:
    fields.setdefault("csrf_token", token_of(client))
    return client.post(path, data=fields, follow_redirects=False)


def log_in(client: TestClient, name: str = "li.lei", password: str = PASSWORD) -> int:
    answer = client.post(
        "/console/login", data={"name": name, "password": password}, follow_redirects=False
    )
    return int(answer.status_code)
