from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.security.permissions import Permission, Role
from api.settings import ApiSettings
from tests.api.service import Service, TestClient

PATH = "/api/v1/claim-events"
SINGLE = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "/his/H34010400096",
        "type": "cn.fundguard.claim.reversed.v1",
        "time": "2026-03-01T09:02:00+08:00",
        "data": {"setl_id": "S1", "psn_no": "P1", "fixmedins_code": "H34010400096"},
        **changes,
    }


@pytest.fixture
def hospital(service: Service) -> TestClient:
    return service.machine(Permission.WRITE_EVENTS)


def test_a_single_event_is_taken_untouched(service: Service, hospital: TestClient) -> None:
    raw = json.dumps(event(data={**event()["data"], "new_field": "kept"})).encode()
    answer = hospital.post(PATH, content=raw, headers=SINGLE)
    assert (answer.status_code, answer.json()) == (
        202,
        {"accepted": 1, "rejected": 0, "errors": []},
    )
    assert service.sink is not None
    (received,) = service.sink.events
    assert received.raw == raw
    assert received.event.event_id == "e1"


def test_of_a_batch_the_good_are_taken_and_the_others_named(
    service: Service, hospital: TestClient
) -> None:
    batch = [event(1), event(2, type="cn.fundguard.unheard.of.v1"), event(3), {"id": "x"}, 7]
    answer = hospital.post(PATH, content=json.dumps(batch), headers=BATCH)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["accepted"], body["rejected"]) == (2, 3)
    assert [error["index"] for error in body["errors"]] == [1, 3, 4]
    assert body["errors"][0]["stage"] == "schema"
    assert service.sink is not None
    assert [one.event.event_id for one in service.sink.events] == ["e1", "e3"]


def test_an_empty_batch_is_nothing_to_take(hospital: TestClient) -> None:
    answer = hospital.post(PATH, content=b"[]", headers=BATCH)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 0)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", SINGLE),
        (b"{", SINGLE),
        (b"\xff", SINGLE),
        (b"[]", SINGLE),
        (json.dumps(event(data={})).encode(), SINGLE),
        (json.dumps(event(time="2026-03-01T09:02:00")).encode(), SINGLE),
        (b"{}", BATCH),
        (b"[" * 50_000, BATCH),
        (b"[1,", BATCH),
        (b"[" + b"0," * 5_000 + b"0]", BATCH),
    ],
)
def test_a_body_that_is_no_event_is_a_bad_request(
    hospital: TestClient, body: bytes, headers: dict[str, str]
) -> None:
    answer = hospital.post(PATH, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_a_refusal_repeats_no_value_of_the_data(hospital: TestClient) -> None:
    bad = event(data={"setl_id": "S1", "psn_no": ["340102199001011234"]})
    answer = hospital.post(PATH, content=json.dumps(bad), headers=SINGLE)
    assert answer.status_code == 400
    assert "340102199001011234" not in answer.text


def test_an_event_from_the_future_is_refused(hospital: TestClient) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = hospital.post(PATH, content=json.dumps(event(time=tomorrow)), headers=SINGLE)
    assert answer.status_code == 400


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "", "image/png; x"])
def test_another_media_type_is_not_supported(hospital: TestClient, media_type: str) -> None:
    answer = hospital.post(PATH, content=b"x", headers={"Content-Type": media_type})
    assert answer.status_code == 415


def test_a_body_that_is_too_large_is_refused(settings: ApiSettings) -> None:
    service = Service(settings.model_copy(update={"claim_batch_bytes": 2_000}))
    hospital = service.machine(Permission.WRITE_EVENTS)
    answer = hospital.post(PATH, content=b"[" + b" " * 3_000 + b"]", headers=BATCH)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    service.store.close()


def test_without_a_sink_the_service_says_it_cannot_take_events(settings: ApiSettings) -> None:
    service = Service(settings, sink=None)
    hospital = service.machine(Permission.WRITE_EVENTS)
    answer = hospital.post(PATH, content=json.dumps(event()), headers=SINGLE)
    assert answer.status_code == 503
    service.store.close()


def test_a_sink_that_is_away_is_not_our_mistake(service: Service, hospital: TestClient) -> None:
    assert service.sink is not None
    service.sink.is_away = True
    answer = hospital.post(PATH, content=json.dumps(event()), headers=SINGLE)
    assert answer.status_code == 503


def test_only_who_may_send_events_may_send_events(service: Service) -> None:
    body = json.dumps(event())
    assert service.client().post(PATH, content=body, headers=SINGLE).status_code == 401
    reviewer = service.person(Role.SUPERVISOR)
    assert reviewer.post(PATH, content=body, headers=SINGLE).status_code == 403
