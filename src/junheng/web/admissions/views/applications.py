"""The applications of a round: the list, one of them with its history, and its documents."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from junheng.district.columns import table as table_of
from junheng.errors import UsageError
from junheng.text import Text
from junheng.web.admissions import intake, persons
from junheng.web.admissions.documents import KINDS, next_unchecked
from junheng.web.admissions.forms.applications import FACTS, ApplicationForm
from junheng.web.admissions.models import Application, ApplicationState, Document, Round
from junheng.web.admissions.records import taken
from junheng.web.admissions.roll import claim_of
from junheng.web.admissions.states import OPEN_TO_CHANGE
from junheng.web.admissions.views.common import found_round, head
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing, Mark
from junheng.web.pages.templatetags.words import moment
from junheng.web.registry.snapshots import district_of

_COLUMNS = (
    Column("number", Text("报名号", "number")),
    Column("state", Text("状态", "state")),
    Column("origin", Text("来源", "came")),
    Column("home", Text("居住地", "home")),
    Column("first", Text("第一志愿", "first choice")),
    Column("choices", Text("志愿数", "choices"), "count"),
    Column("documents", Text("材料", "documents")),
    Column("problems", Text("问题", "problems")),
    Column("changed", Text("最近变动", "last change")),
)
_FILTERS: dict[str, Text] = {
    "": Text("全部", "all"),
    "problems": Text("有问题的", "with problems"),
    "unchecked": Text("材料待核", "documents to look at"),
    "online": Text("网上报名", "online"),
    "workbook": Text("工作簿导入", "by workbook"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "late": Text("补报", "late"),
}


def listing(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    chosen = request.GET.get("only", "")
    table = Listing(
        request,
        name="applications",
        title=Text("报名", "applications"),
        columns=_COLUMNS,
        rows=_rows(found, chosen if chosen in _FILTERS else ""),
        empty=Text("没有这样的报名", "no such application"),
    )
    if table.wants_export:
        return table.export()
    unchecked = next_unchecked(found)
    known = {
        **head(request, found, "admissions:applications"),
        "table": table,
        "unchecked": None if unchecked is None else paper_address(unchecked),
        "filters": [(name, text, name == chosen) for name, text in _FILTERS.items()],
        "is_open": found.state in OPEN_TO_CHANGE,
        "identity": request.GET.get("identity", ""),
    }
    return render(request, "admissions/applications.html", known)


def search(request: HttpRequest, pk: int) -> HttpResponse:
    """Find an application by the child's identity number: by its keyed hash, for the number itself stands nowhere."""
    found = found_round(pk)
    wanted = persons.identity_hash(request.POST.get("identity", ""))
    query = found.applications.filter(identity_hash=wanted)
    if request.POST.get("identity", "").strip() and (one := query.order_by("-pk").first()) is not None:
        return redirect("admissions:application", found.pk, one.number)
    messages.error(
        request, said(Text("没有以该身份证号报名的儿童", "no child applies under that identity number"))
    )
    return redirect("admissions:applications", found.pk)


def _rows(found: Round, chosen: str) -> list[dict[str, Any]]:
    names = {
        name: dict(district_of(found.snapshot_id).table(table).select(key, "name").iter_rows())
        for name, table, key in (("schools", "schools", "school"), ("homes", "homes", "home"))
    }
    errors = _errors_by_number(found)
    papers = _papers_by_application(found)
    rows = []
    for one in found.applications.defer("sealed"):
        counts = papers.get(one.pk, {})
        if not _is_chosen(one, chosen, n_errors=errors.get(one.number, 0), n_open=counts.get("", 0)):
            continue
        rows.append(_row(one, names, n_errors=errors.get(one.number, 0), papers=counts))
    return rows


def _is_chosen(one: Application, chosen: str, *, n_errors: int, n_open: int) -> bool:
    return {
        "": True,
        "problems": n_errors > 0,
        "unchecked": n_open > 0,
        "online": one.origin == "online",
        "workbook": one.origin == "workbook",
        "withdrawn": one.state == ApplicationState.WITHDRAWN,
        "late": one.is_late,
    }[chosen]


def _row(
    one: Application, names: dict[str, dict[str, str]], *, n_errors: int, papers: dict[str, int]
) -> dict[str, Any]:
    values = json.loads(one.values)
    home = values["applicants"].get("home")
    first = values["choices"][0] if values["choices"] else None
    n_papers = sum(papers.values())
    accepted = Text("{yes}/{all} 通过", "{yes} of {all} accepted").format(
        yes=papers.get("yes", 0), all=n_papers
    )
    tone = "bad" if papers.get("no") else "near" if papers.get("") else "ok"
    return {
        "number": Link(one.number, reverse("admissions:application", args=[one.round_id, one.number])),
        "state": Mark(intake.APPLICATION_STATES[one.state], "none" if one.state == "withdrawn" else "ok"),
        "origin": intake.ORIGINS[one.origin],
        "home": names["homes"].get(home, home) if home else None,
        "first": names["schools"].get(first, first) if first else None,
        "choices": len(values["choices"]),
        "documents": Mark(accepted, tone) if n_papers else None,
        "problems": Mark(Text(f"{n_errors} 个错误", f"{n_errors} errors"), "bad") if n_errors else None,
        "changed": moment(one.changed_at),
    }


def _errors_by_number(found: Round) -> dict[str, int]:
    """Return how many errors there are about each application; none once the list is frozen."""
    if found.state not in OPEN_TO_CHANGE:
        return {}
    numbers = frozenset(found.applications.values_list("number", flat=True))
    counts: dict[str, int] = {}
    for problem in taken(found).errors:
        for number in intake.located(problem, numbers).numbers:
            counts[number] = counts.get(number, 0) + 1
    return counts


def _papers_by_application(found: Round) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    query = Document.objects.filter(application__round=found).values_list("application_id", "checked")
    for application, checked in query.iterator():
        own = counts.setdefault(application, {})
        own[checked] = own.get(checked, 0) + 1
    return counts


def one(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    return _page(request, *found_application(pk, number))


def mend(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    found, application = found_application(pk, number)
    values = json.loads(application.values)
    form = ApplicationForm(request.POST, values=values, schools=_schools(found))
    if not form.is_valid():
        return _page(request, found, application, form=form)
    try:
        intake.mend(
            by=person_of(request),
            application=application,
            facts=form.facts(),
            choices=form.cleaned_data["choices"],
            kin=form.cleaned_data["kin"],
            why=form.cleaned_data["why"],
        )
    except UsageError as error:
        form.add_error(None, said(error.text))
        return _page(request, found, application, form=form)
    messages.success(
        request, said(Text("已更正，原来的内容留在历史中", "mended; what was there stays in the history"))
    )
    return redirect("admissions:application", found.pk, application.number)


def found_application(pk: int, number: str) -> tuple[Round, Application]:
    found = found_round(pk)
    return found, get_object_or_404(Application, round=found, number=number)


def _schools(found: Round) -> set[str]:
    return set(district_of(found.snapshot_id).table("schools")["school"])


def _page(
    request: HttpRequest, found: Round, application: Application, *, form: ApplicationForm | None = None
) -> HttpResponse:
    values = json.loads(application.values)
    numbers = frozenset({application.number})
    is_open = found.state in OPEN_TO_CHANGE
    problems = [
        located
        for problem in (taken(found).problems if is_open else ())
        if (located := intake.located(problem, numbers)).numbers
    ]
    names = dict(district_of(found.snapshot_id).table("schools").select("school", "name").iter_rows())
    facts = persons.unseal(application.sealed)
    papers = {one.kind: one for one in application.documents.defer("content")}
    known = {
        **head(request, found, "admissions:applications"),
        "application": application,
        "who": facts,
        "claim": claim_of(values, facts, names),
        "state_text": intake.APPLICATION_STATES[application.state],
        "origin_text": intake.ORIGINS[application.origin],
        "facts": facts_shown(values),
        "choices": [(code, names.get(code, code)) for code in values["choices"]],
        "kin": [_kin(row, names) for row in values["kin"]],
        "problems": problems,
        "papers": [(kind, text, papers.get(kind)) for kind, text in KINDS.items()],
        "steps": [
            (intake.STEP_KINDS[step.kind], step) for step in application.steps.defer("values").order_by("-pk")
        ],
        "is_open": is_open and application.state != ApplicationState.WITHDRAWN,
        "form": form or ApplicationForm(values=values, schools=_schools(found)),
        "is_form_open": form is not None,
    }
    return render(request, "admissions/application.html", known, status=422 if form is not None else 200)


def paper_address(paper: Document) -> str:
    """Return where a document is looked at."""
    application = paper.application
    return reverse("admissions:paper", args=[application.round_id, application.number, paper.kind])


def facts_shown(values: dict[str, Any], *, but: tuple[str, ...] = ()) -> list[tuple[Text, Any]]:
    """Return what an application says of the child, as people read it, without the columns that are named."""
    facts = values["applicants"]
    return [(one.label, _shown(one, facts.get(one.name))) for one in FACTS if one.name not in but]


def _kin(row: dict[str, Any], names: dict[str, str]) -> tuple[Text, str]:
    column = table_of("kin").column("relation")
    relation = next(choice.text for choice in column.choices if choice.code == row["relation"])
    school = row.get("school")
    return relation, row.get("other") or names.get(school or "", school or "")


def _shown(column: Any, value: Any) -> Any:
    if value is None or column.type != "enum":
        return value
    return next((choice.text for choice in column.choices if choice.code == value), value)
