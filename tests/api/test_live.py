from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest
from starlette.requests import Request

from api.console.pages.stream import Watch, events
from api.console.queue_form import read_form
from api.languages import Language
from api.security.permissions import Role
from api.security.sessions import cookie_name
from api.shell import Shell
from tests.api.alerts import daily_goods, empty_swipe, phantom_stay
from tests.api.service import Service, TestClient, confirm, dismiss

Event = tuple[str, str]
Story = Callable[[asyncio.Queue[Event]], Awaitable[None]]


def watched(
    service: Service, story: Story, filters: dict[str, str], language: Language = "zh", seq: int = 0
) -> None:
    """Run a story beside an open page of the queue, whose events it can take one by one."""
    shell = service.app.state.shell
    assert isinstance(shell, Shell)
    browser = service.person(Role.REVIEWER)
    cookie = f"{cookie_name(service.settings)}={next(iter(browser.cookies.values()))}"
    scope = {"type": "http", "headers": [(b"cookie", cookie.encode())], "state": {}}
    watch = Watch(Request(scope), shell, read_form(filters), language)

    async def read(queue: asyncio.Queue[Event]) -> None:
        async for event in events(watch, seq):
            queue.put_nowait((str(event.event), str(event.data)))

    async def run() -> None:
        queue: asyncio.Queue[Event] = asyncio.Queue()
        following = asyncio.create_task(shell.live.run())
        reading = asyncio.create_task(read(queue))
        await asyncio.sleep(0.1)
        try:
            async with asyncio.timeout(10):
                await story(queue)
        finally:
            shell.live.close()
            await following
            with suppress(asyncio.CancelledError):
                await asyncio.wait_for(reading, 5)

    asyncio.run(run())


async def later(work: Callable[[], Any]) -> None:
    await asyncio.to_thread(work)


async def next_of(queue: asyncio.Queue[Event], *kinds: str) -> Event:
    """The next event of one of these kinds."""
    while True:
        event = await queue.get()
        if event[0] in kinds:
            return event


def decide(client: TestClient, alert_id: str, body: dict[str, Any]) -> None:
    answer = client.post(
        f"/api/v1/alerts/{alert_id}/decisions", json=body, headers={"If-Match": "*"}
    )
    assert answer.status_code == 200


def test_a_new_alert_arrives_as_a_finished_row_with_new_totals(service: Service) -> None:
    async def story(queue: asyncio.Queue[Event]) -> None:
        await later(lambda: service.take_in(phantom_stay()))
        kind, row = await next_of(queue, "alert", "gone")
        assert kind == "alert"
        assert row.startswith("<tr") or "<tr id=" in row
        assert "挂床住院" in row
        assert "data-order=" in row
        _, totals = await next_of(queue, "totals")
        assert "¥12,480.50" in totals

    watched(service, story, {})


def test_rows_speak_the_readers_language(service: Service) -> None:
    async def story(queue: asyncio.Queue[Event]) -> None:
        await later(lambda: service.take_in(phantom_stay()))
        _, row = await next_of(queue, "alert")
        assert "Phantom hospitalisation" in row

    watched(service, story, {}, "en")


def test_an_alert_that_does_not_fit_the_filters_is_not_added(service: Service) -> None:
    async def story(queue: asyncio.Queue[Event]) -> None:
        await later(lambda: service.take_in(daily_goods(), phantom_stay()))
        seen = {(await next_of(queue, "alert", "gone"))[0] for _ in range(2)}
        assert seen == {"alert", "gone"}

    watched(service, story, {"severity_min": "5"})


def test_a_colleagues_decision_retires_the_row(service: Service) -> None:
    service.take_in(empty_swipe())
    colleague = service.person(Role.REVIEWER, name="colleague")

    async def story(queue: asyncio.Queue[Event]) -> None:
        await later(lambda: decide(colleague, empty_swipe().alert_id, confirm()))
        _, row = await next_of(queue, "gone")
        assert "已确认" in row

    watched(service, story, {}, seq=1)


def test_what_changed_between_page_and_stream_is_not_missed(service: Service) -> None:
    service.take_in(empty_swipe(1), empty_swipe(2), empty_swipe(3))

    async def story(queue: asyncio.Queue[Event]) -> None:
        rows = [(await next_of(queue, "alert"))[1] for _ in range(2)]
        assert not any(empty_swipe(1).alert_id in row for row in rows)

    watched(service, story, {}, seq=1)


def test_too_much_at_once_has_the_page_read_anew(service: Service) -> None:
    service.source.at_once = 500
    service.take_in(*(daily_goods(number) for number in range(250)))

    async def story(queue: asyncio.Queue[Event]) -> None:
        assert (await queue.get())[0] == "refresh"
        await later(lambda: service.take_in(empty_swipe()))
        assert (await next_of(queue, "alert", "refresh"))[0] == "alert"

    watched(service, story, {}, seq=1)


def test_a_new_order_is_announced(service: Service) -> None:
    service.take_in(daily_goods(1), daily_goods(2))
    colleague = service.person(Role.REVIEWER, name="colleague")

    async def story(queue: asyncio.Queue[Event]) -> None:
        await later(lambda: decide(colleague, daily_goods(1).alert_id, dismiss()))
        await later(service.rank)
        assert (await next_of(queue, "reordered"))[0] == "reordered"

    watched(service, story, {}, seq=2)


def test_a_page_whose_session_has_ended_gets_no_more_alerts(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.pages.stream._CHECK_SECONDS", 0.05)
    reviewer = service.person(Role.REVIEWER)

    async def story(queue: asyncio.Queue[Event]) -> None:
        token = reviewer.headers["X-CSRF-Token"]
        await later(lambda: reviewer.post("/console/password", data={"csrf_token": token}))
        admin = service.person(Role.ADMIN)
        await later(lambda: admin.patch("/api/v1/users/reviewer", json={"active": False}))
        assert (await next_of(queue, "goodbye"))[0] == "goodbye"

    watched(service, story, {})


def test_the_stream_is_closed_to_whoever_is_not_logged_in(service: Service) -> None:
    answer = service.client().get("/console/stream", follow_redirects=False)
    assert answer.status_code == 303


def test_nothing_is_read_while_nobody_listens(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = service.app.state.shell
    assert isinstance(shell, Shell)

    def fail(*_arguments: object) -> Any:
        raise AssertionError("read without a listener")

    monkeypatch.setattr(service.store, "read", fail)

    async def run() -> None:
        following: asyncio.Task[None] = asyncio.create_task(shell.live.run())
        await asyncio.sleep(0.1)
        shell.live.close()
        await following

    coroutine: Coroutine[Any, Any, None] = run()
    asyncio.run(coroutine)
