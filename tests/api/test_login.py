from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.security import throttle
from api.security.passwords import hash_password, matches, one_time_password
from api.security.permissions import GRANTS, Permission, Role
from api.security.users import create_first_user
from api.settings import ApiSettings
from api.store.database import Store
from api.store.tables import LoginFailure, Session, User
from tests.api.pages import log_in
from tests.api.service import COST, PASSWORD, Service, TestClient


@pytest.fixture
def browser(service: Service) -> TestClient:
    """A browser of somebody who has an account, at the login page."""
    service.person(Role.REVIEWER, name="li.lei")
    client = service.client()
    client.headers["Accept"] = "text/html"
    return client


def test_a_password_is_known_by_its_salted_digest_only() -> None:
    kept, again = hash_password("secret words", COST), hash_password("secret words", COST)
    assert kept != again
    assert "secret" not in kept
    assert matches("secret words", kept)
    assert not matches("secret word", kept)


def test_one_time_passwords_can_be_typed_and_are_never_alike() -> None:
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", one) for one in made)


def test_the_first_user_is_created_once_and_may_do_everything(store: Store) -> None:
    first = create_first_user(store, COST)
    assert first is not None
    assert create_first_user(store, COST) is None
    with store.read() as session:
        user = session.get_one(User, first.name)
    held = frozenset().union(*(GRANTS[Role(role)] for role in user.roles))
    assert held >= {Permission.MANAGE_USERS, Permission.DECIDE_ALERTS, Permission.WRITE_CASES}
    assert user.must_change_password


def test_the_first_login_must_change_the_password(service: Service) -> None:
    first = create_first_user(service.store, COST)
    assert first is not None
    browser = service.client()
    assert log_in(browser, first.name, first.password) == 303
    closed = browser.get("/console/alerts", follow_redirects=False)
    assert (closed.status_code, closed.headers["location"]) == (303, "/console/password")
    assert browser.get("/api/v1/alerts").json()["type"].endswith("password-change")
    page = browser.get("/console/password")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    fields = {"csrf_token": token.group(1), "old": first.password, "new": "x" * 9, "again": "x" * 9}
    assert browser.post("/console/password", data=fields).status_code == 422
    fields |= {"new": "a much better one", "again": "another"}
    assert browser.post("/console/password", data=fields).status_code == 422
    fields["again"] = fields["new"]
    assert browser.post("/console/password", data=fields).url.path == "/console/alerts"
    assert log_in(service.client(), first.name, first.password) == 401
    assert log_in(service.client(), first.name, "a much better one") == 303


def test_a_login_opens_a_session_that_scripts_and_other_sites_cannot_use(
    browser: TestClient,
) -> None:
    answer = browser.post(
        "/console/login", data={"name": "Li.Lei ", "password": PASSWORD}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert browser.get("/console/alerts").status_code == 200


def test_over_https_the_cookie_is_bound_to_this_host(settings: ApiSettings) -> None:
    service = Service(settings.model_copy(update={"public_base_url": "https://testserver"}))
    service.person(Role.REVIEWER, name="li.lei")
    answer = service.client().post(
        "/console/login", data={"name": "li.lei", "password": PASSWORD}, follow_redirects=False
    )
    assert answer.headers["set-cookie"].startswith("__Host-fundguard=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers
    service.store.close()


@pytest.mark.parametrize(
    ("name", "password"), [("li.lei", "wrong"), ("nobody", PASSWORD), ("", ""), ("\x00", "\x00")]
)
def test_a_wrong_login_never_says_what_was_wrong(
    browser: TestClient, name: str, password: str
) -> None:
    answer = browser.post("/console/login", data={"name": name, "password": password})
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text


def test_after_some_failures_the_next_try_must_wait(service: Service, browser: TestClient) -> None:
    for _ in range(5):
        assert log_in(browser, password="wrong") == 401
    answer = browser.post("/console/login", data={"name": "li.lei", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert log_in(browser, name="someone.else") == 401
    with service.store.write() as session:
        session.execute(update(LoginFailure).values(at=datetime.now(UTC) - timedelta(seconds=30)))
    assert log_in(browser) == 303
    assert log_in(browser, password="wrong") == 401


def test_one_address_cannot_try_many_names(service: Service, browser: TestClient) -> None:
    with service.store.write() as session:
        for number in range(30):
            throttle.failed(session, f"name{number}", "testclient")
    assert log_in(browser) == 429


def test_a_session_ends_by_logging_out_idling_or_growing_old(
    service: Service, settings: ApiSettings
) -> None:
    person = service.person(Role.REVIEWER)
    token = person.headers["X-CSRF-Token"]
    person.post("/console/logout", data={"csrf_token": token})
    assert person.get("/api/v1/alerts").status_code == 401
    for column in ("seen_at", "created_at"):
        person = service.person(Role.REVIEWER)
        assert person.get("/api/v1/alerts").status_code == 200
        long_ago = datetime.now(UTC) - timedelta(hours=settings.session_hours, minutes=1)
        with service.store.write() as session:
            session.execute(update(Session).values({column: long_ago}))
        assert person.get("/api/v1/alerts").status_code == 401


def test_working_keeps_a_session_open(service: Service) -> None:
    person = service.person(Role.REVIEWER)
    nearly = datetime.now(UTC) - timedelta(minutes=29)
    with service.store.write() as session:
        session.execute(update(Session).values(seen_at=nearly))
    assert person.get("/api/v1/alerts").status_code == 200
    with service.store.read() as session:
        seen = session.scalars(select(Session.seen_at)).one()
    assert datetime.now(UTC) - seen < timedelta(minutes=1)


def test_a_foreign_page_cannot_log_anybody_in(browser: TestClient) -> None:
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert log_in(browser) == 403


def test_after_logging_in_nobody_is_led_elsewhere(browser: TestClient) -> None:
    for target in ("https://evil.example", "//evil.example", "/console/\\evil", "/\t/evil", "/api"):
        answer = browser.post(
            "/console/login",
            data={"name": "li.lei", "password": PASSWORD, "next": target},
            follow_redirects=False,
        )
        assert answer.headers["location"] == "/console/alerts"
    inside = {"name": "li.lei", "password": PASSWORD, "next": "/console/alerts?state=all"}
    answer = browser.post("/console/login", data=inside, follow_redirects=False)
    assert answer.headers["location"] == "/console/alerts?state=all"
