from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from api.security.permissions import GRANTS, Permission, Role
from api.settings import ApiSettings
from api.store.tables import AccessToken, Session
from tests.api.alerts import empty_swipe
from tests.api.pages import log_in
from tests.api.service import Service, confirm

MATRIX = {
    ("GET", "/api/v1/alerts"): Permission.READ_ALERTS,
    ("GET", "/api/v1/cases"): Permission.READ_CASES,
    ("POST", "/api/v1/cases"): Permission.WRITE_CASES,
    ("GET", "/api/v1/access-log"): Permission.READ_ACCESS_LOG,
    ("GET", "/api/v1/users"): Permission.MANAGE_USERS,
    ("GET", "/api/v1/tokens"): Permission.MANAGE_USERS,
}


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_it_was_granted_and_nothing_else(service: Service, role: Role) -> None:
    person = service.person(role)
    for (method, path), permission in MATRIX.items():
        status = person.request(method, path, json={} if method == "POST" else None).status_code
        assert (status != 403) == (permission in GRANTS[role]), (method, path, status)


def test_a_foreign_page_cannot_decide(service: Service) -> None:
    service.take_in(empty_swipe())
    path = f"/api/v1/alerts/{empty_swipe().alert_id}/decisions"

    def send(**headers: str) -> int:
        person = service.person(Role.REVIEWER)
        if headers.pop("token", "") == "none":
            del person.headers["X-CSRF-Token"]
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = person.post(path, json=confirm(), headers={"If-Match": "*", **sent})
        return int(answer.status_code)

    assert send(token="none") == 403
    assert send(X_CSRF_Token="guessed") == 403
    assert send(Sec_Fetch_Site="cross-site") == 403
    assert send(Sec_Fetch_Site="same-site") == 403
    assert send(Origin="https://evil.example") == 403
    assert send(Origin="null") == 403
    assert send(Origin="http://testserver", Sec_Fetch_Site="same-origin") == 200


def test_the_store_holds_no_session_id_and_no_token(service: Service) -> None:
    machine = service.machine(Permission.READ_ALERTS)
    person = service.person(Role.REVIEWER)
    with service.store.read() as session:
        digests = session.scalars(select(AccessToken.digest)).all()
        digests = [*digests, *session.scalars(select(Session.digest))]
    secrets = [machine.headers["Authorization"].removeprefix("Bearer "), *person.cookies.values()]
    assert not set(digests) & set(secrets)


@pytest.mark.parametrize("permission", list(Permission))
def test_a_token_may_do_what_it_was_given_and_nothing_else(
    service: Service, permission: Permission
) -> None:
    machine = service.machine(permission)
    for (method, path), needed in MATRIX.items():
        status = machine.request(method, path, json={} if method == "POST" else None).status_code
        assert (status != 403) == (permission is needed), (method, path, status)


@pytest.mark.parametrize("header", ["Bearer x", "Bearer ", "Basic eDp5", "Bearer é", "Bearer"])
def test_a_token_nobody_gave_out_opens_nothing(service: Service, header: str) -> None:
    client = service.client()
    answer = client.get("/api/v1/alerts", headers={b"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_tokens_are_created_shown_once_and_revoked(service: Service) -> None:
    admin = service.person(Role.ADMIN)
    body = {"label": "his-gateway", "permissions": ["alerts.read"], "days": 30}
    created = admin.post("/api/v1/tokens", json=body).json()
    machine = service.client()
    machine.headers["Authorization"] = f"Bearer {created['token']}"
    assert machine.get("/api/v1/alerts").status_code == 200
    listed = admin.get("/api/v1/tokens").json()["items"]
    assert [one["label"] for one in listed] == ["his-gateway"]
    assert "token" not in listed[0]
    assert admin.delete(f"/api/v1/tokens/{created['token_id']}").status_code == 204
    assert machine.get("/api/v1/alerts").status_code == 401
    assert admin.delete("/api/v1/tokens/00").status_code == 404


def test_a_token_ends_on_its_day(service: Service) -> None:
    machine = service.machine(Permission.READ_ALERTS)
    with service.store.write() as session:
        session.execute(update(AccessToken).values(expires_at=datetime.now(UTC)))
    assert machine.get("/api/v1/alerts").status_code == 401


def test_an_administrator_creates_changes_and_closes_accounts(service: Service) -> None:
    admin = service.person(Role.ADMIN)
    body = {"name": "han.mei", "display_name": "韩梅梅", "roles": ["reviewer"]}
    created = admin.post("/api/v1/users", json=body)
    assert created.status_code == 201
    assert admin.post("/api/v1/users", json=body).status_code == 409
    password = created.json()["one_time_password"]
    browser = service.client()
    assert log_in(browser, "han.mei", password) == 303
    changed = admin.patch("/api/v1/users/han.mei", json={"active": False})
    assert (changed.status_code, changed.json()["active"]) == (200, False)
    assert browser.get("/api/v1/alerts").status_code == 401
    assert log_in(browser, "han.mei", password) == 401
    admin.patch("/api/v1/users/han.mei", json={"active": True, "roles": ["auditor"]})
    again = admin.post("/api/v1/users/han.mei/password-resets").json()["one_time_password"]
    assert again != password
    assert log_in(browser, "han.mei", again) == 303
    names = {one["name"]: one["roles"] for one in admin.get("/api/v1/users").json()["items"]}
    assert names == {"admin": ["admin"], "han.mei": ["auditor"]}
    assert admin.patch("/api/v1/users/nobody", json={}).status_code == 404


@pytest.mark.parametrize("path", ["/console/login", "/api/v1/alerts", "/livez", "/nowhere"])
def test_every_answer_forbids_what_pages_do_not_need(service: Service, path: str) -> None:
    headers = service.client().get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_the_log_names_routes_and_never_persons(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    alert = empty_swipe(psn_no="340102199001011234")
    with caplog.at_level(logging.DEBUG, logger="fundguard"):
        service.take_in(alert)
        service.source.send("x", b'{"psn_no": "340102199001011234"}')
        service.take_in()
        reader = service.person(Role.AUDITOR)
        reader.get("/api/v1/alerts", params={"q": "340102199001011234"})
        reader.get(f"/api/v1/alerts/{alert.alert_id}")
    assert "GET /api/v1/alerts/{alert_id} 200" in caplog.text
    assert "340102199001011234" not in caplog.text
    assert alert.alert_id not in caplog.text


def test_secrets_may_come_from_files(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "database").write_text("postgresql://fg:pw@db/fg\n")
    monkeypatch.setenv("FUNDGUARD_DATABASE_FILE", str(folder / "database"))
    monkeypatch.setenv("FUNDGUARD_SESSION_IDLE_MINUTES", "5")
    settings = ApiSettings.model_validate({})
    assert settings.database == "postgresql://fg:pw@db/fg"
    assert settings.session_idle_minutes == 5
    assert "pw" not in str(settings.session_secret)


def test_wrong_settings_are_all_named_at_once() -> None:
    with pytest.raises(ValueError, match="public_base_url") as caught:
        ApiSettings.model_validate({"public_base_url": "testserver", "password_cost": 3_000})
    assert "password_cost" in str(caught.value)
