"""The tests that touch the database, once more on PostgreSQL: a server of their own that goes away afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FILES = ("store", "returns", "accounts", "first_run", "jobs", "planning", "backups")


def _initdb() -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return shutil.which("initdb") or (str(found[-1]) if found else None)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a PostgreSQL server that belongs to this test."""
    initdb = _initdb()
    if initdb is None:
        pytest.skip("needs PostgreSQL (make setup-postgres)")
    # A root user must not run it; Debian's package brings a user who may.
    before = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(subprocess.check_output([*before, "mktemp", "-d"], text=True).strip())
    port = _free_port()
    control = str(Path(initdb).with_name("pg_ctl"))
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    quietly(*before, initdb, "-D", f"{folder}/data", "-U", "junheng", "-A", "trust", "-E", "UTF8")
    quietly(*before, control, "-D", f"{folder}/data", "-o", options, "-w", "start")
    try:
        yield f"postgresql://junheng@127.0.0.1:{port}/postgres"
    finally:
        quietly(*before, control, "-D", f"{folder}/data", "-m", "immediate", "stop")
        quietly(*before, "rm", "-rf", str(folder))


def quietly(*call: str) -> None:
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@pytest.mark.slow
@pytest.mark.skipif("JUNHENG_TEST_DATABASE_URL" in os.environ, reason="runs on PostgreSQL already")
def test_everything_that_touches_the_database_works_on_postgresql_as_well(server: str) -> None:
    here = Path(__file__).parent
    files = [str(here / f"test_{name}.py") for name in FILES]
    call = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *files]
    environment = {**os.environ, "JUNHENG_TEST_DATABASE_URL": server}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        call, env=environment, capture_output=True, text=True, check=False, cwd=here.parents[1]
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
