"""Plans and the jobs that compute them."""

from __future__ import annotations

import json

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router
from ninja.responses import Status

from junheng.plans.compare import APART
from junheng.web.api import shapes
from junheng.web.api.operations.asking import Limit, Offset, by
from junheng.web.api.operations.settings import checked, options, snapshot_of
from junheng.web.jobs import services as jobs
from junheng.web.jobs.models import Job
from junheng.web.planning import results, services, tradeoffs
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.models import PlanRecord, TradeoffPoint
from junheng.web.planning.views import message_of
from junheng.web.roles import Person

router = Router(tags=["plans"])
_ONE = "/plans/{int:plan}"


@router.get(
    "/plan-kinds",
    url_name="plan_kinds",
    response=list[shapes.KindOut],
    summary="Kinds of plans and their settings · 方案种类及其选项",
)
def kinds(request: HttpRequest) -> list[shapes.KindOut]:
    return [
        shapes.KindOut(
            kind=code, name=shapes.words(kind.name), seeks=shapes.words(kind.seeks), settings=options(kind)
        )
        for code, kind in KINDS.items()
    ]


@router.get("/plans", url_name="plans", response=list[shapes.PlanOut], summary="Plans, newest first · 方案")
def plans(request: HttpRequest, offset: Offset = 0, limit: Limit = 1000) -> list[shapes.PlanOut]:
    return [told(one, by(request)) for one in _query()[offset : offset + limit]]


@router.post(
    "/plans",
    url_name="plans",
    response={202: shapes.PlanOut},
    summary="Start a plan; a job computes it · 新编方案",
)
def start(request: HttpRequest, given: shapes.PlanIn) -> Status[shapes.PlanOut]:
    snapshot = snapshot_of(given.snapshot)
    form = checked(given, snapshot)
    plan = services.start(
        by=by(request),
        kind=given.kind,
        name=form.cleaned_data["name"],
        snapshot=snapshot,
        settings=form.asked(),
    )
    return Status(202, told(plan, by(request)))


@router.get(
    _ONE,
    url_name="plan",
    response=shapes.PlanWhole,
    summary="One plan: its state, and what is measured before and after · 一个方案",
)
def one(request: HttpRequest, plan: int) -> shapes.PlanWhole:
    return _whole(plan, by(request))


@router.get(
    f"{_ONE}/result",
    url_name="plan_result",
    response=dict[str, object],
    summary="The plan's file: every action with its reason · 方案文件",
    description="The plan file of the reference. A plan that names persons only for those who see the rosters.",
)
def result(request: HttpRequest, plan: int) -> HttpResponse:
    found = get_object_or_404(PlanRecord, pk=plan)
    if found.result is None or not results.sees_all(by(request), found):
        raise Http404
    return HttpResponse(found.result, content_type="application/json")


@router.get(
    f"{_ONE}/tradeoff",
    url_name="plan_tradeoff",
    response=list[shapes.PointOut],
    summary="Plans of the trade-off that was drawn beside a plan · 取舍中的方案",
    description="None where no trade-off was asked for (the setting `tradeoff`). Shares are fractions.",
)
def tradeoff(request: HttpRequest, plan: int) -> list[shapes.PointOut]:
    return [_point(one) for one in tradeoffs.points_of(_found(plan))]


@router.post(
    f"{_ONE}/tradeoff/{{int:point}}",
    url_name="plan_take",
    response={202: shapes.PlanOut},
    summary="Make one of a trade-off a plan of its own; a job measures it · 把取舍中的一个立为方案",
    description="Asked again, it gives the plan that was made before.",
)
def take(request: HttpRequest, plan: int, point: int) -> Status[shapes.PlanOut]:
    found = _found(plan)
    made = tradeoffs.take(by=by(request), plan=found, number=point, name=tradeoffs.name_of(found, point))
    return Status(202, told(made, by(request)))


@router.post(
    f"{_ONE}/cancel", url_name="plan_cancel", response=shapes.PlanWhole, summary="Stop computing · 停止计算"
)
def cancel(request: HttpRequest, plan: int) -> shapes.PlanWhole:
    found = _found(plan)
    if found.job is not None:
        jobs.cancel(by=by(request), job=found.job)
    return _whole(plan, by(request))


@router.post(
    f"{_ONE}/comments", url_name="plan_comments", response={204: None}, summary="Comment a plan · 提意见"
)
def comment(request: HttpRequest, plan: int, given: shapes.CommentIn) -> Status[None]:
    services.comment(by=by(request), plan=_found(plan), text=given.text)
    return Status(204, None)


@router.post(
    f"{_ONE}/submit", url_name="plan_submit", response=shapes.PlanWhole, summary="Submit a plan · 提交审批"
)
def submit(request: HttpRequest, plan: int) -> shapes.PlanWhole:
    services.submit(by=by(request), plan=_found(plan))
    return _whole(plan, by(request))


@router.post(
    f"{_ONE}/send-back",
    url_name="plan_send_back",
    response=shapes.PlanWhole,
    summary="Send a plan back · 退回方案",
)
def send_back(request: HttpRequest, plan: int, given: shapes.RemarksIn) -> shapes.PlanWhole:
    services.send_back(by=by(request), plan=_found(plan), remarks=given.remarks)
    return _whole(plan, by(request))


@router.post(
    f"{_ONE}/approve",
    url_name="plan_approve",
    response=shapes.PlanWhole,
    summary="Approve and freeze a plan · 批准",
)
def approve(request: HttpRequest, plan: int, given: shapes.RemarkIn) -> shapes.PlanWhole:
    services.approve(by=by(request), plan=_found(plan), remarks=given.remarks)
    return _whole(plan, by(request))


@router.get("/jobs", url_name="jobs", response=list[shapes.JobOut], summary="Jobs, newest first · 计算任务")
def all_jobs(request: HttpRequest, offset: Offset = 0, limit: Limit = 1000) -> list[shapes.JobOut]:
    found = Job.objects.select_related("plan").defer(
        "plan__result", "plan__report", "plan__measured", "plan__tables"
    )
    return [job_told(one, by(request)) for one in found[offset : offset + limit]]


@router.get("/jobs/{int:job}", url_name="job", response=shapes.JobOut, summary="One job · 一个计算任务")
def one_job(request: HttpRequest, job: int) -> shapes.JobOut:
    return job_told(get_object_or_404(Job, pk=job), by(request))


def _query() -> QuerySet[PlanRecord]:
    query = PlanRecord.objects.select_related("snapshot", "job")
    return query.defer("snapshot__content", "report", "result", "measured", "tables")


def _found(plan: int) -> PlanRecord:
    return get_object_or_404(_query(), pk=plan)


def told(plan: PlanRecord, person: Person) -> shapes.PlanOut:
    """Return a plan as a person may see it."""
    return shapes.PlanOut(
        id=plan.pk,
        kind=plan.kind,
        name=plan.name,
        snapshot=plan.snapshot_id,
        state=plan.state,
        result_hash=plan.result_hash,
        made_at=plan.made_at,
        made_by=plan.made_by,
        submitted_at=plan.submitted_at,
        submitted_by=plan.submitted_by,
        decided_at=plan.decided_at,
        decided_by=plan.decided_by,
        remarks=plan.remarks,
        job=None if plan.job is None else job_told(plan.job, person),
    )


def _whole(plan: int, person: Person) -> shapes.PlanWhole:
    found = get_object_or_404(PlanRecord.objects.select_related("job"), pk=plan)
    sees_all = results.sees_all(person, found)
    problems = [] if found.job is None or not sees_all else json.loads(found.job.problems)
    figures = results.measured(found) if found.result is not None else []
    return shapes.PlanWhole(
        **told(found, person).model_dump(),
        settings_in_words=[
            (shapes.words(name), shapes.words(value))
            for name, value in results.settings_in_words(found, person)
        ],
        measured=[
            shapes.FigureOut(
                name=shapes.words(one.name), before=shapes.words(one.before), after=shapes.words(one.after)
            )
            for one in figures
        ],
        notices=[shapes.words(one) for one in results.notices(found)] if found.result is not None else [],
        problems=[shapes.ProblemOut(**problem) for problem in problems],
        is_all_shown=sees_all,
    )


def _point(point: TradeoffPoint) -> shapes.PointOut:
    measured, asked = json.loads(point.measured), json.loads(point.head)["settings"]
    return shapes.PointOut(
        point=point.number,
        max_moved=asked["max_moved_pupils"],
        overflow_allowed=asked["overflow_allowed"],
        **{
            name: measured.get(name)
            for name in ("over", "moved", "mean_km", "p95_km", APART, "pupil_km", "pupil_km_bound")
        },
        plan=None if point.made is None else point.made.pk,
    )


def job_told(job: Job, person: Person) -> shapes.JobOut:
    """Return a job as a person may see it."""
    plan = getattr(job, "plan", None)
    sees_all = plan is None or results.sees_all(person, plan)
    return shapes.JobOut(
        id=job.pk,
        kind=job.kind,
        plan=None if plan is None else plan.pk,
        state=job.state,
        message=shapes.words(message_of(job, sees_all=sees_all)),
        fraction=job.fraction,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )
