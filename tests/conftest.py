"""What every room's tests share: real data, a browser without internet, and repeatable random examples."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# On the integration machine the same examples every time: a red run means a change, not luck.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")

CHROMIUM_FLAGS = (
    "--no-sandbox",  # the tests may run as root in a container
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # maps are drawn in software
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Return a function from the name of a real data set to its folder; it skips where there is none."""

    def folder(name: str) -> Path:
        root = os.environ.get("JUNHENG_DATA")
        if not root:
            pytest.skip("needs JUNHENG_DATA")
        path = Path(root) / name
        if not path.is_dir():
            pytest.skip(f"needs JUNHENG_DATA with the folder {name}")
        return path

    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the system's chromium, driven by playwright; skips where there is none."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs chromium (make setup-browser)")
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - only where a browser is there

    expect.set_options(timeout=90_000)  # a busy machine is slow, and not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, headless=True, args=list(CHROMIUM_FLAGS)
        )
        yield browser
        browser.close()


@pytest.fixture
def offline_page(chromium: Browser) -> Iterator[Page]:
    """Return a page without internet; at the end it must have asked for nothing and raised no error."""
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()
    outside: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: outside.append(request.url) if _is_outside(request.url) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert not outside, f"the page asked for {outside}"
    assert not complaints, f"the page complained: {complaints}"


def _is_outside(url: str) -> bool:
    return not url.startswith(("file:", "data:", "blob:", "about:"))
