"""A school's page of an exchange plan: who leaves, who comes, and what the school says of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.report.facts import Names
from junheng.text import Text
from junheng.web.gate import person_of
from junheng.web.people import carrying, reviews
from junheng.web.people.views.common import done, move_in_words, review_or_404
from junheng.web.people.views.since import answer_mark
from junheng.web.people.wording import where_to
from junheng.web.permissions import schools_open
from junheng.web.registry.snapshots import district_of


def one(request: HttpRequest, exchange: int, school: str) -> HttpResponse:
    """Show a school its own moves, and take what it says of each."""
    review = review_or_404(exchange)
    district = district_of(review.plan.snapshot_id)
    names = Names.of(district).schools
    if school not in names:
        raise Http404
    teachers = {row["teacher"]: row for row in district.table("teachers").iter_rows(named=True)}
    answers = reviews.standing_answers(review)
    own = reviews.moves_of_school(reviews.moves_of(review.plan), school)

    since = carrying.difference(review.plan)
    changed = {} if since is None else since.changed

    def card(move: MoveTeacher) -> dict[str, Any]:
        said = answers.get((school, move.teacher))
        ruling = None if said is None else reviews.ruling_of(said)
        return {
            **move_in_words(move, teachers, names),
            "answer": said,
            "mark": answer_mark(said),
            "earlier": where_to(changed[move.teacher], names) if move.teacher in changed else None,
            "objection": "" if said is None else reviews.reason_of(said),
            "ruling": ruling,
            "ruled": None if ruling is None else reviews.RULINGS[ruling.ruling],
        }

    opened = schools_open(person_of(request), "people:school")
    known = {
        "plan": review.plan,
        "review": review,
        "is_open": reviews.is_open(review, timezone.localdate()),
        "school": school,
        "name": names[school],
        "others": [(code, names.get(code, code)) for code in sorted(opened or ()) if code != school],
        "sides": [
            (Text("调出", "Who leaves"), [card(move) for move in own if move.before == school]),
            (Text("调入", "Who comes"), [card(move) for move in own if move.school == school]),
        ],
        "n_open": sum((school, move.teacher) not in answers for move in own),
        "n": len(own),
    }
    return render(request, "people/school.html", known)


def answer(request: HttpRequest, exchange: int, school: str, teacher: str) -> HttpResponse:
    """Take what a school says of one move."""
    review = review_or_404(exchange)
    return done(
        request,
        lambda: reviews.answer(
            by=person_of(request),
            review=review,
            school=school,
            teacher=teacher,
            verdict=request.POST.get("verdict", ""),
            reason=request.POST.get("reason", ""),
            today=timezone.localdate(),
        ),
        "people:school",
        exchange=exchange,
        school=school,
    )


def agree(request: HttpRequest, exchange: int, school: str) -> HttpResponse:
    """Agree to every move of which the school has not said anything."""
    review = review_or_404(exchange)
    return done(
        request,
        lambda: reviews.agree_to_the_rest(
            by=person_of(request), review=review, school=school, today=timezone.localdate()
        ),
        "people:school",
        exchange=exchange,
        school=school,
    )
