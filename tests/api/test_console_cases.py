from __future__ import annotations

import re

import pytest

from api.security.permissions import Role
from tests.api.alerts import daily_goods, empty_swipe, impossible_travel
from tests.api.pages import page, send, token_of
from tests.api.service import Service, TestClient


@pytest.fixture
def browser(service: Service) -> TestClient:
    """A supervisor's browser, with something in the queue to open cases on."""
    service.take_in(impossible_travel(), empty_swipe(), daily_goods())
    return service.person(Role.SUPERVISOR, name="wang")


def test_a_case_is_opened_from_an_alert_and_carried_on(browser: TestClient) -> None:
    opened = send(
        browser, "/console/cases", title="舟山至六安", alert_id=impossible_travel().alert_id
    )
    case = opened.headers["location"]
    text = page(browser, case)
    for part in ("舟山至六安", "线索待核查", "¥268.40", "智能监控", "异地同时就医"):
        assert part in text
    version = {"version": "1", "reason": "证据初步确凿"}
    assert send(browser, f"{case}/transitions", to="FILED", **version).status_code == 303
    assert send(browser, f"{case}/notes", text="已约谈").status_code == 303
    assigned = send(browser, f"{case}/assignments", version="3", assignee="wang", reason="属地管辖")
    assert assigned.status_code == 303
    uploaded = browser.post(
        f"{case}/evidence",
        data={"csrf_token": token_of(browser), "kind": "documentary", "summary": "台账"},
        files={"file": ("台账.csv", b"a,b", "text/csv")},
        follow_redirects=False,
    )
    assert uploaded.status_code == 303
    text = page(browser, case)
    for part in ("已立案", "证据初步确凿", "已约谈", "属地管辖", "台账.csv", "书证"):
        assert part in text
    link = re.search(r'href="(/console/cases/[^"]+/evidence/[^"]+)"', text)
    assert link is not None
    assert browser.get(link.group(1)).content == b"a,b"
    assert "舟山至六安" in page(browser, "/console/cases", status="FILED")
    assert "还没有案件" in page(browser, "/console/cases", status="CLOSED")


def test_a_further_alert_is_brought_into_an_open_case(browser: TestClient) -> None:
    opened = send(browser, "/console/cases", title="t", alert_id=empty_swipe().alert_id)
    case_id = opened.headers["location"].rsplit("/", 1)[1]
    more = send(browser, "/console/cases", case_id=case_id, alert_id=daily_goods().alert_id)
    assert more.headers["location"] == opened.headers["location"]
    assert "¥2,336.00" in page(browser, more.headers["location"])


@pytest.mark.parametrize("case_id", ["\x00", "C1", "' OR 1"])
def test_an_alert_is_not_brought_into_a_case_that_is_none(
    browser: TestClient, case_id: str
) -> None:
    answer = send(browser, "/console/cases", case_id=case_id, alert_id=daily_goods().alert_id)
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize(
    ("path", "fields", "status", "message"),
    [
        ("transitions", {"to": "CLOSED", "reason": "r", "version": "1"}, 409, "程序不允许"),
        ("transitions", {"to": "FILED", "reason": "r", "version": "5"}, 412, "刚被他人更新"),
        ("transitions", {"to": "FILED", "reason": "", "version": "1"}, 422, "内容不完整"),
        ("notes", {"text": ""}, 422, "内容不完整"),
        ("evidence", {"summary": "s"}, 422, "内容不完整"),
        (
            "assignments",
            {"assignee": "nobody", "reason": "r", "version": "1"},
            422,
            "没有这个经办人",
        ),
    ],
)
def test_what_cannot_be_done_to_a_case_is_said_on_its_page(
    browser: TestClient, path: str, fields: dict[str, str], status: int, message: str
) -> None:
    case = send(browser, "/console/cases", title="t", alert_id=empty_swipe().alert_id)
    answer = send(browser, f"{case.headers['location']}/{path}", **fields)
    assert answer.status_code == status
    assert message in answer.text
