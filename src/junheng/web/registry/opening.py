"""The page that opens the next school year: what goes on and what does not, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from junheng.district.columns import Table
from junheng.district.columns import table as table_of
from junheng.district.model import District
from junheng.district.nextyear import carried
from junheng.errors import InputError
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Listing, Mark
from junheng.web.pages.templatetags.words import moment
from junheng.web.planning import inforce
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import names
from junheng.web.registry.forms import OpenForm
from junheng.web.registry.models import AnnualReturn, ReturnState
from junheng.web.registry.store import give
from junheng.web.schoolyears import year_text

_COLUMNS = (
    Column("label", Text("表", "table")),
    Column("how", Text("是否带入", "goes on")),
    Column("why", Text("为什么", "why")),
    Column("rows", Text("本学年行数", "rows this year"), "count"),
    Column("emptied", Text("不带入的列", "columns left empty")),
)
_HOW = {
    "whole": Mark(Text("带入", "yes"), "ok"),
    "part": Mark(Text("部分带入", "in part"), "near"),
    "left": Mark(Text("不带入", "no"), "none"),
}


def open_year(request: HttpRequest) -> HttpResponse:
    latest = names.latest()
    if latest is None:
        return redirect("registry:records")
    since = _asked(request, latest)
    plans = {one.pk: one for found in inforce.approved_for(since + 1).values() for one in found}
    form = OpenForm(request.POST or None, offered=_offered(plans.values()))
    if request.method == "POST" and form.is_valid():
        try:
            return _opened(request, form, since, [plans[key] for key in form.plans()])
        except InputError as error:
            form.add_error(None, said(error.text))
    table = _table(request, give(since))
    if table.wants_export:
        return table.export()
    waiting = AnnualReturn.objects.filter(year=since).exclude(state=ReturnState.ACCEPTED).count()
    known = {
        "since": since,
        "since_text": year_text(since),
        "next_text": year_text(since + 1),
        "waiting": waiting,
        "table": table,
        "form": form,
    }
    return render(request, "registry/open_year.html", known, status=422 if form.errors else 200)


def _asked(request: HttpRequest, latest: int) -> int:
    """Return the year that goes on: the newest, or the one that the page showed before another was opened."""
    if request.method != "POST":
        return latest
    asked = request.POST.get("since", "")
    since = int(asked) if asked.isascii() and asked.isdecimal() else None
    if since is None or since not in (latest, latest - 1):
        raise Http404
    return since


def _offered(plans: Iterable[PlanRecord]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for plan in plans:
        name = f"{plan.name} · {plan.decided_by} {moment(plan.decided_at)}"
        found.setdefault(inforce.stage_of(plan), []).append((str(plan.pk), name))
    return found


def _opened(request: HttpRequest, form: OpenForm, since: int, plans: list[PlanRecord]) -> HttpResponse:
    due = form.cleaned_data["due"]
    found = inforce.open_next_year_with(by=person_of(request), since=since, due=due, plans=plans)
    if found.is_new:
        text = Text(
            "{year} 已开放：带入 {rows} 行，开放 {returns} 所学校的年报",
            "{year} is open: {rows} rows taken over, the returns of {returns} schools opened",
        ).format(year=year_text(found.year), rows=found.n_rows, returns=found.n_returns)
        if plans:
            names = ", ".join(plan.name for plan in plans)
            text = text.joined(
                "", Text("；学区按方案：{plans}", "; zones by the plan: {plans}").format(plans=names)
            )
        messages.success(request, said(text))
    else:
        text = Text("{year} 此前已开放，没有改动", "{year} was open already; nothing was changed")
        messages.info(request, said(text.format(year=year_text(found.year))))
    return redirect("registry:year", year=found.year)


def _table(request: HttpRequest, district: District) -> Listing:
    return Listing(
        request,
        name="carried",
        title=Text("带入与不带入的记录", "what goes on and what does not"),
        columns=_COLUMNS,
        rows=list(_rows(district)),
    )


def _rows(district: District) -> Iterator[dict[str, Any]]:
    for name, frame in district.tables.items():
        one, what = table_of(name), carried(name)
        yield {
            "label": one.label,
            "rows": frame.height,
            "how": _HOW[what.how],
            "why": what.why,
            "emptied": _labels(one, what.emptied),
        }


def _labels(one: Table, columns: tuple[str, ...]) -> Text | None:
    if not columns:
        return None
    labels = [one.column(name).label for name in columns]
    return Text("、".join(text.zh for text in labels), ", ".join(text.en for text in labels))
