from __future__ import annotations

import html
import re

import pytest

from api.security.permissions import Role
from tests.api.alerts import (
    daily_goods,
    empty_swipe,
    impossible_travel,
    notice,
    phantom_stay,
    withdrawn,
)
from tests.api.pages import alert_page, page, send
from tests.api.service import Service, TestClient, confirm


@pytest.fixture
def browser(service: Service) -> TestClient:
    """A supervisor's browser, with one alert of each scheme in the queue."""
    service.take_in(
        phantom_stay(),
        impossible_travel(),
        empty_swipe(),
        daily_goods(),
        notice(),
        withdrawn(empty_swipe(2), by="reversal-1"),
    )
    return service.person(Role.SUPERVISOR, name="wang")


def test_who_is_not_logged_in_is_led_to_the_login_and_back(service: Service) -> None:
    answer = service.client().get("/console/alerts?state=all", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/login?next=%2Fconsole%2Falerts%3Fstate%3Dall"
    partial = service.client().get("/console/alerts", headers={"HX-Request": "true"})
    assert partial.headers["hx-redirect"].startswith("/console/login")


def test_the_queue_shows_open_alerts_with_amounts_and_days_in_chinese(browser: TestClient) -> None:
    text = page(browser, "/console/alerts")
    assert re.findall(r'id="row-([A-Z]+-\d+)', text) == [
        "HO-01",
        "PS-01",
        "ID-02",
        "SW-04",
        "AN-01",
    ]
    assert "¥12,480.50" in text
    assert "2026年3月6日 02:00" in text
    assert "明确违规" in text
    assert "挂床住院" in text


def test_the_totals_count_every_line_once(browser: TestClient) -> None:
    totals = page(browser, "/console/alerts").split('id="totals"')[1].split("</dl>")[0]
    assert "¥15,434.90" in totals  # 12,480.50 + 268.40 + 1,986.00 + 350.00 + 350.00
    assert re.search(r"疑点数</dt><dd>5<", totals)


def test_the_same_queue_in_english(browser: TestClient) -> None:
    answer = browser.get("/console/alerts", headers={"Accept-Language": "en"})
    assert answer.headers["content-language"] == "en"
    assert "Phantom hospitalisation" in answer.text
    assert "6 Mar 2026 02:00" in answer.text
    assert 'lang="en"' in answer.text


def test_the_switch_outlasts_the_browsers_language(browser: TestClient) -> None:
    answer = send(browser, "/console/language", language="en", next="/console/cases")
    assert answer.headers["location"] == "/console/cases"
    assert "No cases yet" in page(browser, "/console/cases")


@pytest.mark.parametrize(
    ("parameters", "rules"),
    [
        ({"state": "withdrawn"}, ["PS-01"]),
        ({"state": "all", "rule_id": "PS-01", "sort": "occurred_at"}, ["PS-01", "PS-01"]),
        ({"severity_min": "5", "q": ""}, ["HO-01"]),
        ({"occurred_from": "2026-03-06", "occurred_to": "2026-03-06"}, ["HO-01"]),
        ({"occurred_from": "2026-03-07"}, []),
        ({"fixmedins_code": " P34150200482 "}, ["ID-02"]),
        ({"unknown": "ignored"}, ["HO-01", "PS-01", "ID-02", "SW-04", "AN-01"]),
    ],
)
def test_filters_live_in_the_address(
    browser: TestClient, parameters: dict[str, str], rules: list[str]
) -> None:
    text = page(browser, "/console/alerts", **parameters)
    assert re.findall(r'id="row-([A-Z]+-\d+)', text) == rules
    assert ("没有符合条件的疑点" in text) or rules


@pytest.mark.parametrize(
    "query",
    ["severity_min=9", "occurred_from=x", "occurred_to=9999-12-31", "cursor=x", "q=%00", "sort=x"],
)
def test_an_address_that_cannot_be_is_an_error_page(browser: TestClient, query: str) -> None:
    answer = browser.get(f"/console/alerts?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["x-trace-id"] in answer.text


def test_pages_follow_one_another(service: Service) -> None:
    service.source.at_once = 200
    service.take_in(*(daily_goods(number) for number in range(60)))
    browser = service.person(Role.AUDITOR)
    first = page(browser, "/console/alerts")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    second = page(browser, link.group(1))
    rows = re.findall(r'id="row-([\w-]+)"', first), re.findall(r'id="row-([\w-]+)"', second)
    assert (len(rows[0]), len(rows[1])) == (50, 10)
    assert not set(rows[0]) & set(rows[1])
    assert "sse-connect" in first
    assert "sse-connect" not in second


def test_an_alert_shows_all_that_speaks_for_and_against_it(browser: TestClient) -> None:
    text = alert_page(browser, impossible_travel().alert_id)
    for part in (
        impossible_travel().explanation,
        impossible_travel().counterfactual,
        "setl-330900-000001",
        "舟山仁和药店",
        "road_kmh",
        "第四十条第（一）项",
        "虚假就医、购药",
        "将凭证交由他人冒名使用",
        "2026年3月1日 09:02",
        "M6",
        "p000000000000000000000001",
        "<svg",
        "优先级",
        "+0.45",
    ):
        assert part in text, part


def test_lines_say_where_their_amount_is_counted(browser: TestClient) -> None:
    text = alert_page(browser, daily_goods().alert_id)
    assert "XA11GAW014A001010100001" in text
    assert "¥250.00" in text
    assert "已计入" in text


def test_a_models_alert_shows_its_score_and_contributions(browser: TestClient) -> None:
    text = alert_page(browser, notice().alert_id)
    assert "模型评分" in text
    assert "0.93" in text


def test_a_withdrawn_alert_carries_a_banner_and_no_form(browser: TestClient) -> None:
    text = alert_page(browser, empty_swipe(2).alert_id)
    assert "本疑点已撤回，依据事件：reversal-1" in text
    assert 'id="decision"' not in text


def test_late_evidence_is_named_as_the_reason(service: Service, browser: TestClient) -> None:
    service.source.send(empty_swipe().alert_id, None)
    service.take_in()
    assert "原因：迟到证据" in alert_page(browser, empty_swipe().alert_id)


def test_what_others_wrote_is_shown_not_run(service: Service, browser: TestClient) -> None:
    service.take_in(empty_swipe(9, explanation="<script>alert(1)</script>", name="<b>x</b>"))
    for path in ("/console/alerts", f"/console/alerts/{empty_swipe(9).alert_id}"):
        raw = browser.get(path).text
        assert "<script>alert" not in raw
        assert "<b>x</b>" not in raw


def test_a_decision_leads_on_to_the_next_alert_of_the_same_queue(browser: TestClient) -> None:
    here = f"/console/alerts/{phantom_stay().alert_id}"
    answer = send(
        browser,
        f"{here}/decisions?queue=severity_min%3D4%26sort%3D-priority",
        version="1",
        **confirm(),
    )
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/alerts/PS-01-")
    following = browser.get(answer.headers["location"])
    assert "上一条已处理" in following.text
    text = alert_page(browser, phantom_stay().alert_id)
    assert "核实违规" in text
    assert confirm()["reason"] in text
    assert "wang" in text


def test_after_the_last_alert_the_queue_is_shown(browser: TestClient) -> None:
    here = f"/console/alerts/{phantom_stay().alert_id}"
    answer = send(
        browser, f"{here}/decisions?queue=rule_id%3DHO-01", version="1", **confirm(amount="100")
    )
    assert answer.headers["location"].startswith("/console/alerts?")
    assert "rule_id=HO-01" in answer.headers["location"]


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        (confirm(reason="") | {"version": "1"}, 422, "请选择决定"),
        (confirm(reason_code="legitimate") | {"version": "1"}, 422, "请选择决定"),
        (confirm(amount="many") | {"version": "1"}, 422, "请选择决定"),
        (confirm() | {"version": "7"}, 412, "刚被他人处理"),
        (confirm(), 412, "刚被他人处理"),
    ],
)
def test_a_decision_that_fails_keeps_what_was_typed(
    browser: TestClient, fields: dict[str, str], status: int, message: str
) -> None:
    here = f"/console/alerts/{phantom_stay().alert_id}"
    answer = send(browser, f"{here}/decisions", **fields)
    assert answer.status_code == status
    assert message in answer.text
    assert fields["reason"] in html.unescape(answer.text)


def test_a_form_without_the_sessions_token_does_nothing(browser: TestClient) -> None:
    here = f"/console/alerts/{phantom_stay().alert_id}"
    del browser.headers["X-CSRF-Token"]
    answer = browser.post(f"{here}/decisions", data={**confirm(), "version": "1"})
    assert answer.status_code == 403
    assert "待复核" in alert_page(browser, phantom_stay().alert_id)


def test_who_may_only_read_sees_no_form(service: Service, browser: TestClient) -> None:
    auditor = service.person(Role.AUDITOR)
    text = alert_page(auditor, phantom_stay().alert_id)
    assert 'id="decision"' not in text
    assert "立为线索" not in text


def test_seeing_an_alert_at_the_console_is_logged(service: Service, browser: TestClient) -> None:
    alert_page(browser, phantom_stay().alert_id)
    page(browser, "/console/alerts")
    log = browser.get("/api/v1/access-log").json()["items"]
    assert [(row["actor"], row["action"]) for row in log] == [("wang", "view")]


def test_what_is_not_there_is_a_page_that_says_so(browser: TestClient) -> None:
    for path in ("/console/alerts/ID-02-none", "/console/cases/C1", "/console/nowhere"):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "name", ["console.css", "console.js", "htmx-2.0.11.min.js", "licences/htmx-LICENSE.txt"]
)
def test_what_pages_need_is_served_by_ourselves(service: Service, name: str) -> None:
    answer = service.client().get(f"/console/static/{name}")
    assert answer.status_code == 200
    kept = service.client().get(f"/console/static/{name}?v=1")
    assert "immutable" in kept.headers["cache-control"]
