"""The life of a job, step by step: claimed once, fenced, cancelled, lost and found again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from junheng.errors import InfeasibleError, Place, Problem, UsageError
from junheng.text import Text
from junheng.web.jobs import kinds, services, worker
from junheng.web.jobs.models import Job
from junheng.web.roles import Person

BY = Person(account_id=1, name="张三")


def queued(n: int = 1) -> list[Job]:
    return [services.enqueue(by=BY, kind="plan", subject=i) for i in range(n)]


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Return a function that puts another work in the place of planning."""
    return lambda function: monkeypatch.setattr(worker, "work_of", lambda kind: function)


def test_jobs_are_claimed_in_their_order_and_each_once() -> None:
    first, second = queued(2)
    claimed = [services.claim(), services.claim(), services.claim()]
    assert [None if job is None else job.pk for job in claimed] == [first.pk, second.pk, None]


def test_what_waits_is_cancelled_at_once() -> None:
    (job,) = queued()
    services.cancel(by=BY, job=job)
    assert fresh(job).state == "cancelled"
    assert services.claim() is None


def test_what_runs_is_asked_to_stop_and_the_worker_hears_it() -> None:
    queued()
    job = services.claim()
    assert job is not None
    assert services.beat(job)
    services.cancel(by=BY, job=job)
    assert not services.beat(job)
    services.stop(job)
    assert fresh(job).state == "cancelled"


def test_cancelling_what_has_ended_changes_nothing() -> None:
    queued()
    job = services.claim()
    assert job is not None
    assert services.finish(job.pk, job.attempt)
    services.cancel(by=BY, job=job)
    assert fresh(job).state == "done"


def test_a_job_whose_worker_is_silent_is_taken_back_and_begins_again() -> None:
    queued()
    job = services.claim()
    assert job is not None
    assert services.reap() == 0
    Job.objects.update(heartbeat=timezone.now() - timedelta(seconds=services.STALE_SECONDS + 1))
    assert services.reap() == 1
    assert fresh(job).state == "queued"
    again = services.claim()
    assert again is not None
    assert again.attempt == 2


def test_an_attempt_that_was_thought_dead_and_comes_back_writes_nothing() -> None:
    queued()
    first = services.claim()
    assert first is not None
    services.lose(first.pk, first.attempt)
    second = services.claim()
    assert second is not None
    services.tell(first.pk, first.attempt, message=Text("旧", "old"), fraction=0.9)
    assert not services.beat(first)
    assert not services.finish(first.pk, first.attempt)
    services.fail(first.pk, first.attempt, message=Text("旧", "old"))
    services.lose(first.pk, first.attempt)
    present = fresh(second)
    assert (present.state, present.attempt, present.fraction) == ("running", 2, None)


def test_a_job_whose_process_dies_every_time_fails_with_the_reason() -> None:
    (job,) = queued()
    for attempt in range(1, services.MAX_ATTEMPTS + 1):
        claimed = services.claim()
        assert claimed is not None
        assert claimed.attempt == attempt
        services.lose(claimed.pk, claimed.attempt)
    assert fresh(job).state == "failed"
    assert "3" in fresh(job).message_zh
    assert services.claim() is None


def test_a_worker_that_is_told_to_stop_gives_its_job_back_without_counting_it() -> None:
    queued()
    job = services.claim()
    assert job is not None
    services.give_back(job)
    again = services.claim()
    assert again is not None
    assert again.attempt == 1


def test_what_an_attempt_computed_is_kept_with_its_end_or_not_at_all(work: Any) -> None:
    written = []

    def late(subject: int, finish: Any, progress: Any) -> None:
        services.lose(job.pk, job.attempt)  # the reaper took the job meanwhile
        finish(lambda: written.append(subject))

    work(late)
    queued()
    job = services.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    assert written == []
    assert fresh(job).state == "queued"


def test_a_write_that_fails_leaves_the_job_unfinished(work: Any) -> None:
    def bad(subject: int, finish: Any, progress: Any) -> None:
        finish(lambda: (_ for _ in ()).throw(UsageError(Text("写不进", "cannot be written"))))

    work(bad)
    queued()
    job = services.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    assert fresh(job).state == "failed"
    assert fresh(job).message_en == "cannot be written"


def test_what_no_plan_can_keep_is_told_problem_by_problem(work: Any) -> None:
    text = Text("小区 H1", "home H1")
    problem = Problem(
        code="x", severity="error", place=Place(key="H1"), found=text, expected=text, remedy=text
    )

    def infeasible(subject: int, finish: Any, progress: Any) -> None:
        raise InfeasibleError([problem])

    work(infeasible)
    queued()
    job = services.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    assert json.loads(fresh(job).problems)[0]["found"] == {"zh": "小区 H1", "en": "home H1"}


def test_a_fault_of_the_program_is_logged_and_people_see_no_traceback(
    work: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(subject: int, finish: Any, progress: Any) -> None:
        raise ZeroDivisionError("secret detail")

    work(broken)
    queued()
    job = services.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    assert fresh(job).state == "failed"
    assert "secret detail" not in fresh(job).message_zh + fresh(job).message_en
    assert "secret detail" in caplog.text


def test_the_database_refuses_an_ended_job_without_its_time() -> None:
    (job,) = queued()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(state="done")


def test_every_kind_of_work_exists() -> None:
    assert all(callable(kinds.work_of(kind)) for kind in kinds.KINDS)


def test_these_tests_run_on_the_database_that_was_asked_for() -> None:
    wanted = "postgresql" if os.environ.get("JUNHENG_TEST_DATABASE_URL") else "sqlite"
    assert connection.vendor == wanted
