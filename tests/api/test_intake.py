from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import func, select

from api.intake import Intake
from api.loops import Loop
from api.security.permissions import Role
from api.store.database import Store
from api.store.tables import Alert, Change, Offset
from domain.alerts import Alert as Wire
from domain.alerts import encode
from tests.api.alerts import daily_goods, empty_swipe, impossible_travel, phantom_stay, withdrawn
from tests.api.doubles import MemorySource
from tests.api.service import Service, confirm


def stored(store: Store, alert: Wire) -> Alert:
    with store.read() as session:
        return session.get_one(Alert, alert.alert_id)


def test_alerts_arrive_once_however_often_they_are_delivered(service: Service) -> None:
    alerts = [impossible_travel(), empty_swipe(), phantom_stay(), daily_goods()]
    service.take_in(*alerts)
    service.take_in(*alerts)
    with service.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 4
    assert stored(service.store, alerts[0]).version == 1


def test_the_content_is_kept_byte_for_byte(service: Service) -> None:
    alert = phantom_stay()
    service.take_in(alert)
    assert stored(service.store, alert).content.encode() == encode(alert)


def test_the_last_form_of_an_alert_wins(service: Service) -> None:
    first = empty_swipe()
    last = empty_swipe(amount="2500.00", hit_count=3)
    service.take_in(first, last)
    row = stored(service.store, first)
    assert str(row.amount) == "2500.00"
    service.take_in(first)
    assert stored(service.store, first).version == 2


def test_a_reviewers_decision_survives_redelivery_and_new_content(service: Service) -> None:
    alert = empty_swipe()
    service.take_in(alert)
    reviewer = service.person(Role.REVIEWER)
    path = f"/api/v1/alerts/{alert.alert_id}/decisions"
    assert reviewer.post(path, json=confirm(), headers={"If-Match": '"1"'}).status_code == 200
    service.take_in(alert)
    service.take_in(empty_swipe(hit_count=9))
    row = stored(service.store, alert)
    assert (row.state, row.review_status, row.version) == ("confirmed", "confirmed", 3)


def test_a_withdrawn_alert_names_the_event_that_took_it_back(service: Service) -> None:
    alert = empty_swipe()
    service.take_in(alert, withdrawn(alert, by="reversal-7"))
    row = stored(service.store, alert)
    assert (row.state, row.withdrawn_by, row.withdrawn_reason) == ("withdrawn", "reversal-7", None)


def test_a_tombstone_withdraws_because_of_late_evidence(service: Service) -> None:
    alert = empty_swipe()
    service.take_in(alert)
    service.source.send(alert.alert_id, None)
    service.take_in()
    row = stored(service.store, alert)
    assert (row.state, row.withdrawn_by) == ("withdrawn", None)
    assert row.withdrawn_reason == "迟到证据"


def test_a_tombstone_for_an_alert_we_never_had_does_nothing(service: Service) -> None:
    service.source.send("PS-01-unknown", None)
    service.take_in()
    with service.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 0


def test_an_alert_that_returns_after_its_tombstone_is_open_again(service: Service) -> None:
    alert = empty_swipe()
    service.take_in(alert)
    service.source.send(alert.alert_id, None)
    service.take_in()
    service.take_in(alert)
    row = stored(service.store, alert)
    assert (row.state, row.withdrawn_reason) == ("open", None)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[1]",
        encode(empty_swipe(amount="many")),
        encode(empty_swipe(amount_counted="1e99")),
        encode(empty_swipe(occurred_at="yesterday")),
        encode(empty_swipe(alert_id="../../etc")),
    ],
)
def test_what_is_no_alert_is_counted_and_does_not_stop_the_rest(
    service: Service, value: bytes
) -> None:
    good = daily_goods()
    service.source.send("broken", value)
    service.source.send(good.alert_id, encode(good))
    intake = Intake(service.store, service.source)
    assert intake.step()
    assert (intake.malformed, intake.stored) == (1, 1)
    assert stored(service.store, good).state == "open"


def test_texts_of_any_length_and_kind_are_stored(service: Service) -> None:
    alert = empty_swipe(psn_no="p" * 5_000, mdtrt_id="a\x00b", explanation="空\x00刷😀" * 100)
    service.take_in(alert)
    row = stored(service.store, alert)
    assert msgspec.json.decode(row.content)["psn_no"] == "p" * 5_000


def test_the_position_moves_with_the_alerts_and_never_back(service: Service) -> None:
    service.take_in(*(empty_swipe(number) for number in range(7)))
    behind = Intake(service.store, service.source)
    with service.store.read() as session:
        assert session.get_one(Offset, "alerts-0").next_offset == 7
    behind._position = {"alerts-0": 2}
    behind.step()
    with service.store.read() as session:
        assert session.get_one(Offset, "alerts-0").next_offset == 7
        assert session.scalar(select(func.count()).select_from(Change)) == 7


def test_a_new_process_goes_on_where_the_last_one_stopped(service: Service) -> None:
    service.take_in(empty_swipe(1), empty_swipe(2))
    service.source.send_alerts(empty_swipe(3))
    later = Intake(service.store, service.source)
    assert later.lag() == 1
    later.step()
    assert later.stored == 1
    assert later.lag() == 0


def test_every_partition_has_its_own_position(service: Service) -> None:
    one, two = empty_swipe(1), empty_swipe(2)
    service.source.send(one.alert_id, encode(one), "alerts-0")
    service.source.send(two.alert_id, encode(two), "alerts-1")
    service.take_in()
    with service.store.read() as session:
        positions = {row.partition: row.next_offset for row in session.scalars(select(Offset))}
    assert positions == {"alerts-0": 1, "alerts-1": 1}


def test_a_source_that_is_away_is_asked_again(service: Service) -> None:
    source = MemorySource(empty_swipe())
    source.failures = 1
    intake = Intake(service.store, source)
    loop = Loop("intake", intake.step, idle_seconds=0.01)
    loop.start()
    for _ in range(300):
        if intake.stored:
            break
        loop.join(0.01)
    loop.stop()
    loop.join(5)
    assert intake.stored == 1
    assert not loop.is_alive
