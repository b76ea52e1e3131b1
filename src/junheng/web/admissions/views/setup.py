"""The rules and the places of a round."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from junheng.admission.rounds.facts import sectors
from junheng.admission.rounds.plan import school_plans
from junheng.admission.rules import Rules
from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.text import SEMICOLON, Text
from junheng.web.admissions import rounds
from junheng.web.admissions.forms.offers import OfferForm
from junheng.web.admissions.forms.rules import RulesForm, RulesTextForm
from junheng.web.admissions.models import Round
from junheng.web.admissions.records import district_of_round, rules_of, standard_of, taken
from junheng.web.admissions.rulebook import changed
from junheng.web.admissions.states import OPEN_TO_CHANGE
from junheng.web.admissions.views.common import FOUND_COLUMNS, found_round, head, problem_row
from junheng.web.admissions.wording import (
    ADJUSTED,
    LOTTERIES,
    TOGETHER,
    classes_in_words,
    documents_in_words,
    reserves_in_words,
)
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing
from junheng.web.permissions import may
from junheng.web.registry.snapshots import district_of

_SECTORS = {"public": Text("公办学校", "public schools"), "private": Text("民办学校", "private schools")}
_PLAN_SHEETS = ("招生计划", "预留计划", "学校")


def rules(request: HttpRequest, pk: int) -> HttpResponse:
    return _rules_page(request, found_round(pk))


def set_rules(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    own = rules_of(found.rules)
    form = RulesForm(request.POST, rules=own)
    if not form.is_valid():
        return _rules_page(request, found, form=form)
    changes = form.changes()
    if not own.reserves:
        changes = {path: value for path, value in changes.items() if not path.startswith("reserves.")}
    return _set(request, found, changed(found.rules, changes), form=form)


def set_rules_text(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    form = RulesTextForm(request.POST)
    if not form.is_valid():
        return _rules_page(request, found, text_form=form)
    return _set(request, found, form.cleaned_data["text"], text_form=form)


def _set(
    request: HttpRequest,
    found: Round,
    text: str,
    *,
    form: RulesForm | None = None,
    text_form: RulesTextForm | None = None,
) -> HttpResponse:
    try:
        rounds.set_rules(by=person_of(request), found=found, text=text)
    except InputError as error:
        problems = [problem.describe() for problem in error.problems]
        return _rules_page(request, found, form=form, text_form=text_form, problems=problems)
    except UsageError as error:
        return _rules_page(request, found, form=form, text_form=text_form, problems=[error.text])
    messages.success(request, said(Text("细则已保存", "the rules are saved")))
    return redirect("admissions:rules", found.pk)


def _rules_page(
    request: HttpRequest,
    found: Round,
    *,
    form: RulesForm | None = None,
    text_form: RulesTextForm | None = None,
    problems: list[Text] | None = None,
) -> HttpResponse:
    own = rules_of(found.rules)
    may_set = may(person_of(request), "admissions:set_rules") and found.state in OPEN_TO_CHANGE
    known = {
        **head(request, found, "admissions:rules"),
        "rules": own,
        "published": own.notice.published,
        "sectors": [(_SECTORS[sector], classes_in_words(classes)) for sector, classes in own.classes.items()],
        "reserves": reserves_in_words(own),
        "others": _others(own, found),
        "problems": problems or [],
        "may_set": may_set,
        "form": form or RulesForm(rules=own),
        "text_form": text_form or RulesTextForm(initial={"text": found.rules}),
        "is_text_open": text_form is not None,
    }
    wrong = problems or form is not None or text_form is not None
    return render(request, "admissions/rules.html", known, status=422 if wrong else 200)


def _others(own: Rules, found: Round) -> list[tuple[Text, Text]]:
    """Return what else the rules say, in words."""
    years = own.lock_years
    lock = Text("按地方标准；没有则不锁定", "by the local standard; none without")
    if years is not None:
        lock = Text("一套住房 {n} 年一个学位（{clause}）", "one place a home in {n} years ({clause})").format(
            n=int(years.number), clause=years.clause
        )
    zones = Text("每校一个学区", "each school has its own zone")
    if own.zones:
        zones = Text(
            "；".join(f"{zone.name.zh}：{'、'.join(zone.schools)}" for zone in own.zones),
            "; ".join(f"{zone.name.en}: {', '.join(zone.schools)}" for zone in own.zones),
        )
    kept = SEMICOLON.join(TOGETHER[one] for one in own.together)
    adjusted = ADJUSTED[own.adjustment.who].joined(
        "", Text(f"（{own.adjustment.clause}）", f" ({own.adjustment.clause})")
    )
    return [
        (Text("摇号", "draw"), LOTTERIES[own.lottery]),
        (Text("人人须交的材料", "documents that everybody needs"), documents_in_words(own.documents)),
        (Text("多孩同校", "kept together"), kept if own.together else Text("没有规定", "nothing is said")),
        (Text("学位锁定", "home-seat lock"), lock),
        (Text("共用学区", "shared zones"), zones),
        (Text("志愿均未录取的", "if no choice admits"), adjusted),
    ]


def plan(request: HttpRequest, pk: int) -> HttpResponse:
    found = found_round(pk)
    district, own = district_of_round(found), rules_of(found.rules)
    table = Listing(
        request,
        name="plan",
        title=Text("各校招生计划", "places of each school"),
        columns=_plan_columns(own),
        rows=_plan_rows(found, district, own),
        empty=Text("快照中没有本学段的学校", "the snapshot has no school of this stage"),
    )
    if table.wants_export:
        return table.export()
    problems = Listing(
        request,
        name="problems",
        title=Text("计划中的问题", "problems of the plan"),
        columns=FOUND_COLUMNS,
        rows=[problem_row(one) for one in taken(found).problems if one.place.sheet in _PLAN_SHEETS],
        empty=Text("没有问题", "no problems"),
    )
    if problems.wants_export:
        return problems.export()
    offered = school_plans(district, own)
    known = {
        **head(request, found, "admissions:plan"),
        "table": table,
        "problems": problems,
        "n_schools": len(offered),
        "n_places": sum(one.places for one in offered),
        "n_children": district.table("applicants").height,
        "may_set": may(person_of(request), "admissions:offer") and found.state in OPEN_TO_CHANGE,
    }
    return render(request, "admissions/plan.html", known)


def _plan_columns(own: Rules) -> list[Column]:
    return [
        Column("name", Text("学校", "school")),
        Column("school", Text("学校代码", "code")),
        Column("sector", Text("性质", "sector")),
        Column("classes", Text("班数", "classes"), "count"),
        Column("places", Text("人数", "places"), "count"),
        *(Column(f"reserve-{one.id}", one.name) for one in own.reserves),
    ]


def _plan_rows(found: Round, district: District, own: Rules) -> list[dict[str, Any]]:
    names = dict(district.table("schools").select("school", "name").iter_rows())
    sector = dict(sectors(district).iter_rows())
    plans = {one.school: one for one in school_plans(district, own)}
    schools = [code for code in _schools_of_stage(district, found.stage) if code in names]
    rows = []
    for code in sorted({*schools, *plans}):
        offer, computed = rounds.offer_of(found, code), plans.get(code)
        row: dict[str, Any] = {
            "name": Link(names.get(code, code), reverse("admissions:offer", args=[found.pk, code])),
            "school": code,
            "sector": _SECTORS.get(sector.get(code) or ""),
            "classes": offer.classes,
            "places": offer.places,
        }
        if computed is not None:
            for one, floor, ceiling in zip(own.reserves, computed.floors, computed.ceilings, strict=True):
                row[f"reserve-{one.id}"] = _range(floor, ceiling)
        rows.append(row)
    return rows


def _schools_of_stage(district: District, stage: str) -> list[str]:
    stages = district.table("stages")
    return [code for code, own in stages.select("school", "stage").iter_rows() if own == stage]


def _range(floor: int, ceiling: int | None) -> Text | None:
    if not floor and ceiling is None:
        return None
    if ceiling is None:
        return Text(f"至少 {floor}", f"at least {floor}")
    most = Text(f"至多 {ceiling}", f"at most {ceiling}")
    return most if not floor else Text(f"{floor} 至 {ceiling}", f"{floor} to {ceiling}")


def offer(request: HttpRequest, pk: int, offering: str) -> HttpResponse:
    found = found_round(pk)
    district, own = district_of(found.snapshot_id), rules_of(found.rules)
    names = dict(district.table("schools").select("school", "name").iter_rows())
    if offering not in names:
        raise Http404
    sector = rounds.sector_of(found, offering)
    form = OfferForm(request.POST or None, rules=own, offer=rounds.offer_of(found, offering), sector=sector)
    if request.method == "POST" and form.is_valid():
        try:
            rounds.set_offer(by=person_of(request), found=found, school=offering, offer=form.offer())
        except UsageError as error:
            form.add_error(None, said(error.text))
        else:
            messages.success(request, said(Text("计划已保存", "the plan is saved")))
            return redirect("admissions:plan", found.pk)
    known = {
        **head(request, found, "admissions:plan"),
        "form": form,
        "name": names[offering],
        "school": offering,
        "sector": _SECTORS[sector],
        "class_size": _class_size(found),
        "may_set": found.state in OPEN_TO_CHANGE,
    }
    return render(request, "admissions/offer.html", known, status=422 if form.errors else 200)


def _class_size(found: Round) -> Text:
    """Return the largest class that the standard allows, with its citation."""
    own = rules_of(found.rules)
    value = standard_of(found).on(own.notice.published).value("guarantee.G5", stage=found.stage)
    return Text("{n} 人：{citation}", "{n} children: {citation}").format(
        n=int(value.number), citation=value.citation.describe()
    )
