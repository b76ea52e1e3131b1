"""A server on an empty folder, and one with the example district."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from live_desk import LOAD, Desk, call, environment, server

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def empty_desk(chromium: Browser, tmp_path: Path) -> Iterator[Desk]:
    """Return a server on an empty folder."""
    with server(chromium, tmp_path) as desk:
        yield desk


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return a folder with the example district and the password of its accounts; whoever comes first makes it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    home, password = shared / "example", shared / "example-password"
    with (shared / "example.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not password.exists():
            _run(home, "migrate", "-v0")
            password.write_text(_run(home, "shell", "-v0", "-c", LOAD).split()[-1])
    return home, password.read_text()


@pytest.fixture(scope="module")
def desk(
    chromium: Browser, example: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Return a server with the example district."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(example[0], home, dirs_exist_ok=True)
    with server(chromium, home) as found:
        found.demo_password = example[1]
        found.taken = 20  # pictures are numbered after those of the first journey
        yield found


@pytest.fixture(autouse=True)
def _windows_close(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close the windows that a test opened, not those of its module: a map that nobody looks at is still drawn."""
    if "desk" not in request.fixturenames:
        yield
        return
    desk = request.getfixturevalue("desk")
    kept = len(desk.opened)
    yield
    desk.close(all_but=kept)


def _run(home: Path, *arguments: str) -> str:
    asked = [*call(home), "manage", *arguments]
    return subprocess.run(asked, env=environment(), check=True, stdout=subprocess.PIPE, text=True).stdout
