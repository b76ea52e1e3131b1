"""A plan that is made again: what was said of unchanged moves stands, changed ones are asked about anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_exchange import exchange_plan

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.web.audit.models import Event
from junheng.web.people import asking, carrying, reviews
from junheng.web.people.models import Review
from junheng.web.people.rosters import standing_of_all
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import store
from junheng.web.registry.newyear import open_next_year
from junheng.web.registry.snapshots import make_snapshot

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def teachers(person: PersonOf, year: int, own_school: str) -> list[str]:
    """Return the teacher of the cast and two colleagues."""
    own = min(person("teacher").teachers)
    eligible = standing_of_all(store.give(year), 6).filter(standing="eligible", school=own_school)
    return [own, *[one for one in eligible["teacher"].to_list() if one != own][:2]]


@pytest.fixture
def first(person: PersonOf, year: int, teachers: list[str], today: date) -> Review:
    """Return the review of a plan in which the teacher of the cast and a colleague leave the own school."""
    plan = exchange_plan(make_snapshot(by=person("planner"), year=year, name="x"), *teachers[:2])
    return asking.open_review(by=person("planner"), plan=plan, due=today, today=today)


def again(review: Review, change: Callable[[MoveTeacher], MoveTeacher | None], *more: str) -> PlanRecord:
    """Make the next plan: each move as ``change`` has it, and further teachers."""
    made: PlanRecord = exchange_plan(
        review.plan.snapshot, *(move.teacher for move in reviews.moves_of(review.plan)), *more
    )
    moves = [change(move) for move in reviews.moves_of(made)]
    settings = {**json.loads(made.settings), "base": review.pk}
    result = {
        **json.loads(str(made.result)),
        "actions": [move.as_dict() for move in moves if move is not None],
    }
    PlanRecord.objects.filter(pk=made.pk).update(settings=json.dumps(settings), result=json.dumps(result))
    return PlanRecord.objects.get(pk=made.pk)


def say(
    review: Review, by: Any, school: str, teacher: str, today: date, *, verdict: str = "agreed"
) -> reviews.Answer:
    return reviews.answer(
        by=by,
        review=review,
        school=school,
        teacher=teacher,
        verdict=verdict,
        reason="太远" if verdict == "objected" else "",
        today=today,
    )


def test_an_agreed_move_that_stays_is_not_asked_about_again_even_when_it_was_locked(
    person: PersonOf, client_of: ClientOf, first: Review, teachers: list[str], own_school: str, today: date
) -> None:
    kept = say(first, person("teacher"), reviews.OWN, teachers[0], today)
    say(first, person("principal"), own_school, teachers[0], today)
    plan = again(first, lambda move: replace(move, move="locked_move", reason="locked"))
    review = asking.open_review(by=person("planner"), plan=plan, due=today, today=today)
    answers = reviews.standing_answers(review)
    assert set(answers) == {(reviews.OWN, teachers[0]), (own_school, teachers[0])}
    own = answers[reviews.OWN, teachers[0]]
    assert (own.by_name, own.at, own.carried_from) == (person("teacher").name, kept.at, kept)
    assert "您原来的答复仍然有效" in client_of("teacher").get(reverse("people:own")).content.decode()
    assert "答复拟安排的交流" not in client_of("teacher").get("/").content.decode()
    page = client_of("principal").get(reverse("people:school", args=[plan.pk, own_school])).content.decode()
    assert "同意（沿用）" in page
    assert "其余 1 项全部同意" in page
    page = client_of("planner").get(reverse("people:exchange", args=[plan.pk])).content.decode()
    assert "不变 2 项，改动 0 项，新增 0 项，取消 0 项" in page
    assert "沿用原答复（2 条）" in page
    assert json.loads(Event.objects.get(action="answers-carried").changes)["answers"] == 2


def test_changed_and_new_moves_are_asked_about_and_each_page_says_so(
    person: PersonOf, client_of: ClientOf, first: Review, teachers: list[str], own_school: str, today: date
) -> None:
    for teacher in teachers[:2]:
        say(first, person("principal"), own_school, teacher, today)
    say(first, person("teacher"), reviews.OWN, teachers[0], today)

    def change(move: MoveTeacher) -> MoveTeacher | None:
        if move.teacher == teachers[1]:
            return None
        return replace(move, return_year=None) if move.teacher == teachers[0] else move

    plan = again(first, change, teachers[2])
    since = carrying.difference(plan)
    assert since is not None
    assert [list(one) for one in (since.same, since.changed, since.new, since.dropped)] == [
        [],
        [teachers[0]],
        [teachers[2]],
        [teachers[1]],
    ]
    page = client_of("planner").get(reverse("people:exchange", args=[plan.pk])).content.decode()
    for words in (
        "有改动，重新征求",
        "新增，征求意见",
        "不再调动，不必答复",
        "征求意见时，不变的调动沿用原答复",
    ):
        assert words in page
    review = asking.open_review(by=person("planner"), plan=plan, due=today, today=today)
    assert reviews.standing_answers(review) == {}
    assert (
        "（2030 年返回）。现已改动，请重新答复"
        in client_of("teacher").get(reverse("people:own")).content.decode()
    )
    page = client_of("principal").get(reverse("people:school", args=[plan.pk, own_school])).content.decode()
    assert "已有改动，请重新答复" in page
    file = client_of("planner").get(reverse("people:exchange", args=[plan.pk]) + "?since-export=xlsx")
    assert file.headers["Content-Type"].startswith("application/vnd")


def test_an_objection_that_was_not_accepted_stands_with_its_ruling_and_can_be_taken_back(
    person: PersonOf, first: Review, teachers: list[str], today: date
) -> None:
    objection = say(first, person("teacher"), reviews.OWN, teachers[0], today, verdict="objected")
    reviews.rule(by=person("planner"), answer=objection, ruling="kept", reply="已安排班车")
    plan = again(first, lambda move: move)
    review = asking.open_review(by=person("planner"), plan=plan, due=today, today=today)
    (found,) = reviews.objections(reviews.standing_answers(review))
    ruling = reviews.ruling_of(found)
    assert reviews.reason_of(found) == "太远"
    assert ruling is not None
    assert (ruling.ruling, ruling.reply) == ("kept", "已安排班车")
    say(review, person("teacher"), reviews.OWN, teachers[0], today)
    assert reviews.objections(reviews.standing_answers(review)) == []
    assert reviews.objections(reviews.standing_answers(first)) == [objection], (
        "the earlier plan keeps its own"
    )


def test_moving_the_day_carries_nothing_a_second_time(
    person: PersonOf, first: Review, teachers: list[str], own_school: str, today: date
) -> None:
    say(first, person("principal"), own_school, teachers[0], today)
    plan = again(first, lambda move: move)
    for _ in range(2):
        review = asking.open_review(by=person("planner"), plan=plan, due=today, today=today)
    assert review.answers.count() == 1


def test_a_plan_from_scratch_has_nothing_to_stand(first: Review) -> None:
    assert carrying.difference(first.plan) is None
    assert not Event.objects.filter(action="answers-carried").exists()


def test_a_move_is_still_there_to_answer_when_the_next_year_has_begun(
    person: PersonOf, client_of: ClientOf, first: Review, year: int, today: date
) -> None:
    open_next_year(by=person("officer"), since=year, due=today)
    page = client_of("teacher").get(reverse("people:own")).content.decode()
    assert "拟安排的交流" in page
    assert "学校尚未填报本学年年报" in page, "not out of scope: nobody knows yet"
    assert "答复拟安排的交流" in client_of("teacher").get("/").content.decode()
