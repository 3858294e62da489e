from __future__ import annotations

from typing import Any

import pytest

from api.security.permissions import Role
from tests.api.alerts import daily_goods, empty_swipe, phantom_stay, withdrawn
from tests.api.service import Service, TestClient

STAY, SWIPE, GOODS = phantom_stay(), empty_swipe(), daily_goods()


@pytest.fixture
def investigator(service: Service) -> TestClient:
    service.take_in(STAY, SWIPE, GOODS)
    return service.person(Role.INVESTIGATOR)


@pytest.fixture
def case(investigator: TestClient) -> str:
    body = {"title": "六安百姓大药房空刷", "alert_ids": [SWIPE.alert_id]}
    answer = investigator.post("/api/v1/cases", json=body)
    assert answer.status_code == 201
    return str(answer.headers["location"])


def step(client: TestClient, case: str, to: str, **more: Any) -> Any:
    version = client.get(case).headers["etag"]
    body = {"to": to, "reason": f"依程序转为 {to}", **more}
    return client.post(f"{case}/transitions", json=body, headers={"If-Match": version})


def test_a_case_begins_as_a_clue_with_its_alerts(investigator: TestClient, case: str) -> None:
    answer = investigator.get(case)
    body = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert (body["status"], body["source"], body["outcome"]) == ("PENDING", "MONITOR", None)
    assert body["allowed"] == ["FILED", "REJECTED", "TRANSFERRED"]
    assert [alert["alert_id"] for alert in body["alerts"]] == [SWIPE.alert_id]
    assert body["amount_involved"] == "1986.00"
    assert [(row["action"], row["actor"]) for row in body["history"]] == [("open", "investigator")]


def test_a_case_goes_all_the_way_and_every_step_is_on_record(
    investigator: TestClient, case: str
) -> None:
    way = [
        ("FILED", None),
        ("INVESTIGATING", None),
        ("SUSPENDED", None),
        ("INVESTIGATING", None),
        ("REPORTED", None),
        ("LEGAL_REVIEW", None),
        ("NOTIFIED", None),
        ("HEARING", None),
        ("MEETING", None),
        ("DECIDED", "PUNISH"),
        ("DELIVERED", None),
        ("EXECUTING", None),
        ("CLOSED", None),
    ]
    for to, outcome in way:
        more = {} if outcome is None else {"outcome": outcome}
        answer = step(investigator, case, to, **more)
        assert answer.status_code == 200, answer.text
    body = investigator.get(case).json()
    assert (body["status"], body["outcome"], body["allowed"]) == ("CLOSED", "PUNISH", [])
    assert [row["to_status"] for row in reversed(body["history"])] == ["PENDING"] + [
        to for to, _ in way
    ]
    assert all(row["reason"] and row["actor"] and row["at"] for row in body["history"][:-1])


def test_a_step_the_procedure_does_not_have_is_refused(investigator: TestClient, case: str) -> None:
    answer = step(investigator, case, "CLOSED", outcome="PUNISH")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:fundguard:problem:illegal-transition"
    assert (problem["status_now"], problem["allowed"]) == (
        "PENDING",
        ["FILED", "REJECTED", "TRANSFERRED"],
    )


def test_a_decision_without_an_outcome_is_refused(investigator: TestClient, case: str) -> None:
    for to in ("FILED", "INVESTIGATING", "REPORTED", "LEGAL_REVIEW", "NOTIFIED"):
        step(investigator, case, to)
    assert step(investigator, case, "DECIDED").status_code == 422
    assert step(investigator, case, "DECIDED", outcome="NO_PUNISH").status_code == 200


def test_a_case_that_has_ended_is_only_read(investigator: TestClient, case: str) -> None:
    step(investigator, case, "REJECTED")
    note = investigator.post(f"{case}/notes", json={"text": "补记"})
    assert note.status_code == 409
    assert note.json()["type"] == "urn:fundguard:problem:case-over"


def test_notes_alerts_and_assignments_are_steps_too(investigator: TestClient, case: str) -> None:
    assert investigator.post(f"{case}/notes", json={"text": "已调取视频"}).status_code == 200
    added = investigator.post(
        f"{case}/alerts",
        json={"alert_ids": [STAY.alert_id, SWIPE.alert_id]},
        headers={"If-Match": '"2"'},
    )
    assert added.json()["version"] == 3
    assigned = investigator.post(
        f"{case}/assignments",
        json={"assignee": "investigator", "reason": "属地办理"},
        headers={"If-Match": '"3"'},
    )
    body = assigned.json()
    assert (body["assignee"], body["alert_count"]) == ("investigator", 2)
    assert body["amount_involved"] == "14466.50"
    assert [row["action"] for row in body["history"]] == ["assign", "alerts", "note", "open"]
    assert body["notes"][0]["text"] == "已调取视频"


def test_adding_what_is_there_already_changes_nothing(investigator: TestClient, case: str) -> None:
    answer = investigator.post(
        f"{case}/alerts", json={"alert_ids": [SWIPE.alert_id]}, headers={"If-Match": '"1"'}
    )
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("alerts", {"alert_ids": [STAY.alert_id]}),
        ("assignments", {"assignee": "investigator", "reason": "r"}),
        ("transitions", {"to": "FILED", "reason": "r"}),
    ],
)
def test_what_changes_a_case_needs_its_version(
    investigator: TestClient, case: str, path: str, body: dict[str, Any]
) -> None:
    assert investigator.post(f"{case}/{path}", json=body).status_code == 428
    stale = investigator.post(f"{case}/{path}", json=body, headers={"If-Match": '"8"'})
    assert stale.status_code == 412
    good = investigator.post(f"{case}/{path}", json=body, headers={"If-Match": '"1"'})
    assert good.status_code == 200


def test_two_may_write_notes_at_once_unless_one_insists_on_a_version(
    investigator: TestClient, case: str
) -> None:
    investigator.post(f"{case}/notes", json={"text": "one"})
    assert investigator.post(f"{case}/notes", json={"text": "two"}).status_code == 200
    strict = investigator.post(f"{case}/notes", json={"text": "three"}, headers={"If-Match": '"1"'})
    assert strict.status_code == 412


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "t", "alert_ids": ["ID-02-unknown"]}, 404),
        ({"title": "t", "alert_ids": []}, 422),
        ({"title": " ", "alert_ids": [SWIPE.alert_id]}, 422),
        ({"title": "t", "alert_ids": ["%00"]}, 422),
        ({"title": "t", "alert_ids": [SWIPE.alert_id], "status": "CLOSED"}, 422),
        ({"title": "t" * 201, "alert_ids": [SWIPE.alert_id]}, 422),
    ],
)
def test_a_case_on_nothing_is_not_opened(
    investigator: TestClient, body: dict[str, Any], status: int
) -> None:
    assert investigator.post("/api/v1/cases", json=body).status_code == status
    assert investigator.get("/api/v1/cases").json()["items"] == []


def test_opening_twice_with_one_key_opens_one_case(investigator: TestClient) -> None:
    body = {"title": "t", "alert_ids": [SWIPE.alert_id]}
    headers = {"Idempotency-Key": "k"}
    first = investigator.post("/api/v1/cases", json=body, headers=headers)
    again = investigator.post("/api/v1/cases", json=body, headers=headers)
    assert first.headers["location"] == again.headers["location"]
    assert len(investigator.get("/api/v1/cases").json()["items"]) == 1


def test_nobody_can_be_assigned_who_is_not_there(investigator: TestClient, case: str) -> None:
    answer = investigator.post(
        f"{case}/assignments",
        json={"assignee": "nobody", "reason": "r"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 422


def test_cases_are_listed_page_by_page_the_latest_change_first(
    investigator: TestClient,
) -> None:
    for number in range(5):
        body = {"title": f"case {number}", "alert_ids": [GOODS.alert_id]}
        investigator.post("/api/v1/cases", json=body)
    first = investigator.get("/api/v1/cases", params={"limit": 3})
    rest = investigator.get(first.links["next"]["url"])
    titles = [item["title"] for item in [*first.json()["items"], *rest.json()["items"]]]
    assert titles == [f"case {number}" for number in (4, 3, 2, 1, 0)]
    assert first.json()["items"][0]["amount_involved"] == "350.00"
    assert "link" not in rest.headers


def test_cases_are_filtered_by_status_and_assignee(investigator: TestClient, case: str) -> None:
    def count(**parameters: str) -> int:
        return len(investigator.get("/api/v1/cases", params=parameters).json()["items"])

    assert (count(status="PENDING"), count(status="FILED")) == (1, 0)
    assert count(assignee="investigator") == 0
    assert investigator.get("/api/v1/cases", params={"status": "?"}).status_code == 422
    assert investigator.get("/api/v1/cases", params={"cursor": "x"}).status_code == 422


def test_a_withdrawn_alert_counts_no_longer(
    service: Service, investigator: TestClient, case: str
) -> None:
    service.take_in(withdrawn(SWIPE, by="reversal-1"))
    body = investigator.get(case).json()
    assert (body["amount_involved"], body["alerts"][0]["state"]) == ("0.00", "withdrawn")


def test_an_alert_names_its_cases(investigator: TestClient, case: str) -> None:
    body = investigator.get(f"/api/v1/alerts/{SWIPE.alert_id}").json()
    assert [found["title"] for found in body["cases"]] == ["六安百姓大药房空刷"]


@pytest.mark.parametrize("case_id", ["C1", "C20260301-ffffffff"])
def test_a_case_we_do_not_have_is_not_found(investigator: TestClient, case_id: str) -> None:
    assert investigator.get(f"/api/v1/cases/{case_id}").status_code == 404
    note = investigator.post(f"/api/v1/cases/{case_id}/notes", json={"text": "x"})
    assert note.status_code == 404


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_write_cases_is_told_so(service: Service, case: str, role: Role) -> None:
    client = service.person(role)
    assert client.post(f"{case}/notes", json={"text": "x"}).status_code == 403
