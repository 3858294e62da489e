from __future__ import annotations

import pytest

from api.outbox import Outbox, waiting
from api.security.permissions import Role
from domain.decode import decode
from tests.api.alerts import empty_swipe
from tests.api.service import Service, confirm


def decide_all(service: Service, count: int) -> list[str]:
    """Decide some alerts; answer their ids in that order."""
    service.source.at_once = 500
    alerts = [empty_swipe(number) for number in range(count)]
    service.take_in(*alerts)
    reviewer = service.person(Role.REVIEWER)
    for alert in alerts:
        reviewer.post(
            f"/api/v1/alerts/{alert.alert_id}/decisions",
            json=confirm(),
            headers={"If-Match": "*"},
        )
    return [alert.alert_id for alert in alerts]


def test_events_leave_once_in_the_order_they_were_written(service: Service) -> None:
    decided = decide_all(service, 12)
    service.relay()
    service.relay()
    assert [event.key for event in service.publisher.events] == decided
    assert waiting(service.store) == 0


def test_what_leaves_is_a_cloudevent_of_the_contract(service: Service) -> None:
    (alert_id,) = decide_all(service, 1)
    service.relay()
    (event,) = service.publisher.events
    assert event.type == "cn.fundguard.review.decided.v1"
    assert decode(event.event).event_id.startswith(alert_id)


def test_a_broker_that_is_away_gets_the_events_when_it_returns(service: Service) -> None:
    decided = decide_all(service, 3)
    service.publisher.failures = 1
    outbox = Outbox(service.store, service.publisher)
    with pytest.raises(ConnectionError):
        outbox.step()
    assert waiting(service.store) == 3
    assert outbox.step()
    assert not outbox.step()
    assert [event.key for event in service.publisher.events] == decided
