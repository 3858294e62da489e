from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from api import problems
from api.app import create_app
from api.security.permissions import Permission, Role
from api.settings import ApiSettings
from tests.api.alerts import empty_swipe, phantom_stay
from tests.api.doubles import MemoryPublisher, MemorySource
from tests.api.service import Service, TestClient, confirm

METHODS = {"get", "post", "put", "patch", "delete"}


def test_a_started_service_takes_in_ranks_and_sends_by_itself(settings: ApiSettings) -> None:
    """The whole way, with every loop running: alert in, decision out, in a few seconds."""
    source, publisher = MemorySource(phantom_stay(), empty_swipe()), MemoryPublisher()
    helper = Service(settings)
    machine = helper.machine(Permission.READ_ALERTS, Permission.DECIDE_ALERTS)
    app = create_app(settings, alert_source=source, publisher=publisher, event_sink=None)
    with TestClient(app) as client:
        client.headers.update(machine.headers)
        for _ in until(5):
            items = client.get("/api/v1/alerts").json()["items"]
            if len(items) == 2:
                break
        assert [item["rule_id"] for item in items] == ["HO-01", "PS-01"]
        client.post(
            f"/api/v1/alerts/{items[1]['alert_id']}/decisions",
            json=confirm(),
            headers={"If-Match": '"1"'},
        )
        for _ in until(5):
            learned = 'fundguard_ranker{value="learned_decisions"} 1.0'
            if publisher.events and learned in client.get("/metrics").text:
                break
        else:
            pytest.fail("the decision was not sent or not learned")
        assert publisher.events[0].key == items[1]["alert_id"]
        assert client.get("/readyz").json()["checks"] == {
            "database": "ok",
            "intake": "ok",
            "outbox": "ok",
            "ranking": "ok",
            "clearing": "ok",
        }
    helper.store.close()


def test_a_service_that_stopped_leaves_its_jobs_to_the_next(settings: ApiSettings) -> None:
    for number in range(2):
        source = MemorySource(*(empty_swipe(one) for one in range(number + 1)))
        app = create_app(settings, alert_source=source, publisher=None, event_sink=None)
        with TestClient(app) as client:
            for _ in until(5):
                text = client.get("/metrics").text
                if f'fundguard_queue_alerts{{state="open"}} {number + 1}.0' in text:
                    break
            else:
                pytest.fail("the intake did not go on")


def until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.02)


def test_alive_means_the_process_answers(service: Service) -> None:
    assert service.client().get("/livez").json() == {"status": "ok"}


def test_not_ready_while_background_work_stands_still(service: Service) -> None:
    answer = service.client().get("/readyz")  # its loops were never started
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "ok"
    assert answer.json()["checks"]["ranking"] == "failing"


def test_not_ready_without_a_database(settings: ApiSettings) -> None:
    gone = settings.model_copy(update={"database": "sqlite:////proc/none/store.db"})
    with pytest.raises(OSError, match="none"):
        create_app(gone, alert_source=None, publisher=None, event_sink=None)


def test_the_metrics_name_routes_states_and_lag(service: Service) -> None:
    service.take_in(phantom_stay(), empty_swipe())
    reader = service.person(Role.AUDITOR)
    reader.get(f"/api/v1/alerts/{phantom_stay().alert_id}")
    reader.get("/made/up/path")
    reader.request("MADEUP", "/livez")
    text = reader.get("/metrics").text
    label = 'method="GET",route="/api/v1/alerts/{alert_id}",status="200"'
    assert f"fundguard_http_requests_total{{{label}}} 1.0" in text
    assert 'fundguard_queue_alerts{state="open"} 2.0' in text
    assert 'fundguard_queue_amount_yuan{state="open"} 14466.5' in text
    assert 'fundguard_outbox_waiting{outbox="decisions"} 0.0' in text
    assert 'fundguard_ranker{value="learned_decisions"} 0.0' in text
    assert phantom_stay().alert_id not in text
    assert "MADEUP" not in text
    assert "/made/up" not in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/alerts", 405),
        ("GET", "/api/v1/alerts", 401),
        ("GET", "/docs", 404),
    ],
)
def test_every_error_is_a_problem_with_a_trace(
    service: Service, method: str, path: str, status: int
) -> None:
    answer = service.client().request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["instance"]) == (status, path)
    assert body["trace_id"] == answer.headers["x-trace-id"]


def test_a_method_that_is_not_allowed_names_those_that_are(service: Service) -> None:
    client = service.client()
    assert client.put("/api/v1/users").headers["allow"] == "GET, POST"
    assert client.post("/api/v1/alerts").headers["allow"] == "GET"
    assert client.post("/livez").headers["allow"] == "GET"


def test_the_callers_trace_is_carried_on(service: Service) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    header = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    assert service.client().get("/livez", headers=header).headers["x-trace-id"] == trace
    for bad in ("00-x-y-z", "", "00-" + "0" * 32 + "-00f067aa0ba902b7-01"):
        made = service.client().get("/livez", headers={"traceparent": bad})
        assert len(made.headers["x-trace-id"]) == 32
        assert made.headers["x-trace-id"] != "0" * 32


def test_titles_speak_the_callers_language(service: Service) -> None:
    client = service.client()
    assert client.get("/api/v1/alerts").json()["title"] == "请先登录"
    english = client.get("/api/v1/alerts", headers={"Accept-Language": "en-GB"})
    assert english.json()["title"] == "Log in first"


def test_our_own_bugs_say_nothing_of_what_went_wrong(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bytes:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(service.app.state.shell.metrics, "render", fail)
    client = TestClient(service.app, raise_server_exceptions=False)
    answer = client.get("/metrics")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:fundguard:problem:internal-error"
    assert "hunter2" not in answer.text


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def test_every_route_documents_the_errors_it_can_answer(service: Service) -> None:
    document = service.client().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for name, operation in operations(document):
        answers = set(operation["responses"])
        if "/api/" in name:
            assert {"401", "403", "422"} <= answers, name
        if "{" in name:
            assert "404" in answers or name.startswith("GET /metrics"), name
        if operation.get("requestBody"):
            assert "400" in answers, name
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        if "If-Match" in names:
            assert "412" in answers, name
        for status, answer in operation["responses"].items():
            if status.startswith(("4", "5")) and status != "503":
                assert list(answer["content"]) == [problems.MEDIA_TYPE], (name, status)


def test_the_document_hangs_together(service: Service) -> None:
    document = service.client().get("/openapi.json").json()
    known = set(document["components"]["schemas"])
    used: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                used.add(node["$ref"].removeprefix("#/components/schemas/"))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)
    assert used <= known
    assert "HTTPValidationError" not in known


def test_every_known_error_has_a_name_of_its_own() -> None:
    slugs = [kind.slug for kind in problems.KINDS.values()]
    assert len(set(slugs)) == len(slugs)
