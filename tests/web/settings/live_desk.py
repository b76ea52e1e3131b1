"""A server of the web application with its worker, and browsers that look at it; each step leaves a screenshot.

Screenshots lie under out/screenshots.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AT_REST = """() => document.getElementById("atlas")?.dataset.state === "drawn"
  && [...document.querySelectorAll(".desk")].every((one) => one.dataset.state === "ready")
  && [...document.querySelectorAll("#canvas .layer-map")].every((one) => one.hidden || one.ariaBusy === "false")"""
PICTURES = Path(__file__).resolve().parents[3] / "out" / "screenshots"
LOAD = """
from junheng.web.accounts.models import Account
from junheng.web.accounts.services import first_run
from junheng.web.registry.demo import load_example
first_run(username="boss", name="王", password="a-very-long-password")
print(load_example(by=Account.objects.get().person()))
"""


@dataclass
class Desk:
    """A server and the browser that looks at it."""

    address: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    demo_password: str = ""
    taken: int = 0
    opened: list[BrowserContext] = field(default_factory=list)

    def page(self, *, width: int = 1280) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", accept_downloads=True
        )
        self.opened.append(context)
        context.set_default_timeout(90_000)  # a busy machine is slow, and not wrong
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            # A form that comes back with what to mend, or a page without the right, is an answer and no failure.
            lambda line: (
                self.complaints.append(f"{page.url}: {line.text}")
                if line.type == "error" and not re.search(r"status of 4(03|22)", line.text)
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((self.address, "data:", "blob:"))
                else self.complaints.append(f"asked for {request.url}")
            ),
        )
        return page

    def signed_in(self, username: str, password: str, *, width: int = 1280) -> Page:
        page = self.page(width=width)
        page.goto(self.address)
        page.get_by_label("账号名").fill(username)
        page.get_by_label("口令", exact=True).fill(password)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", level=1).wait_for()
        return page

    def close(self, *, all_but: int = 0) -> None:
        """Close the windows, from the last one opened; the first so many stay."""
        while len(self.opened) > all_but:
            self.opened.pop().close()

    def shot(self, page: Page, name: str, *, has_map: bool = False) -> None:
        """Take a picture of the whole page, with its map once that is drawn."""
        if has_map:
            drawn(page)
        self.taken += 1
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{self.taken:02d}-{name}.png", full_page=True)
        assert _overflow(page) <= 1, f"{name} is wider than its window"


def drawn(page: Page) -> None:
    """Wait until every map on the page shows what was asked for."""
    page.wait_for_function(AT_REST)


@contextmanager
def server(chromium: Browser, home: Path) -> Iterator[Desk]:
    port = _free_port()
    with (home / "server.log").open("wb") as log:
        serving = subprocess.Popen(
            [*call(home), "serve", "--port", str(port)], env=environment(), stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            desk = Desk(address, chromium)
            yield desk
            desk.close()
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(20)


def call(home: Path) -> list[str]:
    return [sys.executable, "-m", "junheng.web", "--home", str(home)]


def environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("JUNHENG_", "DJANGO_"))}


def _overflow(page: Page) -> float:
    return float(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    raise AssertionError("the server does not answer")
