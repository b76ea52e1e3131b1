"""The tests that touch the database, once more on PostgreSQL: a server of their own that goes away afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from web_postgres import initdb, running

FILES = (
    *(
        f"test_{name}.py"
        for name in ("store", "returns", "accounts", "first_run", "jobs", "planning", "backups", "limits")
    ),
    "families/test_apply.py",
    "families/test_result.py",
    "people/test_people_reviews.py",
)


@pytest.fixture
def server() -> Iterator[str]:
    """Return the address of a PostgreSQL server that belongs to this test."""
    if initdb() is None:
        pytest.skip("needs PostgreSQL (make setup-postgres)")
    with running(is_durable=False) as address:
        yield address


@pytest.mark.slow
@pytest.mark.skipif("JUNHENG_TEST_DATABASE_URL" in os.environ, reason="runs on PostgreSQL already")
def test_everything_that_touches_the_database_works_on_postgresql_as_well(server: str) -> None:
    here = Path(__file__).parent
    files = [str(here / name) for name in FILES]
    call = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *files]
    environment = {**os.environ, "JUNHENG_TEST_DATABASE_URL": server}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        call, env=environment, capture_output=True, text=True, check=False, cwd=here.parents[1]
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
