from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from api.security.permissions import Permission, Role
from api.store.tables import Decision, Idempotency, Outgoing
from domain.decode import decode
from domain.events import ReviewDecided
from tests.api.alerts import empty_swipe, withdrawn
from tests.api.service import Service, TestClient, confirm, dismiss

ALERT = empty_swipe()
PATH = f"/api/v1/alerts/{ALERT.alert_id}/decisions"


@pytest.fixture
def reviewer(service: Service) -> TestClient:
    service.take_in(ALERT)
    return service.person(Role.REVIEWER)


def decide(client: TestClient, body: dict[str, Any], **headers: str) -> Any:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(PATH, json=body, headers={"If-Match": '"1"', **headers})


def test_a_confirmation_moves_the_alert_and_is_on_record(reviewer: TestClient) -> None:
    answer = decide(reviewer, confirm(amount="1500.00"))
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    body = answer.json()
    assert (body["state"], body["review_status"], body["version"]) == ("confirmed", "confirmed", 2)
    (decision,) = body["decisions"]
    assert decision["decided_by"] == "reviewer"
    assert (decision["amount"], decision["alert_version"]) == ("1500.00", 1)
    assert decision["reason"] == confirm()["reason"]


def test_a_decision_can_be_changed_and_both_stay_on_record(reviewer: TestClient) -> None:
    decide(reviewer, confirm())
    answer = reviewer.post(PATH, json=dismiss(), headers={"If-Match": '"2"'})
    assert answer.json()["state"] == "dismissed"
    assert [one["decision"] for one in answer.json()["decisions"]] == ["dismissed", "confirmed"]


def test_without_a_version_nothing_is_decided(reviewer: TestClient) -> None:
    answer = reviewer.post(PATH, json=confirm())
    assert answer.status_code == 428
    assert answer.json()["type"] == "urn:fundguard:problem:version-required"


@pytest.mark.parametrize("version", ['"0"', '"2"', 'W/"1"', "1", '""', "nonsense"])
def test_a_version_that_is_not_the_current_one_decides_nothing(
    reviewer: TestClient, version: str
) -> None:
    answer = reviewer.post(PATH, json=confirm(), headers={"If-Match": version})
    assert answer.status_code == 412
    assert answer.json()["current_version"] == 1


@pytest.mark.parametrize("version", ["*", '"1"', '"7", "1"'])
def test_any_listed_version_will_do(reviewer: TestClient, version: str) -> None:
    answer = reviewer.post(PATH, json=confirm(), headers={"If-Match": version})
    assert answer.status_code == 200


def test_of_two_reviewers_the_first_decides_and_the_second_is_told(service: Service) -> None:
    service.take_in(ALERT)
    one = service.person(Role.REVIEWER, name="one")
    two = service.person(Role.REVIEWER, name="two")
    assert decide(one, confirm()).status_code == 200
    late = decide(two, dismiss())
    assert late.status_code == 412
    assert one.get(PATH.removesuffix("/decisions")).json()["state"] == "confirmed"


def test_of_many_at_the_same_moment_exactly_one_decides(service: Service) -> None:
    service.take_in(ALERT)
    clients = [service.person(Role.REVIEWER, name=f"r{number}") for number in range(6)]
    statuses: list[int] = []

    def run(client: TestClient) -> None:
        statuses.append(decide(client, confirm()).status_code)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412, 412, 412, 412, 412]


def test_a_withdrawn_alert_is_not_decided(service: Service) -> None:
    service.take_in(withdrawn(ALERT, by="reversal-1"))
    answer = decide(service.person(Role.REVIEWER), confirm())
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:fundguard:problem:alert-withdrawn"


@pytest.mark.parametrize(
    "body",
    [
        {},
        confirm(reason=""),
        confirm(reason="   "),
        confirm(reason="x" * 2_001),
        confirm(reason="\x00"),
        confirm(reason_code="legitimate"),
        confirm(reason_code="because"),
        confirm(decision="maybe"),
        confirm(amount="-1"),
        confirm(amount="1.001"),
        confirm(amount="NaN"),
        confirm(amount="1e30"),
        confirm(extra=1),
        [],
        None,
        "confirm",
    ],
)
def test_a_decision_that_lacks_something_is_refused(reviewer: TestClient, body: Any) -> None:
    answer = decide(reviewer, body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b'{"reason": "\\ud800"}', b"[" * 100_000, b"{'a': 1}"]
)
def test_a_body_that_is_not_json_is_a_bad_request(reviewer: TestClient, body: bytes) -> None:
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    answer = reviewer.post(PATH, content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_half_a_character_is_refused(reviewer: TestClient) -> None:
    body = json.dumps(confirm(reason="a\ud800b"))
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    assert reviewer.post(PATH, content=body, headers=headers).status_code == 422


def test_an_answer_never_repeats_what_was_sent(reviewer: TestClient) -> None:
    answer = decide(reviewer, confirm(decision="330102199001011234"))
    assert "330102199001011234" not in answer.text


def test_a_decision_and_its_event_are_one_transaction(service: Service) -> None:
    service.take_in(ALERT)
    reviewer = service.person(Role.REVIEWER)
    decide(reviewer, confirm(amount="88.00"))
    decide(reviewer, confirm())  # stale: neither row
    with service.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1
        (row,) = session.scalars(select(Outgoing)).all()
    event = decode(row.event)
    assert row.key == ALERT.alert_id
    assert isinstance(event.data, ReviewDecided)
    assert (event.data.alert, event.data.decision) == (ALERT.alert_id, "confirmed")
    assert event.data.amount == Decimal("88.00")
    assert event.data.reviewer == "reviewer"
    assert event.name == "review.decided"


def test_the_same_key_gets_the_same_answer_and_decides_once(service: Service) -> None:
    service.take_in(ALERT)
    reviewer = service.person(Role.REVIEWER)
    first = decide(reviewer, confirm(), Idempotency_Key="k-1")
    again = decide(reviewer, confirm(), Idempotency_Key="k-1")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    with service.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Decision)) == 1


def test_the_same_key_with_another_body_is_refused(reviewer: TestClient) -> None:
    decide(reviewer, confirm(), Idempotency_Key="k-1")
    answer = decide(reviewer, dismiss(), Idempotency_Key="k-1")
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:fundguard:problem:idempotency-key-reused"


def test_a_key_belongs_to_whoever_sent_it(service: Service) -> None:
    service.take_in(ALERT)
    one = service.person(Role.REVIEWER, name="one")
    two = service.person(Role.REVIEWER, name="two")
    decide(one, confirm(), Idempotency_Key="k-1")
    answer = two.post(PATH, json=dismiss(), headers={"If-Match": '"2"', "Idempotency-Key": "k-1"})
    assert answer.status_code == 200


def test_after_an_error_the_same_key_may_try_again(reviewer: TestClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    stale = reviewer.post(PATH, json=confirm(), headers={"If-Match": '"9"', **headers})
    assert stale.status_code == 412
    good = reviewer.post(PATH, json=confirm(), headers={"If-Match": '"1"', **headers})
    assert good.status_code == 200


def test_while_the_first_request_runs_its_key_is_taken(service: Service) -> None:
    service.take_in(ALERT)
    reviewer = service.person(Role.REVIEWER)
    decide(reviewer, confirm(), Idempotency_Key="k-1")
    with service.store.write() as session:
        session.execute(update(Idempotency).values(status=None))
    answer = decide(reviewer, confirm(), Idempotency_Key="k-1")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:fundguard:problem:still-in-flight"


def test_a_key_is_free_again_after_a_day_or_a_crash(service: Service) -> None:
    service.take_in(ALERT)
    reviewer = service.person(Role.REVIEWER)
    decide(reviewer, confirm(), Idempotency_Key="k-1")
    with service.store.write() as session:
        old = datetime.now(UTC) - timedelta(hours=25)
        session.execute(update(Idempotency).values(created_at=old))
    answer = reviewer.post(
        PATH, json=dismiss(), headers={"If-Match": '"2"', "Idempotency-Key": "k-1"}
    )
    assert answer.status_code == 200
    with service.store.write() as session:
        minutes_ago = datetime.now(UTC) - timedelta(minutes=2)
        session.execute(update(Idempotency).values(created_at=minutes_ago, status=None))
    again = reviewer.post(
        PATH, json=dismiss(), headers={"If-Match": '"2"', "Idempotency-Key": "k-1"}
    )
    assert again.status_code == 412


@pytest.mark.parametrize("key", ["a b", "é", "x" * 256])
def test_a_key_of_other_characters_is_refused(reviewer: TestClient, key: str) -> None:
    headers = {b"If-Match": b"*", b"Idempotency-Key": key.encode()}
    assert reviewer.post(PATH, json=confirm(), headers=headers).status_code == 422


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INVESTIGATOR, Role.ADMIN])
def test_who_may_not_decide_is_told_so(service: Service, role: Role) -> None:
    service.take_in(ALERT)
    assert decide(service.person(role), confirm()).status_code == 403


def test_a_machine_decides_only_if_its_token_says_so(service: Service) -> None:
    service.take_in(ALERT)
    assert decide(service.machine(Permission.READ_ALERTS), confirm()).status_code == 403
    assert decide(service.machine(Permission.DECIDE_ALERTS), confirm()).status_code == 200
