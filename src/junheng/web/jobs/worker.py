"""The worker: takes one job after the other, runs each in a process of its own, and ends that process when asked.

A solver deep in its work listens to nobody; a process can always be ended. The process ends by itself when its worker
dies, and what it computed counts only if its attempt is still the present one.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from django.db import close_old_connections, transaction
from django.db.utils import OperationalError

from junheng.errors import InputError, JunhengError
from junheng.text import Text
from junheng.web.jobs import services
from junheng.web.jobs.kinds import work_of
from junheng.web.jobs.models import Job
from junheng.web.processes import die_with_parent, watch_parent

LOGGER = logging.getLogger(__name__)
_POLL_SECONDS = 0.3
_BEAT_SECONDS = 2.0
_IDLE_SECONDS = 1.0
_TELL_SECONDS = 0.7
_YIELDS = 5
"""How far a job's process gives way to those that answer pages (of 19); the worker itself, which beats, does not."""
_INTERNAL = Text(
    "程序内部错误，已记入日志，请联系技术支持", "an internal error of the program; it is in the log"
)


def run_forever() -> int:
    """Work until told to stop."""
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping.is_set():
        try:
            if not run_next(stopping):
                stopping.wait(_IDLE_SECONDS)
        except OperationalError:
            LOGGER.warning("the database does not answer; trying again")
            stopping.wait(5 * _IDLE_SECONDS)
        close_old_connections()
    return 0


def run_next(stopping: threading.Event) -> bool:
    """Take back what dead workers left, then run one job; return whether there was one."""
    services.reap()
    job = services.claim()
    if job is None:
        return False
    LOGGER.info("job %s attempt %s begins", job.pk, job.attempt)
    _watch(job, stopping)
    return True


def run_one(job: int, attempt: int) -> int:
    """Do the work of one attempt, in a process that does nothing else and ends with its worker."""
    die_with_parent(signal.SIGKILL)
    watch_parent()
    if hasattr(os, "nice"):  # where it is not asked for, as on Windows, the job is as quick as the pages
        os.nice(_YIELDS)
    attempt_work(job, attempt)
    return 0


def attempt_work(job: int, attempt: int) -> None:
    """Do the work and end the job: with what it computed, or with the reason why there is nothing."""
    found = Job.objects.get(pk=job)

    def finish(write: Callable[[], None]) -> None:
        with transaction.atomic():
            if services.finish(job, attempt):
                write()

    try:
        work_of(found.kind)(found.subject, finish, _Teller(job, attempt))
    except JunhengError as error:
        problems = error.problems if isinstance(error, InputError) else ()
        services.fail(job, attempt, message=error.text, problems=problems)
    except Exception:
        LOGGER.exception("job %s failed", job)
        services.fail(job, attempt, message=_INTERNAL)


def _watch(job: Job, stopping: threading.Event) -> None:
    call = [sys.executable, "-m", "junheng.web", "job", str(job.pk), str(job.attempt)]
    with subprocess.Popen(call) as process:  # noqa: S603 - our own call
        beaten = time.monotonic()
        while process.poll() is None:
            if stopping.wait(_POLL_SECONDS):
                process.kill()
                process.wait()
                services.give_back(job)
                return
            if time.monotonic() - beaten < _BEAT_SECONDS:
                continue
            beaten = time.monotonic()
            if not services.beat(job):
                process.kill()
                process.wait()
                services.stop(job)
                return
    # A process that ended in order has ended its job; for any other this takes it back.
    services.lose(job.pk, job.attempt)


class _Teller:
    """Writes progress at most so often."""

    def __init__(self, job: int, attempt: int) -> None:
        self.job, self.attempt = job, attempt
        self._told = 0.0

    def __call__(self, message: Text, fraction: float | None = None) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            services.tell(self.job, self.attempt, message=message, fraction=fraction)
