from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from api.security.permissions import Permission, Role
from api.store.tables import Reading
from tests.api.alerts import daily_goods, empty_swipe, impossible_travel, phantom_stay, withdrawn
from tests.api.service import Service, TestClient, confirm


@pytest.fixture
def queue(service: Service) -> Service:
    """One alert of each scheme, and one that was withdrawn."""
    service.take_in(
        phantom_stay(),
        impossible_travel(),
        empty_swipe(),
        daily_goods(),
        withdrawn(empty_swipe(2), by="reversal-1"),
    )
    return service


@pytest.fixture
def reader(queue: Service) -> TestClient:
    return queue.person(Role.AUDITOR)


def found(client: TestClient, **parameters: Any) -> list[str]:
    answer = client.get("/api/v1/alerts", params=parameters)
    assert answer.status_code == 200, answer.text
    return [item["rule_id"] for item in answer.json()["items"]]


def pages(client: TestClient, **parameters: Any) -> Iterator[list[dict[str, Any]]]:
    """Every page, by following the links."""
    address = "/api/v1/alerts"
    while address:
        answer = client.get(address, params=parameters or None)
        assert answer.status_code == 200, answer.text
        yield answer.json()["items"]
        parameters = {}
        address = answer.links.get("next", {}).get("url", "")


def test_the_queue_holds_whole_alerts_with_the_queues_own_fields(reader: TestClient) -> None:
    first = reader.get("/api/v1/alerts", params={"state": "open"}).json()["items"][0]
    assert first["rule_id"] == "HO-01"
    assert first["evidence"][0]["event_id"] == "visit-000001"
    assert first["window"]["from"] == "2026-03-01T10:15:00+08:00"
    assert (first["state"], first["review_status"], first["version"]) == ("open", "pending", 1)
    assert first["amount"] == "12480.50"
    assert 0.6 < first["priority"] <= 1


@pytest.mark.parametrize(
    ("parameters", "rules"),
    [
        ({"state": "withdrawn"}, ["PS-01"]),
        ({"state": "open"}, ["HO-01", "PS-01", "ID-02", "SW-04"]),
        ({"review_status": "confirmed"}, []),
        ({"rule_id": "SW-04"}, ["SW-04"]),
        ({"severity_min": 5}, ["HO-01"]),
        ({"severity_min": 4, "state": "open"}, ["HO-01", "PS-01", "ID-02"]),
        ({"fixmedins_code": "P34150200482"}, ["ID-02"]),
        ({"occurred_from": "2026-03-06T00:00:00+08:00"}, ["HO-01"]),
        ({"occurred_to": "2026-02-27T11:05:00+08:00"}, []),
        ({"occurred_to": "2026-02-27T11:05:01+08:00"}, ["SW-04"]),
        ({"created_from": "2199-01-01T00:00:00Z"}, []),
        ({"q": "phantom"}, ["HO-01"]),
        ({"q": "挂床"}, ["HO-01"]),
        ({"q": "D3401040044"}, ["HO-01"]),
        ({"q": "100%"}, []),
        ({"q": "_"}, []),
        ({"q": ""}, ["HO-01", "PS-01", "PS-01", "ID-02", "SW-04"]),
    ],
)
def test_filters_narrow_the_queue(
    reader: TestClient, parameters: dict[str, Any], rules: list[str]
) -> None:
    assert sorted(found(reader, **parameters)) == sorted(rules)


@pytest.mark.parametrize(
    ("sort", "rules"),
    [
        ("-amount", ["HO-01", "PS-01", "SW-04", "ID-02"]),
        ("amount", ["ID-02", "SW-04", "PS-01", "HO-01"]),
        ("-occurred_at", ["HO-01", "PS-01", "ID-02", "SW-04"]),
        ("occurred_at", ["SW-04", "ID-02", "PS-01", "HO-01"]),
        ("-severity", ["HO-01", "PS-01", "ID-02", "SW-04"]),
        ("-priority", ["HO-01", "PS-01", "ID-02", "SW-04"]),
    ],
)
def test_the_queue_can_be_sorted(reader: TestClient, sort: str, rules: list[str]) -> None:
    assert found(reader, sort=sort, state="open") == rules


@pytest.mark.parametrize(
    "sort", ["-priority", "priority", "-amount", "occurred_at", "-created_at", "severity"]
)
def test_pages_show_every_alert_once_whatever_the_order(service: Service, sort: str) -> None:
    service.source.at_once = 100
    service.take_in(
        *(empty_swipe(number, amount=f"{number % 3}.10") for number in range(11)),
        *(daily_goods(number) for number in range(6)),
    )
    reader = service.person(Role.AUDITOR)
    seen = [item for page in pages(reader, sort=sort, limit=4) for item in page]
    assert len({item["alert_id"] for item in seen}) == len(seen) == 17
    values = [
        float(item["amount"]) if "amount" in sort else item[sort.removeprefix("-")] for item in seen
    ]
    assert all((a >= b) if sort[0] == "-" else (a <= b) for a, b in pairwise(values))


def test_alerts_that_arrive_while_one_reads_neither_hide_nor_repeat_others(
    service: Service,
) -> None:
    service.take_in(*(daily_goods(number) for number in range(6)))
    reader = service.person(Role.AUDITOR)
    walk = pages(reader, limit=3)
    first = next(walk)
    service.take_in(phantom_stay(1), phantom_stay(2))
    rest = [item for page in walk for item in page]
    assert len({item["alert_id"] for item in [*first, *rest]}) == 6


@pytest.mark.parametrize(
    "cursor", ["", "x", "AAAA", "%00", "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "a" * 2_001]
)
def test_a_made_up_cursor_is_refused(reader: TestClient, cursor: str) -> None:
    answer = reader.get("/api/v1/alerts", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_cursor_of_another_query_is_refused(reader: TestClient) -> None:
    cursor = reader.get("/api/v1/alerts", params={"limit": 1}).json()["next_cursor"]
    other = reader.get("/api/v1/alerts", params={"cursor": cursor, "sort": "amount"})
    assert other.status_code == 422
    assert other.json()["type"] == "urn:fundguard:problem:bad-cursor"
    assert reader.get("/api/v1/alerts", params={"cursor": cursor, "limit": 2}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "stat=open",
        "state=closed",
        "severity_min=6",
        "severity_min=x",
        "limit=0",
        "limit=201",
        "sort=name",
        "occurred_from=2026-03-01",
        "occurred_from=0001-01-01T00:00:00%2B14:00",
        "occurred_from=9999-12-31T23:59:59-14:00",
        "q=%00",
        "rule_id=%00",
        "rule_id=",
        "q=%ff%fe&nope=1",
    ],
)
def test_parameters_that_do_not_fit_are_named(reader: TestClient, query: str) -> None:
    answer = reader.get(f"/api/v1/alerts?{query}")
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["errors"][0]["in"] == "query"
    assert problem["errors"][0]["pointer"].startswith("/")
    assert len(problem["trace_id"]) == 32


def test_bytes_that_are_no_text_find_nothing_and_break_nothing(reader: TestClient) -> None:
    assert reader.get("/api/v1/alerts?q=%ff%fe").json()["items"] == []


def test_an_alert_shows_its_version_its_contributions_and_its_history(reader: TestClient) -> None:
    answer = reader.get(f"/api/v1/alerts/{phantom_stay().alert_id}")
    assert answer.headers["etag"] == '"1"'
    body = answer.json()
    assert body["decisions"] == body["cases"] == []
    traits = {part["trait"]: part for part in body["priority_contributions"]}
    assert traits["severity"]["value"] == "5"
    assert traits["severity"]["weight"] > 0


def test_a_withdrawn_alert_says_why(reader: TestClient) -> None:
    body = reader.get(f"/api/v1/alerts/{empty_swipe(2).alert_id}").json()
    assert (body["state"], body["withdrawn_by"]) == ("withdrawn", "reversal-1")


@pytest.mark.parametrize("alert_id", ["nobody", "ID-02-ffffffffffffffffffffffff"])
def test_an_alert_we_do_not_have_is_not_found(reader: TestClient, alert_id: str) -> None:
    answer = reader.get(f"/api/v1/alerts/{alert_id}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:fundguard:problem:alert-not-found"


@pytest.mark.parametrize("path", ["%00", "%ff", "a%20b", "'--", "x" * 81])
def test_an_id_that_cannot_be_one_is_refused(reader: TestClient, path: str) -> None:
    assert reader.get(f"/api/v1/alerts/{path}").status_code == 422


def test_a_parameter_that_would_be_ignored_is_refused(reader: TestClient) -> None:
    assert reader.get(f"/api/v1/alerts/{phantom_stay().alert_id}?v=1").status_code == 422


def test_every_alert_that_was_shown_is_logged_with_who_saw_it(queue: Service) -> None:
    reviewer = queue.person(Role.REVIEWER)
    auditor = queue.person(Role.AUDITOR)
    reviewer.get("/api/v1/alerts", params={"rule_id": "HO-01"})
    seen = reviewer.get(f"/api/v1/alerts/{phantom_stay().alert_id}")
    answer = auditor.get("/api/v1/access-log", params={"alert_id": phantom_stay().alert_id})
    rows = answer.json()["items"]
    assert [(row["actor"], row["action"]) for row in rows] == [
        ("reviewer", "view"),
        ("reviewer", "list"),
    ]
    assert rows[0]["trace_id"] == seen.headers["x-trace-id"]


def test_the_access_log_is_read_page_by_page(queue: Service) -> None:
    machine = queue.machine(Permission.READ_ALERTS)
    for _ in range(3):
        machine.get("/api/v1/alerts", params={"rule_id": "HO-01"})
    auditor = queue.person(Role.AUDITOR)
    first = auditor.get("/api/v1/access-log", params={"limit": 2})
    rest = auditor.get(first.links["next"]["url"])
    assert (len(first.json()["items"]), len(rest.json()["items"])) == (2, 1)
    with queue.store.read() as session:
        assert session.query(Reading).count() == 3


def test_what_reviewers_decided_is_a_filter(queue: Service) -> None:
    reviewer = queue.person(Role.REVIEWER)
    alert_id = phantom_stay().alert_id
    reviewer.post(f"/api/v1/alerts/{alert_id}/decisions", json=confirm(), headers={"If-Match": "*"})
    assert found(reviewer, review_status="confirmed") == ["HO-01"]
    assert found(reviewer, state="confirmed") == ["HO-01"]
    assert "HO-01" not in found(reviewer, state="open")
