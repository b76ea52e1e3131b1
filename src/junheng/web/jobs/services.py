"""The life of a job: queued, claimed by a worker, beating, done; or failed or cancelled, with the reason."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from junheng.errors import Problem
from junheng.text import Text
from junheng.web.audit.services import record
from junheng.web.jobs.models import Job, JobState
from junheng.web.roles import Person

MAX_ATTEMPTS = 3
STALE_SECONDS = 15.0
"""A running job whose worker was silent for so long is taken from it."""

_LOST = Text(
    "计算进程连续 {n} 次意外中断（内存不足、断电或被终止），已停止重试",
    "the process broke off {n} times (out of memory, power cut or killed); it is not tried again",
)
_AGAIN = Text("计算进程意外中断，等待重新开始", "the process broke off; waiting to begin again")
_CANCELLED = Text("已取消", "cancelled")


@transaction.atomic
def enqueue(*, by: Person, kind: str, subject: int) -> Job:
    """Put work into the queue.

    Parameters
    ----------
    kind
        A name of `junheng.web.jobs.kinds.KINDS`.
    subject
        The record that the work is about.
    """
    waiting = Text("排队等待", "waiting")
    job = Job.objects.create(
        kind=kind,
        subject=subject,
        by_name=by.name,
        by_id=by.account_id,
        message_zh=waiting.zh,
        message_en=waiting.en,
    )
    record("job-queued", by=by, subject="job", subject_id=job.pk, changes={"kind": kind, "subject": subject})
    return job


@transaction.atomic
def cancel(*, by: Person, job: Job) -> None:
    """Cancel a job that waits; ask the worker to stop one that runs. One that has ended stays as it is."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.is_ended:
        return
    record("job-cancelled", by=by, subject="job", subject_id=job.pk)
    if locked.state == JobState.QUEUED:
        _end(Job.objects.filter(pk=job.pk), JobState.CANCELLED, _CANCELLED)
    else:
        Job.objects.filter(pk=job.pk).update(is_cancel_asked=True)


@transaction.atomic
def claim() -> Job | None:
    """Take the job that has waited longest; two workers never take the same."""
    # SQLite gives the whole transaction to one; PostgreSQL locks the row, and others look at the next.
    skips = connection.features.has_select_for_update_skip_locked
    waiting = Job.objects.select_for_update(skip_locked=skips).filter(state=JobState.QUEUED)
    job = waiting.order_by("pk").first()
    if job is None:
        return None
    job.state = JobState.RUNNING
    job.attempt += 1
    job.heartbeat = timezone.now()
    job.started_at = job.started_at or timezone.now()
    job.fraction = None
    job.save()
    return job


def beat(job: Job) -> bool:
    """Say that the worker lives; return whether the job is still its own and nobody asked to cancel it."""
    present = _present(job.pk, job.attempt)
    return bool(present.filter(is_cancel_asked=False).update(heartbeat=timezone.now()))


def tell(job: int, attempt: int, *, message: Text, fraction: float | None) -> None:
    """Say how far it is."""
    _present(job, attempt).update(message_zh=message.zh, message_en=message.en, fraction=fraction)


def finish(job: int, attempt: int) -> bool:
    """End a job well; `False` if the attempt is over, and then the caller must write nothing either."""
    return _end(_present(job, attempt), JobState.DONE, Text("完成", "done")) == 1


def fail(job: int, attempt: int, *, message: Text, problems: Iterable[Problem] = ()) -> None:
    """End a job with the reason why nothing came of it."""
    listed = json.dumps([problem.as_dict() for problem in problems], ensure_ascii=False)
    _end(_present(job, attempt), JobState.FAILED, message, problems=listed)


def stop(job: Job) -> None:
    """End an attempt that was asked to stop."""
    _end(_present(job.pk, job.attempt), JobState.CANCELLED, _CANCELLED)


def lose(job: int, attempt: int) -> None:
    """Put a job whose process died back into the queue, or fail it where it died too often."""
    present = _present(job, attempt)
    if attempt >= MAX_ATTEMPTS:
        _end(present, JobState.FAILED, _LOST.format(n=attempt))
    else:
        present.update(state=JobState.QUEUED, heartbeat=None, message_zh=_AGAIN.zh, message_en=_AGAIN.en)


def give_back(job: Job) -> None:
    """Put a job back because the worker is told to stop; that is no failed attempt."""
    _present(job.pk, job.attempt).update(state=JobState.QUEUED, attempt=job.attempt - 1, heartbeat=None)


def reap() -> int:
    """Take jobs from workers that were silent for too long; return how many."""
    line = timezone.now() - timedelta(seconds=STALE_SECONDS)
    stale = list(Job.objects.filter(state=JobState.RUNNING, heartbeat__lt=line))
    for job in stale:
        if job.is_cancel_asked:
            stop(job)
        else:
            lose(job.pk, job.attempt)
    return len(stale)


def _present(job: int, attempt: int) -> QuerySet[Job]:
    return Job.objects.filter(pk=job, attempt=attempt, state=JobState.RUNNING)


def _end(jobs: QuerySet[Job], state: JobState, message: Text, *, problems: str = "[]") -> int:
    return jobs.update(
        state=state,
        ended_at=timezone.now(),
        heartbeat=None,
        message_zh=message.zh,
        message_en=message.en,
        problems=problems,
    )
