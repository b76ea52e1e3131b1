"""Where the zones of a school year come from: an approved plan, stage by stage, or the year before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from junheng.district.columns import label_of
from junheng.errors import JunhengError, UsageError
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.planning import inforce
from junheng.web.planning.models import ZonesInForce
from junheng.web.registry.models import Year
from junheng.web.registry.store import give
from junheng.web.schoolyears import year_text


def page(request: HttpRequest, year: int) -> HttpResponse:
    """Show each stage that has zones or a plan for them."""
    get_object_or_404(Year, pk=year)
    offered, stands = inforce.approved_for(year), {one.stage: one for one in inforce.in_force(year)}
    stages = give(year).table("catchments")["stage"].unique(maintain_order=True).to_list()
    known = {
        "year": year,
        "year_text": year_text(year),
        "is_late": inforce.has_returns(year),
        "rows": [
            {
                "stage": stage,
                "label": label_of("stage", stage),
                "stands": stands.get(stage),
                "offered": offered.get(stage, []),
            }
            for stage in dict.fromkeys([*stages, *offered])
        ],
        "ended": [
            (one, label_of("stage", one.stage))
            for one in ZonesInForce.objects.filter(year=year, ended_at__isnull=False).select_related("plan")
        ],
    }
    return render(request, "planning/zones.html", known)


def put_in_force(request: HttpRequest, year: int) -> HttpResponse:
    told = Text("学区已按方案写入记录", "the plan's zones are written into the records")
    return _do(request, year, lambda: _put(request, year), told)


def take_back(request: HttpRequest, year: int) -> HttpResponse:
    stage, told = (
        request.POST.get("stage", ""),
        Text("已恢复写入之前的学区", "the zones are as they were before"),
    )
    return _do(request, year, lambda: inforce.take_back(by=person_of(request), year=year, stage=stage), told)


def _put(request: HttpRequest, year: int) -> None:
    offered = {str(one.pk): one for plans in inforce.approved_for(year).values() for one in plans}
    plan = offered.get(request.POST.get("plan", ""))
    if plan is None:
        raise UsageError(Text("请选择为该学年批准的方案", "choose a plan that is approved for that year"))
    inforce.put_in_force(by=person_of(request), plan=plan, year=year)


def _do(request: HttpRequest, year: int, work: Callable[[], Any], told: Text) -> HttpResponse:
    try:
        work()
    except JunhengError as error:
        messages.error(request, said(error.text))
    else:
        messages.success(request, said(told))
    return redirect("planning:zones", year=year)
