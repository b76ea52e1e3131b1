"""A server on an empty folder, and one with the example district."""

from __future__ import annotations

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


@pytest.fixture(scope="module")
def desk(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a server with the example district."""
    home = tmp_path_factory.mktemp("home")
    for arguments in (["migrate", "-v0"], ["shell", "-v0", "-c", LOAD]):
        done = subprocess.run(
            [*call(home), "manage", *arguments],
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        )
    with server(chromium, home) as found:
        found.demo_password = done.stdout.split()[-1]
        found.taken = 20  # pictures are numbered after those of the first journey
        yield found
