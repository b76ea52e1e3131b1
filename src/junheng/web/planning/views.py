"""The planning desk: ask for a plan, follow it, look at it, decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.audit.trail import trail
from junheng.web.gate import person_of
from junheng.web.jobs import services as jobs
from junheng.web.jobs.models import Job
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing, Mark, exported
from junheng.web.pages.templatetags.words import moment
from junheng.web.planning import inforce, results, services
from junheng.web.planning.flows import FLOWING, flows_table
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.mapping import MAPPED, map_of
from junheng.web.planning.models import PlanRecord, PlanState, TradeoffPoint
from junheng.web.planning.pins import no_pins
from junheng.web.registry.models import Snapshot, Year

_COLUMNS = (
    Column("name", Text("方案", "plan")),
    Column("kind", Text("种类", "kind")),
    Column("snapshot", Text("依据的快照", "snapshot")),
    Column("state", Text("状态", "state")),
    Column("job", Text("计算", "computing")),
    Column("made", Text("编制", "made")),
    Column("decided", Text("决定", "decided")),
    Column("expected", Text("预期与实际", "expected and found")),
)
JOB_STATES = {
    "queued": Mark(Text("排队", "waiting"), "none"),
    "running": Mark(Text("计算中", "computing"), "near"),
    "done": Mark(Text("完成", "done"), "ok"),
    "failed": Mark(Text("未成", "failed"), "bad"),
    "cancelled": Mark(Text("已取消", "cancelled"), "none"),
}


def listing(request: HttpRequest) -> HttpResponse:
    found = PlanRecord.objects.select_related("snapshot", "job").defer(
        "snapshot__content", "result", "measured", "tables", "report"
    )
    newest = Snapshot.objects.defer("content").first()
    table = Listing(
        request,
        name="plans",
        title=Text("方案", "plans"),
        columns=_COLUMNS,
        rows=[_row(plan, newest) for plan in found],
        empty=Text("还没有方案", "no plans yet"),
    )
    if table.wants_export:
        return table.export()
    return render(request, "planning/list.html", {"table": table, "kinds": KINDS.items()})


def one(request: HttpRequest, plan: int) -> HttpResponse:
    found = _found(plan)
    only = "" if results.sees_all(person_of(request), found) else "plan-"
    steps = trail(request, subject="plan", pk=found.pk, only=only)
    known = {**_known(request, found), "comments": found.comments.all(), "zones_year": _zones_year(found)}
    known["steps"] = steps
    shown = [steps]
    if found.result is not None:
        measured, levels = results.measured_table(request, found), results.levels_table(request, found)
        notices = results.notices(found)
        known |= {"levels": levels, "measured": measured, "notices": notices}
        known["is_zoned"] = found.kind == MAPPED
        known["n_points"] = found.points.count()
        known["taken"] = TradeoffPoint.objects.filter(made=found).values("plan", "number").first()
        kind = KINDS[found.kind]
        tables = [kind.actions(request, found), *kind.tables(request, found)] if known["sees_all"] else []
        known["tables"] = tables
        shown += [measured, levels, *tables]
        if known["sees_all"]:
            known["atlas"] = map_of(found)
        if known["sees_all"] and found.kind in FLOWING:
            shown.append(flows_table(request, found))
            known["flows"] = shown[-1]
    return exported(*shown) or render(request, "planning/plan.html", known)


def progress(request: HttpRequest, plan: int) -> HttpResponse:
    """Return the part of the page that follows the job; once it has ended the page is asked for again as a whole."""
    found = _found(plan)
    if found.job is None or found.job.is_ended:
        return HttpResponse(headers={"HX-Redirect": reverse("planning:plan", args=[plan])})
    return render(request, "planning/progress.html", _known(request, found))


def cancel(request: HttpRequest, plan: int) -> HttpResponse:
    found = _found(plan)
    if found.job is not None:
        jobs.cancel(by=person_of(request), job=found.job)
    return redirect("planning:plan", plan=plan)


def report(request: HttpRequest, plan: int) -> HttpResponse:
    """Return the report. It brings its own policy, and the sandbox keeps its script away from everything of ours."""
    found = get_object_or_404(PlanRecord, pk=plan)
    if found.report is None or not results.sees_all(person_of(request), found):
        raise Http404
    return HttpResponse(
        found.report, headers={"Content-Security-Policy": "sandbox allow-scripts allow-modals"}
    )


def download(request: HttpRequest, plan: int) -> HttpResponse:
    found = get_object_or_404(PlanRecord, pk=plan)
    if found.result is None or not results.sees_all(person_of(request), found):
        raise Http404
    text = json.dumps(json.loads(found.result), ensure_ascii=False, indent=1)
    name = quote(f"{found.name}.json")
    return HttpResponse(
        text,
        content_type="application/json",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


def comment(request: HttpRequest, plan: int) -> HttpResponse:
    found = _found(plan)
    return _do(
        request,
        found,
        lambda: services.comment(by=person_of(request), plan=found, text=request.POST.get("text", "")),
    )


def submit(request: HttpRequest, plan: int) -> HttpResponse:
    found = _found(plan)
    return _do(request, found, lambda: services.submit(by=person_of(request), plan=found))


def send_back(request: HttpRequest, plan: int) -> HttpResponse:
    found, remarks = _found(plan), request.POST.get("remarks", "")
    return _do(request, found, lambda: services.send_back(by=person_of(request), plan=found, remarks=remarks))


def approve(request: HttpRequest, plan: int) -> HttpResponse:
    found, remarks = _found(plan), request.POST.get("remarks", "")
    return _do(request, found, lambda: services.approve(by=person_of(request), plan=found, remarks=remarks))


def _do(request: HttpRequest, found: PlanRecord, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except UsageError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(Text("已办理", "done")))
    return redirect("planning:plan", plan=found.pk)


def _known(request: HttpRequest, found: PlanRecord) -> dict[str, object]:
    job, person = found.job, person_of(request)
    sees_all = results.sees_all(person, found)
    return {
        "sees_all": sees_all,
        "plan": found,
        "job": job,
        "message": None if job is None else message_of(job, sees_all=sees_all),
        "job_state": None if job is None else JOB_STATES[job.state],
        "state": Mark(services.STATES[found.state], services.TONES[found.state]),
        "kind": KINDS[found.kind].name,
        "may_pin": KINDS[found.kind].pins is not no_pins,
        "settings": results.settings_in_words(found, person),
        "problems": results.problems(job) if job is not None and sees_all else [],
    }


def message_of(job: Job, *, sees_all: bool) -> Text:
    """Return how far a job is, or why it failed; a failure may name persons."""
    if job.state == "failed" and not sees_all:
        return Text(
            "原因涉及个人，仅可看名册者可见", "the reason names persons: only for those who see the rosters"
        )
    return Text(job.message_zh, job.message_en)


def _found(plan: int) -> PlanRecord:
    query = PlanRecord.objects.select_related("snapshot", "job").defer("snapshot__content", "report")
    return get_object_or_404(query, pk=plan)


def _zones_year(plan: PlanRecord) -> int | None:
    """Return the open year whose zones an approved plan may become."""
    if plan.kind != inforce.KIND or plan.state != PlanState.APPROVED:
        return None
    return Year.objects.filter(pk=inforce.year_of(plan)).values_list("pk", flat=True).first()


def _row(plan: PlanRecord, newest: Snapshot | None) -> dict[str, object]:
    return {
        "name": Link(plan.name, reverse("planning:plan", args=[plan.pk])),
        "kind": KINDS[plan.kind].name,
        "snapshot": plan.snapshot.name,
        "state": Mark(services.STATES[plan.state], services.TONES[plan.state]),
        "job": None if plan.job is None else JOB_STATES[plan.job.state],
        "made": f"{moment(plan.made_at)} {plan.made_by}",
        "decided": None if plan.decided_at is None else f"{moment(plan.decided_at)} {plan.decided_by}",
        "expected": _beside(plan, newest),
    }


def _beside(plan: PlanRecord, newest: Snapshot | None) -> Link | None:
    """Return the way from an approved plan to what a newer snapshot says of it."""
    since = plan.decided_at if plan.state == PlanState.APPROVED else None
    if newest is None or since is None or newest.made_at <= since:
        return None
    text = Text("与“{name}”对照", "beside “{name}”").format(name=newest.name)
    return Link(said(text), reverse("planning:expected", args=[plan.pk]))
