from __future__ import annotations

from sqlalchemy import select

from api.security.permissions import Role
from api.store.tables import Alert, Change, RankerState
from tests.api.alerts import daily_goods, empty_swipe, impossible_travel, notice, phantom_stay
from tests.api.service import Service, TestClient, confirm, dismiss


def decide(client: TestClient, alert_id: str, body: dict[str, object]) -> None:
    answer = client.post(
        f"/api/v1/alerts/{alert_id}/decisions", json=body, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200


def queue(client: TestClient) -> list[str]:
    answer = client.get("/api/v1/alerts", params={"state": "open", "limit": 200})
    return [item["alert_id"] for item in answer.json()["items"]]


def test_dismissals_of_one_kind_move_that_kind_down_the_queue(service: Service) -> None:
    """Fifty confirmed ones wait behind sixty that look more expensive and are all legitimate."""
    legitimate = [
        daily_goods(number, severity=4, status="疑点", amount="9000.00") for number in range(60)
    ]
    violations = [empty_swipe(number, amount="500.00") for number in range(50)]
    service.source.at_once = 200
    service.take_in(*legitimate, *violations)
    reviewer = service.person(Role.REVIEWER)
    before = queue(reviewer)
    assert all(alert_id.startswith("SW-04") for alert_id in before[:20])

    for alert_id in before[:7]:
        decide(reviewer, alert_id, dismiss())
    service.rank()

    after = queue(reviewer)
    assert len(after) == 103
    assert all(alert_id.startswith("PS-01") for alert_id in after[:50])


def test_confirmations_move_a_kind_up(service: Service) -> None:
    service.take_in(*(daily_goods(number) for number in range(6)), impossible_travel())
    reviewer = service.person(Role.REVIEWER)
    assert queue(reviewer)[0].startswith("ID-02")
    for alert_id in queue(reviewer)[1:5]:
        decide(reviewer, alert_id, confirm())
    service.rank()
    assert queue(reviewer)[0].startswith("SW-04")


def test_a_violation_stays_above_a_notice_whatever_was_dismissed(service: Service) -> None:
    service.source.at_once = 50
    service.take_in(
        *(phantom_stay(number) for number in range(12)), *(notice(number) for number in range(8))
    )
    reviewer = service.person(Role.REVIEWER)
    ids = queue(reviewer)
    for alert_id in [one for one in ids if one.startswith("HO-01")][:10]:
        decide(reviewer, alert_id, dismiss())
    for alert_id in [one for one in ids if one.startswith("AN-01")][:6]:
        decide(reviewer, alert_id, confirm())
    service.rank()
    assert [alert_id[:5] for alert_id in queue(reviewer)] == ["HO-01", "HO-01", "AN-01", "AN-01"]


def test_what_was_learned_outlives_the_process_and_greets_new_alerts(service: Service) -> None:
    service.take_in(*(daily_goods(number) for number in range(6)))
    reviewer = service.person(Role.REVIEWER)
    for alert_id in queue(reviewer)[:5]:
        decide(reviewer, alert_id, dismiss())
    service.rank()
    service.take_in(daily_goods(100))
    with service.store.read() as session:
        priorities = session.scalars(select(Alert.priority).where(Alert.state == "open")).all()
    assert len(set(priorities)) == 1
    assert priorities[0] < 0.2


def test_a_decision_is_learned_once(service: Service) -> None:
    service.take_in(daily_goods())
    reviewer = service.person(Role.REVIEWER)
    decide(reviewer, queue(reviewer)[0], dismiss())
    service.rank()
    with service.store.read() as session:
        first = session.scalars(select(RankerState.state)).one()
    service.rank()
    with service.store.read() as session:
        assert session.scalars(select(RankerState.state)).one() == first
        kinds = session.scalars(select(Change.kind)).all()
    assert kinds.count("ranking") == 2


def test_a_new_order_does_not_make_an_open_form_stale(service: Service) -> None:
    service.take_in(daily_goods(1), daily_goods(2))
    reviewer = service.person(Role.REVIEWER)
    first, second = queue(reviewer)
    etag = reviewer.get(f"/api/v1/alerts/{second}").headers["etag"]
    decide(reviewer, first, dismiss())
    service.rank()
    assert reviewer.get(f"/api/v1/alerts/{second}").headers["etag"] == etag


def test_a_state_of_another_version_starts_anew(service: Service) -> None:
    service.take_in(daily_goods(1), daily_goods(2))
    reviewer = service.person(Role.REVIEWER)
    decide(reviewer, queue(reviewer)[0], dismiss())
    service.rank()
    with service.store.write() as session:
        session.scalars(select(RankerState)).one().state = b"from the future"
    assert reviewer.get(f"/api/v1/alerts/{queue(reviewer)[0]}").status_code == 200


def test_more_alerts_than_one_batch_holds_are_ranked_to_the_last(service: Service) -> None:
    service.source.at_once = 5_000
    service.take_in(*(daily_goods(number) for number in range(2_050)))
    reviewer = service.person(Role.REVIEWER)
    for alert_id in queue(reviewer)[:3]:
        decide(reviewer, alert_id, dismiss())
    service.rank()
    with service.store.read() as session:
        priorities = session.scalars(select(Alert.priority).where(Alert.state == "open")).all()
    assert len(priorities) == 2_047
    assert max(priorities) < 0.3
