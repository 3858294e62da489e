"""The console as a reviewer uses it: in a real browser, by keyboard, live."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from api.app import create_app
from api.security.permissions import Role
from api.settings import ApiSettings
from tests.api.alerts import daily_goods, empty_swipe, impossible_travel, phantom_stay
from tests.api.doubles import MemoryPublisher, MemorySource
from tests.api.service import PASSWORD, Service

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("FUNDGUARD_TEST_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN = {"width": 1366, "height": 768}
PATIENCE_MS = 15_000


@pytest.fixture
def source() -> MemorySource:
    return MemorySource(
        phantom_stay(),
        impossible_travel(),
        empty_swipe(),
        *(daily_goods(number) for number in range(8)),
    )


@pytest.fixture
def server(settings: ApiSettings, source: MemorySource) -> Iterator[str]:
    """The whole service on a port of this machine, with every loop running."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    helper = Service(settings)
    helper.person(Role.SUPERVISOR, name="wang")
    helper.store.close()
    app = create_app(settings, alert_source=source, publisher=MemoryPublisher(), event_sink=None)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=2
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """A reviewer's page, logged in; complaints of the browser fail the test."""
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", base_url=server)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda asked: None if asked.url.startswith(server) else complaints.append(asked.url),
    )
    opened.on(
        "console",
        lambda said: complaints.append(said.text) if said.type == "error" else None,
    )
    opened.goto("/console")
    opened.fill("[name=name]", "wang")
    opened.fill("[name=password]", PASSWORD)
    opened.keyboard.press("Enter")
    expect(opened.locator("#live.on")).to_be_visible(timeout=PATIENCE_MS)
    yield opened
    context.close()
    assert complaints == []


def test_a_new_alert_appears_without_reload_and_without_taking_the_focus(
    page: Page, source: MemorySource
) -> None:
    expect(page.locator("#rows tr")).to_have_count(11, timeout=PATIENCE_MS)
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.locator(":focus").get_attribute("id")
    source.send_alerts(phantom_stay(2, amount_counted="1000000.00"))
    expect(page.locator(f"#row-{phantom_stay(2).alert_id}")).to_be_visible(timeout=PATIENCE_MS)
    assert page.locator(":focus").get_attribute("id") == focused
    expect(page.locator("#totals")).to_contain_text("¥1,", timeout=PATIENCE_MS)
    expect(page.locator("#news")).to_have_text("新增疑点：1", timeout=PATIENCE_MS)
    rules = page.locator("#rows tr .rule small").all_inner_texts()
    assert rules[0].startswith("HO-01")
    assert rules[1].startswith("HO-01")


def test_an_alert_that_is_taken_back_is_struck_out_where_it_stands(
    page: Page, source: MemorySource
) -> None:
    row = page.locator(f"#row-{empty_swipe().alert_id}")
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    source.send(empty_swipe().alert_id, None)
    expect(row).to_have_class("state-withdrawn past", timeout=PATIENCE_MS)


def test_the_queue_is_worked_through_by_keyboard_alone(page: Page) -> None:
    """Dismiss five of one kind: each in six keystrokes and a sentence, no mouse."""
    page.goto("/console/alerts?rule_id=SW-04")
    expect(page.locator("#rows tr")).to_have_count(8, timeout=PATIENCE_MS)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    for number in range(5):
        expect(page.locator("#decision")).to_be_visible()
        page.keyboard.press("2")
        page.keyboard.press("Tab")
        page.keyboard.type(f"第 {number + 1} 条: 单据与药品一致")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    page.keyboard.press("u")
    expect(page.locator("#rows tr")).to_have_count(3, timeout=PATIENCE_MS)
    page.goto("/console/alerts?state=dismissed")
    expect(page.locator("#rows tr")).to_have_count(5, timeout=PATIENCE_MS)


def dismiss_the_first(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.locator("select[name=reason_code]:focus")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("代取药")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def test_dismissals_reorder_the_queue_within_a_minute(page: Page) -> None:
    page.goto("/console/alerts?rule_id=SW-04")
    before = page.locator("#rows tr").first.get_attribute("data-order")
    dismiss_the_first(page)
    page.goto("/console/alerts?rule_id=SW-04")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        now = page.locator("#rows tr").first.get_attribute("data-order")
        if now and before and float(now) < float(before):
            return
        page.wait_for_timeout(200)
        page.reload()
    pytest.fail("the order did not change")


def test_a_number_key_never_decides_the_next_alert_by_itself(page: Page) -> None:
    page.goto("/console/alerts?rule_id=SW-04")
    dismiss_the_first(page)
    expect(page.locator("input[name=decision]:checked")).to_have_count(0)


def test_filters_change_the_address_and_the_rows_in_place(page: Page) -> None:
    page.select_option("select[name=rule_id]", "ID-02")
    expect(page.locator("#rows tr")).to_have_count(1, timeout=PATIENCE_MS)
    assert "rule_id=ID-02" in page.url
    expect(page.locator("#live.on")).to_be_visible(timeout=PATIENCE_MS)
    page.go_back()
    expect(page.locator("#rows tr")).to_have_count(11, timeout=PATIENCE_MS)


def test_the_help_opens_with_a_question_mark_and_closes_with_escape(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_scrolls_sideways_at_1366_by_768(page: Page, language: str, tmp_path: Path) -> None:
    if language == "en":
        page.click("button[value=en]")
    address = f"/console/alerts/{impossible_travel().alert_id}"
    page.goto(address)
    page.click("form[action='/console/cases'] button")
    case = page.url
    for number, path in enumerate(("/console/alerts", address, "/console/cases", case)):
        page.goto(path)
        page.screenshot(path=tmp_path / f"{language}-{number}.png")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= SCREEN["width"], path
        assert page.locator("main").bounding_box() is not None
