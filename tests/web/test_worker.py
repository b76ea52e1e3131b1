"""The worker as a process: killed in the middle of a plan, it leaves nothing half-written, and the plan is computed.

On both databases: what a process that dies leaves open, each gives back in its own way.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from web_postgres import initdb, running
from web_serving import environment_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

PREPARE = """
from junheng.web.accounts.services import first_run
from junheng.web.accounts.models import Account
from junheng.district.examples import example
from junheng.web.registry.store import take
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.planning.services import start
first_run(username="boss", name="王", password="a-very-long-password")
by = Account.objects.get().person()
take(example("district"), by=by, why="example")
snapshot = make_snapshot(by=by, year=2026, name="s")
settings = {"stage": "primary", "max_moved": None, "locked": [], "forbidden": [], "seconds": 4, "seed": 0}
start(by=by, kind="catchments", name="p", snapshot=snapshot, settings=settings)
"""


@dataclass
class Installation:
    """A folder with its own database, and the worker of it."""

    home: Path
    database: str
    """Its address, or empty for the embedded one."""
    environment: dict[str, str]

    def run(self, *arguments: str) -> None:
        subprocess.run([*self._call(), *arguments], env=self.environment, check=True, capture_output=True)

    def worker(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._call(), "worker"], env=self.environment, stderr=subprocess.DEVNULL)

    def job(self) -> dict[str, Any]:
        return self._row("SELECT * FROM jobs_job")

    def plan(self) -> dict[str, Any]:
        return self._row("SELECT result, report, measured FROM planning_planrecord")

    def pass_time(self) -> None:
        """Let the heartbeat grow old without waiting for it."""
        with closing(self._open()) as database, database:
            database.execute("UPDATE jobs_job SET heartbeat = '2000-01-01 00:00:00' WHERE state = 'running'")

    def _row(self, query: str) -> dict[str, Any]:
        with closing(self._open()) as database:
            return dict(database.execute(query).fetchone())

    def _open(self) -> Any:
        if self.database:
            return psycopg.connect(self.database, row_factory=dict_row)
        database = sqlite3.connect(self.home / "junheng.sqlite3")
        database.row_factory = sqlite3.Row
        return database

    def _call(self) -> list[str]:
        return [sys.executable, "-m", "junheng.web", "--home", str(self.home)]


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    if request.param == "postgresql" and initdb() is None:
        pytest.skip("needs PostgreSQL (make setup-postgres)")
    with running(is_durable=False) if request.param == "postgresql" else nullcontext("") as database:
        found = Installation(tmp_path, database, environment_of(tmp_path, database))
        found.run("manage", "migrate", "-v0")
        found.run("manage", "shell", "-v0", "-c", PREPARE)
        yield found


def wait_until(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def children(process: int) -> list[int]:
    file = Path(f"/proc/{process}/task/{process}/children")
    return [int(word) for word in file.read_text(encoding="ascii").split()] if file.exists() else []


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_worker_killed_in_the_middle_of_a_plan_leaves_nothing_half_written_and_the_plan_is_computed(
    installation: Installation,
) -> None:
    first = installation.worker()
    wait_until(
        lambda: installation.job()["state"] == "running" and "排队" not in installation.job()["message_zh"]
    )
    (solver,) = children(first.pid)
    # Pages come first: a job's process gives way to those that answer.
    assert os.getpriority(os.PRIO_PROCESS, solver) == min(19, os.getpriority(os.PRIO_PROCESS, first.pid) + 5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    wait_until(lambda: not is_alive(solver), seconds=5)
    assert installation.job()["state"] == "running"
    assert set(installation.plan().values()) == {None}

    installation.pass_time()
    second = installation.worker()
    try:
        wait_until(lambda: installation.job()["state"] not in ("running", "queued"), seconds=90)
    finally:
        second.terminate()
        second.wait(20)
    job = installation.job()
    assert (job["state"], job["attempt"]) == ("done", 2)
    assert None not in installation.plan().values()


def test_a_solver_that_is_killed_is_started_again_by_the_same_worker_and_one_that_is_told_to_stop_stops(
    installation: Installation,
) -> None:
    worker = installation.worker()
    try:
        wait_until(lambda: installation.job()["state"] == "running" and bool(children(worker.pid)))
        os.kill(children(worker.pid)[0], signal.SIGKILL)
        wait_until(lambda: installation.job()["attempt"] == 2 and bool(children(worker.pid)))
        (solver,) = children(worker.pid)
        worker.terminate()
        worker.wait(20)
        assert worker.returncode == 0
        wait_until(lambda: not is_alive(solver), seconds=5)
        job = installation.job()
        assert (job["state"], job["attempt"]) == ("queued", 1)
    finally:
        worker.kill()
