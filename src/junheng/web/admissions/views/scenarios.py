"""What if: one more class, another reserve, other zones; who gains and who loses, by group."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from junheng.admission.whatif import OUTCOMES
from junheng.errors import UsageError
from junheng.report import numbers
from junheng.text import Text
from junheng.web.admissions import scenarios
from junheng.web.admissions.forms.scenarios import ScenarioForm
from junheng.web.admissions.models import Round, Scenario
from junheng.web.admissions.records import rules_of
from junheng.web.admissions.views.common import found_round, head
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Listing, exported
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.views import JOB_STATES
from junheng.web.registry.snapshots import district_of

_GROUPS = (
    Column("group", Text("群体", "group")),
    Column("children", Text("儿童", "children"), "count"),
    *(Column(name, text) for name, text in OUTCOMES.items()),
)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, found_round(pk))


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    form = _form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        made = scenarios.ask(
            by=person_of(request),
            found=found,
            name=form.cleaned_data["name"],
            places=form.cleaned_data["places"],
            reserves=form.reserves(),
            plan=form.plan(),
            draws=form.cleaned_data["draws"],
        )
    except UsageError as error:
        form.add_error(None, said(error.text))
        return _page(request, found, form=form)
    return redirect("admissions:scenario", found.pk, made.pk)


def one(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    found = found_round(pk)
    own = get_object_or_404(Scenario.objects.select_related("job"), pk=scenario, round=found)
    known: dict[str, Any] = {
        **head(request, found, "admissions:whatif"),
        "scenario": own,
        "settings": _settings(found, own),
        "job": own.job,
        "job_state": None if own.job is None else JOB_STATES[own.job.state],
        "message": None if own.job is None else Text(own.job.message_zh, own.job.message_en),
    }
    shown: list[Listing] = []
    if own.result is not None:
        result = json.loads(own.result)
        table = Listing(
            request,
            name="groups",
            title=Text("各类儿童谁受益谁受损", "who gains and who loses, by group"),
            columns=_GROUPS,
            rows=[_group(row) for row in result["groups"]],
        )
        figures = _figures(request, result)
        known |= {"table": table, "draws": result["draws"], "figures": figures}
        shown = [figures, table]
    return exported(*shown) or render(request, "admissions/scenario.html", known)


def _group(row: dict[str, Any]) -> dict[str, Any]:
    """Return one group for the listing: means over the draws have a decimal, which children do not."""
    means = {name: None if row[name] is None else round(row[name], 1) for name in OUTCOMES}
    return {**row, **means, "group": Text(row["zh"], row["en"])}


def progress(request: HttpRequest, pk: int, scenario: int) -> HttpResponse:
    own = get_object_or_404(Scenario.objects.select_related("job"), pk=scenario, round=pk)
    if own.job is None or own.job.is_ended:
        return HttpResponse(headers={"HX-Refresh": "true"})
    known = {
        "scenario": own,
        "job": own.job,
        "job_state": JOB_STATES[own.job.state],
        "message": Text(own.job.message_zh, own.job.message_en),
    }
    return render(request, "admissions/scenario_progress.html", known)


def _page(request: HttpRequest, found: Round, *, form: ScenarioForm | None = None) -> HttpResponse:
    known = {
        **head(request, found, "admissions:whatif"),
        "form": form or (_form(found, None) if found.is_frozen else None),
        "scenarios": found.scenarios.select_related("job"),
    }
    return render(request, "admissions/whatif.html", known, status=422 if form is not None else 200)


def _form(found: Round, data: Any) -> ScenarioForm:
    plans = PlanRecord.objects.filter(kind="catchments", result__isnull=False).only("pk", "name", "settings")
    own = [one for one in plans if json.loads(one.settings).get("stage") == found.stage]
    plan = json.loads(found.plan)
    return ScenarioForm(
        data,
        rules=rules_of(found.rules),
        plans=own,
        schools={row["school"] for row in plan.get("places", ())},
    )


def _settings(found: Round, own: Scenario) -> list[tuple[Text, str]]:
    """Return what would be otherwise, in words."""
    names = dict(district_of(found.snapshot_id).table("schools").select("school", "name").iter_rows())
    settings = json.loads(own.settings)
    reserves = {one.id: one.name for one in rules_of(found.rules).reserves}
    said_ = [
        (Text("学位", "places"), f"{names.get(code, code)} {n:+d}") for code, n in settings["places"].items()
    ]
    said_ += [
        (reserves.get(name, Text.same(name)), f"{_percent(floor)} – {_percent(ceiling)}")
        for name, (floor, ceiling) in settings["reserves"].items()
    ]
    if settings["plan"] is not None:
        plan = PlanRecord.objects.filter(pk=settings["plan"]).values_list("name", flat=True).first()
        said_.append((Text("学区方案", "catchment plan"), plan or "—"))
    return [*said_, (Text("模拟摇号次数", "made-up draws"), str(settings["draws"]))]


def _percent(number: float | None) -> str:
    return "—" if number is None else f"{number:g}%"


_BEFORE_AFTER = (
    Column("outcome", Text("结果", "outcome")),
    Column("before", Text("按本轮", "as it is"), "none"),
    Column("after", Text("改动后", "changed"), "none"),
)
_FIGURES: tuple[tuple[str, Text], ...] = (
    ("first_choice", Text("第一志愿录取", "first choice")),
    ("placed", Text("按志愿录取", "placed by choice")),
    ("adjusted", Text("调剂录取", "placed by adjustment")),
    ("unplaced", Text("未录取", "not placed")),
)


def _figures(request: HttpRequest, result: dict[str, Any]) -> Listing:
    rows = [
        {
            "outcome": text,
            **{side: numbers.decimal(result[side][name], 1) for side in ("before", "after")},
        }
        for name, text in _FIGURES
    ]
    return Listing(
        request,
        name="figures",
        title=Text("前后对比", "before and after"),
        columns=_BEFORE_AFTER,
        rows=rows,
    )
