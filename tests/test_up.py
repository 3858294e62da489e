"""One machine, one command: a simulated city becomes alerts in a console that people can use."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect, sync_playwright

pytestmark = pytest.mark.browser

PASSWORD = "Correct-Horse-1"
NAMED_SCHEMES = {"ID-01": "盗刷", "PS-01": "空刷", "HO-01": "挂床", "SW-01": "串换"}
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class House:
    """A running `fundguard up`, with what it has printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        self._printed = folder / "up.log"
        command = [sys.executable, "-m", "fundguard", "up", "--port", str(port)]
        with self._printed.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--data", str(folder / "data"), *options],
                stdout=log,
                stderr=log,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )

    def printed(self) -> str:
        return self._printed.read_text()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.printed()
            try:
                if httpx.get(f"{self.address}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.5)
        raise AssertionError(self.printed())

    def password(self) -> str:
        found = re.search(r"一次性密码 (\S+?)（", self.printed())
        assert found, self.printed()
        return found.group(1)


@contextmanager
def running(folder: Path, *options: str) -> Iterator[House]:
    house = House(folder, *options)
    try:
        house.wait_until_ready()
        yield house
    finally:
        house.process.send_signal(signal.SIGINT)
        house.process.wait(60)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        yield context.new_page()
        browser.close()


def log_in(page: Page, house: House) -> None:
    """The first login: the one-time password, then one's own."""
    page.goto(f"{house.address}/console")
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", house.password())
    page.press("input[name=password]", "Enter")
    page.fill("input[name=old]", house.password())
    page.fill("input[name=new]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.press("input[name=again]", "Enter")
    page.wait_for_url("**/console/alerts*")


def open_alerts(page: Page, house: House, rule: str) -> int:
    page.goto(f"{house.address}/console/alerts?state=open&rule_id={rule}")
    return page.locator("tbody tr[data-alert], tbody tr:has(a[href*='/console/alerts/'])").count()


def test_a_demo_city_ends_in_the_console_with_the_four_named_schemes(
    tmp_path: Path, page: Page
) -> None:
    with running(tmp_path, "--demo") as house:
        log_in(page, house)
        deadline = time.monotonic() + PATIENCE_SECONDS
        missing = set(NAMED_SCHEMES)
        while missing and time.monotonic() < deadline:
            missing = {rule for rule in missing if not open_alerts(page, house, rule)}
            time.sleep(1)
        assert not missing
        page.goto(f"{house.address}/console/alerts")
        page.screenshot(path=str(tmp_path / "queue.png"))
        open_alerts(page, house, "HO-01")
        page.locator("a[href*='/console/alerts/HO-01']").first.click()
        expect(page.locator("main")).to_contain_text("挂床住院")
        expect(page.locator("main")).to_contain_text("证据")
        page.screenshot(path=str(tmp_path / "alert.png"), full_page=True)
    assert house.process.returncode == 0
    assert "Traceback" not in house.printed()
    with running(tmp_path) as again:
        assert "一次性密码" not in again.printed().split("已停止")[-1]
        page.goto(f"{again.address}/console/login")
        page.fill("input[name=name]", "admin")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/console/alerts*")
        assert open_alerts(page, again, "HO-01")
