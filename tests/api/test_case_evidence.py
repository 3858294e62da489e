from __future__ import annotations

import hashlib
from typing import Any

import pytest

from api.cases.evidence import LARGEST_FILE
from api.security.permissions import Role
from tests.api.alerts import empty_swipe
from tests.api.service import Service, TestClient

TEXT = "当事人陈述: 未见出库"
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()


@pytest.fixture
def investigator(service: Service) -> TestClient:
    service.take_in(empty_swipe())
    return service.person(Role.INVESTIGATOR)


@pytest.fixture
def binder(investigator: TestClient) -> str:
    body = {"title": "t", "alert_ids": [empty_swipe().alert_id]}
    case = investigator.post("/api/v1/cases", json=body).headers["location"]
    return f"{case}/evidence"


def test_a_reference_is_kept_with_its_digest(investigator: TestClient, binder: str) -> None:
    body = {"reference": "setl-340104-000001", "summary": "结算单", "sha256": DIGEST.upper()}
    answer = investigator.post(binder, json=body)
    assert answer.status_code == 201
    assert (answer.json()["sha256"], answer.json()["size"]) == (DIGEST, None)
    assert investigator.get(answer.headers["location"]).status_code == 404


def test_a_text_is_kept_and_comes_back_byte_for_byte(investigator: TestClient, binder: str) -> None:
    body = {"kind": "statement", "reference": "笔录 1", "summary": "陈述", "text": TEXT}
    answer = investigator.post(binder, json=body)
    assert answer.json()["sha256"] == DIGEST
    kept = investigator.get(answer.headers["location"])
    assert kept.content == TEXT.encode()
    assert kept.headers["content-disposition"].startswith("attachment;")
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["x-content-type-options"] == "nosniff"


def test_a_file_is_kept_under_its_name(investigator: TestClient, binder: str) -> None:
    page = b"<script>alert(1)</script>"
    answer = investigator.post(
        binder,
        data={"summary": "网页取证", "kind": "electronic"},
        files={"file": ("网页\r\n.html", page, "text/html")},
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["size"] == len(page)
    kept = investigator.get(answer.headers["location"])
    assert kept.content == page
    assert "\n" not in kept.headers["content-disposition"]


def test_a_file_of_five_megabytes_is_the_largest(investigator: TestClient, binder: str) -> None:
    for size, status in ((LARGEST_FILE, 201), (LARGEST_FILE + 1, 422)):
        files = {"file": ("scan.bin", bytes(size), "application/octet-stream")}
        answer = investigator.post(binder, data={"summary": "扫描件"}, files=files)
        assert answer.status_code == status
    huge = {"file": ("scan.bin", bytes(7 * 1024 * 1024), "application/octet-stream")}
    assert investigator.post(binder, data={"summary": "s"}, files=huge).status_code == 413


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"reference": "r", "summary": "s"}, 422),
        ({"reference": "r", "summary": "s", "sha256": "abc"}, 422),
        ({"reference": "r", "summary": "s", "sha256": DIGEST, "text": "other"}, 422),
        ({"reference": "r", "summary": "s", "text": "x" * 100_001}, 422),
        ({"reference": "r", "summary": "s", "text": "x", "kind": "rumour"}, 422),
        ({"reference": "r", "summary": "", "text": "x"}, 422),
    ],
)
def test_evidence_that_proves_nothing_is_refused(
    investigator: TestClient, binder: str, body: dict[str, Any], status: int
) -> None:
    answer = investigator.post(binder, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"x", "text/plain", 415),
        (b"x", "", 415),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=b", 400),
        (b"--b\r\n\r\n\r\n--b--\r\n", "multipart/form-data; boundary=b", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    investigator: TestClient, binder: str, content: bytes, media_type: str, status: int
) -> None:
    answer = investigator.post(binder, content=content, headers={"Content-Type": media_type})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_evidence_is_part_of_the_case_and_its_history(
    investigator: TestClient, binder: str
) -> None:
    investigator.post(binder, json={"reference": "r", "summary": "台账", "text": TEXT})
    body = investigator.get(binder.removesuffix("/evidence")).json()
    assert body["evidence"][0]["summary"] == "台账"
    assert (body["history"][0]["action"], body["version"]) == ("evidence", 2)


def test_evidence_of_one_case_is_not_read_through_another(
    investigator: TestClient, binder: str
) -> None:
    kept = investigator.post(binder, json={"reference": "r", "summary": "s", "text": TEXT})
    body = {"title": "other", "alert_ids": [empty_swipe().alert_id]}
    other = investigator.post("/api/v1/cases", json=body).headers["location"]
    evidence_id = kept.json()["evidence_id"]
    assert investigator.get(f"{other}/evidence/{evidence_id}").status_code == 404
