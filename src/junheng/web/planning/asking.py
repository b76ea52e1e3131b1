"""Ask for a plan: from nothing, or again from another, with what that one does pinned or forbidden by name."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.permissions import may
from junheng.web.planning import results, services
from junheng.web.planning.forms import PlanForm
from junheng.web.planning.kinds import KINDS
from junheng.web.planning.models import NAME_LETTERS, PlanRecord
from junheng.web.planning.naming import NOW
from junheng.web.planning.pins import MOST, ticked
from junheng.web.registry import names
from junheng.web.registry.models import Snapshot
from junheng.web.registry.snapshots import make_snapshot
from junheng.web.registry.store import give


def new(request: HttpRequest) -> HttpResponse:
    newest = names.latest()
    if newest is None:
        return redirect("registry:records")
    code = request.GET.get("kind", "catchments")
    if code not in KINDS:
        raise Http404
    kind, again = KINDS[code], _again(request, code)
    pins = () if again is None or again.result is None else kind.pins(again)
    form = kind.form(
        ticked(request.POST, pins) if request.method == "POST" else None,
        initial=_fresh(newest) if again is None else _initial(kind.form, again),
        snapshots=Snapshot.objects.defer("content"),
        may_make=may(person_of(request), "registry:make_snapshot"),
    )
    if request.method == "POST" and form.is_valid():
        plan = services.start(
            by=person_of(request),
            kind=code,
            name=form.cleaned_data["name"],
            snapshot=_snapshot(request, form),
            settings=form.asked(),
        )
        return redirect("planning:plan", plan=plan.pk)
    known = {
        "form": form,
        "kind": kind,
        "again": again,
        "pins": pins[:MOST],
        "n_pins": len(pins),
    }
    return render(request, "planning/new.html", known, status=422 if form.errors else 200)


def _again(request: HttpRequest, code: str) -> PlanRecord | None:
    """Return the plan whose settings the form begins with; one that the person may not see whole is not there."""
    asked = request.GET.get("from", "")
    if not asked:
        return None
    query = PlanRecord.objects.select_related("job").defer("report", "measured")
    found = get_object_or_404(query, pk=int(asked) if asked.isdecimal() else 0, kind=code)
    if not results.sees_all(person_of(request), found):
        raise Http404
    return found


def _fresh(year: int) -> dict[str, Any]:
    """Return what the form begins with: the newest snapshot, unless the records were changed since it was made."""
    last = Snapshot.objects.defer("content").first()
    if last is None or last.hash != give(year).hash:
        return {"snapshot": NOW}
    return {"snapshot": str(last.pk)}


def _initial(form: type[PlanForm], again: PlanRecord) -> dict[str, Any]:
    """Return what the form begins with: of a plan that came to nothing, the records as they are now."""
    name = said(Text("{name}（再编）", "{name}, again")).format(name=again.name)
    return {
        **form.initial_of(json.loads(again.settings)),
        "name": name[:NAME_LETTERS],
        "snapshot": NOW if again.result is None else str(again.snapshot_id),
    }


def _snapshot(request: HttpRequest, form: PlanForm) -> Snapshot:
    chosen = form.cleaned_data["snapshot"]
    if chosen != NOW:
        return get_object_or_404(Snapshot.objects.defer("content"), pk=int(chosen))
    year = names.latest()
    if year is None:
        raise Http404
    return make_snapshot(by=person_of(request), year=year, name=form.cleaned_data["name"])
