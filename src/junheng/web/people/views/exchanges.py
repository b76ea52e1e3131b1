"""The staff department's pages of exchange plans: whom it asks, what they say, rulings, the next plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from junheng.errors import UsageError
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.language import said
from junheng.web.listing import Column, Link, Listing, Mark, exported
from junheng.web.people import asking, carrying, replanning, reviews
from junheng.web.people.forms import ReplanForm
from junheng.web.people.models import Answer, Review
from junheng.web.people.views import since
from junheng.web.people.views.common import (
    done,
    exchange_or_404,
    move_in_words,
    review_or_404,
    wrong_form,
)
from junheng.web.permissions import schools_open
from junheng.web.planning.models import PlanRecord
from junheng.web.planning.services import STATES, TONES
from junheng.web.registry.forms import DueForm
from junheng.web.registry.snapshots import district_of

_PLANS = (
    Column("name", Text("方案", "plan")),
    Column("state", Text("状态", "state")),
    Column("moves", Text("调动人数", "moves"), "person"),
    Column("asked", Text("征求意见", "asked")),
    Column("answers", Text("已答复", "answers")),
    Column("objections", Text("异议", "objections"), "count"),
)
_SCHOOLS = (
    Column("name", Text("学校", "school")),
    Column("out", Text("调出", "leave"), "person"),
    Column("into", Text("调入", "come"), "person"),
    Column("answered", Text("已答复", "answered")),
    Column("objections", Text("异议", "objections"), "count"),
    Column("state", Text("状态", "state")),
)
_TEACHERS = (
    Column("name", Text("教师", "teacher")),
    Column("code", Text("教师编号", "number")),
    Column("subject", Text("学科", "subject")),
    Column("before", Text("从", "from")),
    Column("school", Text("到", "to")),
    Column("answer", Text("本人答复", "own answer")),
)


def listing(request: HttpRequest) -> HttpResponse:
    """Show the exchange plans: to the bureau all, to a school those that it is asked about."""
    opened = schools_open(person_of(request), "people:school")
    query = PlanRecord.objects.filter(kind=reviews.KIND, result__isnull=False).select_related("review")
    found = [one for one in query.defer("report") if opened is None or hasattr(one, "review")]
    table = Listing(
        request,
        name="exchanges",
        title=Text("教师交流方案", "exchange plans"),
        columns=_PLANS,
        rows=[_plan_row(one, opened) for one in found],
        empty=Text("还没有教师交流方案", "there is no exchange plan yet")
        if opened is None
        else Text("还没有征求学校意见的交流方案", "no exchange plan was put to schools yet"),
    )
    if table.wants_export:
        return table.export()
    return render(request, "people/exchanges.html", {"table": table, "sees_all": opened is None})


def one(request: HttpRequest, exchange: int) -> HttpResponse:
    """Show what schools and teachers say of a plan, and what to do with it."""
    plan = exchange_or_404(exchange)
    review, district = Review.objects.filter(pk=exchange).first(), district_of(plan.snapshot_id)
    school = Names.of(district).schools
    teachers = {row["teacher"]: row for row in district.table("teachers").iter_rows(named=True)}
    moves = reviews.moves_of(plan)
    answers = {} if review is None else reviews.standing_answers(review)
    tables = [
        _schools(request, moves, answers, school, exchange),
        _teachers(request, moves, answers, teachers, school),
    ]
    found = carrying.difference(plan)
    changes = None if found is None else since.changes(request, plan, found, teachers, school)
    file = exported(*tables, changes)
    if file is not None:
        return file
    today = timezone.localdate()
    known = {
        "plan": plan,
        "state": Mark(STATES[plan.state], TONES[plan.state]),
        "review": review,
        "is_open": review is not None and reviews.is_open(review, today),
        "n_moves": len(moves),
        "n_asked": sum(len(reviews.parties(move)) for move in moves),
        "n_answered": len(answers),
        "since": found,
        "changes": changes,
        "n_carried": carrying.n_carried(answers.values()),
        "due_form": DueForm(initial={"due": None if review is None else review.due}),
        "objections": _objections(answers, moves, teachers, school),
        "rulings": reviews.RULINGS.items(),
        "replan_form": _replan_form(plan),
        "tables": tables,
    }
    return render(request, "people/exchange.html", known)


def open_review(request: HttpRequest, exchange: int) -> HttpResponse:
    plan, form = exchange_or_404(exchange), DueForm(request.POST)
    if not form.is_valid():
        return wrong_form(request, form, "people:exchange", exchange=exchange)
    return done(
        request,
        lambda: asking.open_review(
            by=person_of(request), plan=plan, due=form.cleaned_data["due"], today=timezone.localdate()
        ),
        "people:exchange",
        exchange=exchange,
        told=Text("学校和教师现在可以答复", "schools and teachers can answer now"),
    )


def rule(request: HttpRequest, exchange: int, answer: int) -> HttpResponse:
    found = get_object_or_404(Answer, pk=answer, review_id=exchange)
    return done(
        request,
        lambda: reviews.rule(
            by=person_of(request),
            answer=found,
            ruling=request.POST.get("ruling", ""),
            reply=request.POST.get("reply", ""),
        ),
        "people:exchange",
        exchange=exchange,
    )


def replan(request: HttpRequest, exchange: int) -> HttpResponse:
    """Ask for the next plan and go to it."""
    review, form = review_or_404(exchange), ReplanForm(request.POST)
    if not form.is_valid():
        return wrong_form(request, form, "people:exchange", exchange=exchange)
    try:
        made = replanning.replan(by=person_of(request), review=review, **form.cleaned_data)
    except UsageError as error:
        reason = error

        def refuse() -> None:
            raise reason

        return done(request, refuse, "people:exchange", exchange=exchange)
    return redirect("planning:plan", plan=made.pk)


def _replan_form(plan: PlanRecord) -> ReplanForm:
    name = Text("{name}（按意见重编）", "{name}, planned again").format(name=plan.name)
    return ReplanForm(initial={"name": said(name)[:120], "keeps_agreed": True})


def _plan_row(plan: PlanRecord, opened: frozenset[str] | None) -> dict[str, Any]:
    moves = reviews.moves_of(plan)
    review = getattr(plan, "review", None)
    answers = {} if review is None else reviews.standing_answers(review)
    if opened is not None:
        moves = tuple(move for move in moves if opened & {move.before, move.school})
        answers = {key: one for key, one in answers.items() if key[0] in opened}
    asked = sum(opened is None or party in opened for move in moves for party in reviews.parties(move))
    address = reverse("people:exchange", args=[plan.pk])
    if opened is not None:
        first = min(opened & set(reviews.schools_of(moves)), default=min(opened, default=""))
        address = reverse("people:school", args=[plan.pk, first])
    return {
        "name": Link(plan.name, address),
        "state": Mark(STATES[plan.state], TONES[plan.state]),
        "moves": len(moves),
        "asked": None
        if review is None
        else Text("至 {day}", "until {day}").format(day=review.due.isoformat()),
        "answers": None if review is None else f"{len(answers)} / {asked}",
        "objections": None if review is None else len(reviews.objections(answers)),
    }


def _schools(
    request: HttpRequest,
    moves: Iterable[MoveTeacher],
    answers: reviews.Answers,
    school: Mapping[str, str],
    exchange: int,
) -> Listing:
    rows = []
    for code in reviews.schools_of(moves):
        own = reviews.moves_of_school(moves, code)
        said_of = [answers[code, move.teacher] for move in own if (code, move.teacher) in answers]
        n_objections = sum(one.verdict == "objected" for one in said_of)
        rows.append(
            {
                "name": Link(school.get(code, code), reverse("people:school", args=[exchange, code])),
                "out": sum(move.before == code for move in own),
                "into": sum(move.school == code for move in own),
                "answered": f"{len(said_of)} / {len(own)}",
                "objections": n_objections,
                "state": school_state(len(own), len(said_of), n_objections),
            }
        )
    return Listing(
        request,
        name="schools",
        title=Text("各校答复", "answers of schools"),
        columns=_SCHOOLS,
        rows=rows,
        empty=Text("方案没有调动", "nobody moves by the plan"),
    )


def school_state(n: int, n_answered: int, n_objections: int) -> Mark:
    """Return how far a school is with its answers."""
    if n_objections:
        return Mark(reviews.VERDICTS["objected"], "bad")
    return Mark(reviews.VERDICTS["agreed"], "ok") if n and n_answered == n else since.NOT_ANSWERED


def _teachers(
    request: HttpRequest,
    moves: Iterable[MoveTeacher],
    answers: reviews.Answers,
    teachers: Mapping[str, Mapping[str, Any]],
    school: Mapping[str, str],
) -> Listing:
    rows = []
    for move in moves:
        own = answers.get((reviews.OWN, move.teacher))
        words = move_in_words(move, teachers, school)
        rows.append({**words, "answer": since.answer_mark(own)})
    return Listing(
        request,
        name="teachers",
        title=Text("教师本人的答复", "answers of the teachers"),
        columns=_TEACHERS,
        rows=rows,
        empty=Text("方案没有调动", "nobody moves by the plan"),
    )


def _objections(
    answers: reviews.Answers,
    moves: Iterable[MoveTeacher],
    teachers: Mapping[str, Mapping[str, Any]],
    school: Mapping[str, str],
) -> list[dict[str, Any]]:
    by_teacher = {move.teacher: move for move in moves}
    found = []
    for one in reviews.objections(answers):
        ruling = reviews.ruling_of(one)
        found.append(
            {
                "answer": one,
                "move": move_in_words(by_teacher[one.teacher], teachers, school),
                "by": Text("教师本人", "the teacher")
                if one.school == reviews.OWN
                else Text.same(school.get(one.school, one.school)),
                "reason": reviews.reason_of(one),
                "ruling": ruling,
                "ruled": None if ruling is None else reviews.RULINGS[ruling.ruling],
            }
        )
    return found
