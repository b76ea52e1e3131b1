"""Asking schools and teachers about an exchange: who may answer what, rulings, the next plan, letters."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_exchange import approve, exchange_plan

from junheng.errors import UsageError
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.plan import Plan
from junheng.web.audit.models import Event
from junheng.web.jobs import services as jobs
from junheng.web.jobs import worker
from junheng.web.people import asking, replanning, reviews
from junheng.web.people.models import Answer, Review
from junheng.web.people.rosters import standing_of_all
from junheng.web.planning.models import PlanRecord
from junheng.web.registry import store
from junheng.web.registry.snapshots import make_snapshot

ClientOf = Callable[[str], Client]
PersonOf = Callable[[str], Any]


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def teacher(person: PersonOf) -> str:
    return min(person("teacher").teachers)


@pytest.fixture
def plan(person: PersonOf, year: int, teacher: str, own_school: str) -> PlanRecord:
    """Return a plan in which the teacher of the cast and a colleague leave the own school."""
    snapshot = make_snapshot(by=person("planner"), year=year, name="x")
    eligible = standing_of_all(store.give(year), 6).filter(standing="eligible", school=own_school)
    colleague = next(one for one in eligible["teacher"].to_list() if one != teacher)
    made: PlanRecord = exchange_plan(snapshot, teacher, colleague)
    return made


@pytest.fixture
def review(plan: PlanRecord, person: PersonOf, today: date) -> Review:
    return asking.open_review(by=person("planner"), plan=plan, due=today + timedelta(days=3), today=today)


def target(plan: PlanRecord, teacher: str) -> str:
    return next(move.school for move in reviews.moves_of(plan) if move.teacher == teacher)


def said(review: Review, school: str, teacher: str) -> Answer | None:
    return reviews.standing_answers(review).get((school, teacher))


def computed(plan: PlanRecord) -> Plan:
    job = jobs.claim()
    assert job is not None
    worker.attempt_work(job.pk, job.attempt)
    plan.refresh_from_db()
    assert plan.job is not None
    assert plan.result is not None, plan.job.message_zh
    return Plan.from_dict(json.loads(plan.result))


def test_a_principal_answers_for_the_own_school_alone(
    client_of: ClientOf, review: Review, teacher: str, own_school: str
) -> None:
    client, pk = client_of("principal"), review.pk
    page = client.get(reverse("people:school", args=[pk, own_school])).content.decode()
    assert teacher in page
    answer = reverse("people:answer", args=[pk, own_school, teacher])
    client.post(answer, {"verdict": "objected", "reason": " "})
    assert said(review, own_school, teacher) is None, "an objection says why"
    client.post(answer, {"verdict": "objected", "reason": "该学科仅此一人"})
    kept = said(review, own_school, teacher)
    assert kept is not None
    assert reviews.reason_of(kept) == "该学科仅此一人"
    assert "该学科" not in kept.sealed
    assert "该学科仅此一人" in client.get(reverse("people:school", args=[pk, own_school])).content.decode()
    client.post(reverse("people:agree", args=[pk, own_school]))
    states = sorted(one.verdict for one in reviews.standing_answers(review).values())
    assert states == ["agreed", "objected"], "what was said stays, the rest is agreed"
    client.post(answer, {"verdict": "agreed"})
    assert not reviews.objections(reviews.standing_answers(review))
    assert Answer.objects.filter(teacher=teacher).count() == 2


def test_another_schools_moves_are_not_there_and_a_move_of_others_cannot_be_answered(
    client_of: ClientOf, review: Review, plan: PlanRecord, teacher: str, own_school: str, other_school: str
) -> None:
    stranger = client_of("other_principal")
    for name, parts in (("school", []), ("agree", []), ("answer", [teacher])):
        path = reverse(f"people:{name}", args=[review.pk, own_school, *parts])
        answer = stranger.get(path) if name == "school" else stranger.post(path, {"verdict": "agreed"})
        assert answer.status_code == 404
    assert plan.name not in stranger.get(reverse("people:exchanges")).content.decode() or other_school in {
        move.school for move in reviews.moves_of(plan)
    }
    client_of("principal").post(
        reverse("people:answer", args=[review.pk, own_school, "T-of-nobody"]), {"verdict": "agreed"}
    )
    assert not Answer.objects.exists()


def test_a_teacher_answers_the_own_move_and_reads_the_reply(
    client_of: ClientOf, person: PersonOf, review: Review, teacher: str
) -> None:
    client = client_of("teacher")
    assert "拟安排的交流" in client.get(reverse("people:own")).content.decode()
    client.post(reverse("people:consent", args=[review.pk]), {"verdict": "objected", "reason": "通勤太远"})
    kept = said(review, reviews.OWN, teacher)
    assert kept is not None
    client_of("planner").post(
        reverse("people:rule", args=[review.pk, kept.pk]), {"ruling": "kept", "reply": "已安排班车"}
    )
    page = client.get(reverse("people:own")).content.decode()
    assert "已安排班车" in page
    assert (
        "通勤太远" in client_of("planner").get(reverse("people:exchange", args=[review.pk])).content.decode()
    )
    event = Event.objects.filter(action="move-answered").latest("pk")
    assert "通勤太远" not in event.changes + event.why


def test_a_teacher_who_does_not_move_has_nothing_to_answer(
    client_of: ClientOf, person: PersonOf, year: int, teacher: str, own_school: str, today: date
) -> None:
    snapshot = make_snapshot(by=person("planner"), year=year, name="x")
    colleague = standing_of_all(store.give(year), 6).filter(standing="eligible", school=own_school)[
        "teacher"
    ][1]
    other = exchange_plan(snapshot, colleague)
    review = asking.open_review(by=person("planner"), plan=other, due=today, today=today)
    assert colleague not in client_of("teacher").get(reverse("people:own")).content.decode()
    client_of("teacher").post(reverse("people:consent", args=[review.pk]), {"verdict": "agreed"})
    assert not Answer.objects.exists()


def test_nothing_is_taken_after_the_day_or_the_approval(
    person: PersonOf, review: Review, plan: PlanRecord, teacher: str, own_school: str, today: date
) -> None:
    def answer(day: date) -> Answer:
        return reviews.answer(
            by=person("principal"),
            review=review,
            school=own_school,
            teacher=teacher,
            verdict="agreed",
            reason="",
            today=day,
        )

    answer(review.due)
    with pytest.raises(UsageError, match="nothing is asked"):
        answer(review.due + timedelta(days=1))
    approve(plan)
    with pytest.raises(UsageError, match="nothing is asked"):
        answer(today)
    with pytest.raises(UsageError, match="approved"):
        asking.open_review(by=person("planner"), plan=plan, due=today, today=today)


def test_what_was_said_is_never_written_over(
    person: PersonOf, review: Review, teacher: str, own_school: str, today: date
) -> None:
    reviews.agree_to_the_rest(by=person("principal"), review=review, school=own_school, today=today)
    kept = Answer.objects.filter(teacher=teacher).get()
    kept.verdict = "objected"
    with pytest.raises(UsageError):
        kept.save()
    with pytest.raises(UsageError):
        kept.delete()


def test_every_objection_is_ruled_before_the_next_plan_which_keeps_to_the_rulings(
    client_of: ClientOf,
    person: PersonOf,
    review: Review,
    plan: PlanRecord,
    teacher: str,
    own_school: str,
    today: date,
) -> None:
    by, colleague = person("principal"), reviews.moves_of(plan)[1].teacher
    objection = {"review": review, "verdict": "objected", "reason": "x", "today": today}
    own = reviews.answer(by=person("teacher"), school=reviews.OWN, teacher=teacher, **objection)
    school = reviews.answer(by=by, school=own_school, teacher=colleague, **objection)
    again = {"name": "重编", "keeps_agreed": "on"}
    path = reverse("people:replan", args=[review.pk])
    reviews.rule(by=person("planner"), answer=own, ruling="forbidden", reply="")
    client_of("planner").post(path, again)
    assert PlanRecord.objects.filter(kind="exchange").count() == 1, "one objection has no ruling yet"
    reviews.rule(by=person("planner"), answer=school, ruling="stays", reply="")
    client_of("planner").post(path, again)
    made = PlanRecord.objects.exclude(pk=plan.pk).get(kind="exchange")
    settings = json.loads(made.settings)
    assert settings["forbidden"] == [[teacher, target(plan, teacher)]]
    assert settings["locked"] == [[colleague, "stay"]]
    moved = {move.teacher: move.school for move in computed(made).of(MoveTeacher)}
    assert colleague not in moved
    assert moved.get(teacher) != target(plan, teacher)
    review.refresh_from_db()
    assert not reviews.is_open(review, today)
    page = client_of("planner").get(reverse("planning:plan", args=[made.pk])).content.decode()
    assert f"第 {plan.pk} 号方案" in page


def test_a_ruling_outdoes_an_earlier_lock_and_agreed_moves_are_locked(
    review: Review, plan: PlanRecord, person: PersonOf, teacher: str, own_school: str, today: date
) -> None:
    moves = reviews.moves_of(plan)
    first, second = moves
    for party, by in ((reviews.OWN, "teacher"), (first.before, "principal"), (first.school, "principal")):
        reviews.answer(
            by=person(by),
            review=review,
            school=party or "",
            teacher=first.teacher,
            verdict="agreed",
            reason="",
            today=today,
        )
    agreed = replanning.agreed_by_all(moves, reviews.standing_answers(review))
    assert [move.teacher for move in agreed] == [first.teacher]
    objection = reviews.answer(
        by=person("principal"),
        review=review,
        school=own_school,
        teacher=second.teacher,
        verdict="objected",
        reason="x",
        today=today,
    )
    ruling = reviews.rule(by=person("planner"), answer=objection, ruling="forbidden", reply="")
    settings = replanning.settings_with(
        {"locked": [[second.teacher, second.school]], "forbidden": []},
        accepted=[ruling],
        agreed=agreed,
        moves=moves,
        base=plan.pk,
    )
    assert settings["locked"] == [(first.teacher, first.school)]
    assert settings["forbidden"] == [(second.teacher, second.school)]


def test_a_plan_is_not_made_again_where_no_objection_was_accepted(
    person: PersonOf, review: Review, teacher: str, today: date
) -> None:
    own = reviews.answer(
        by=person("teacher"),
        review=review,
        school="",
        teacher=teacher,
        verdict="objected",
        reason="x",
        today=today,
    )
    with pytest.raises(UsageError, match="why it is not accepted"):
        reviews.rule(by=person("planner"), answer=own, ruling="kept", reply=" ")
    reviews.rule(by=person("planner"), answer=own, ruling="kept", reply="y")
    with pytest.raises(UsageError, match="the plan stays"):
        replanning.replan(by=person("planner"), review=review, name="x", keeps_agreed=True)


def test_letters_are_there_once_the_plan_is_approved_and_a_teacher_gets_the_own_one(
    client_of: ClientOf, plan: PlanRecord, teacher: str, own_school: str
) -> None:
    own, bundle = reverse("people:own_letter", args=[plan.pk]), reverse("people:letters", args=[plan.pk])
    assert client_of("teacher").get(own).status_code == 404
    assert client_of("planner").get(bundle).status_code == 404
    approve(plan)
    colleague = reviews.moves_of(plan)[1].teacher
    letter = docx.Document(io.BytesIO(client_of("teacher").get(own).content))
    text = "\n".join(one.text for one in letter.paragraphs)
    assert teacher in text
    assert colleague not in text
    assert "期满后返回" in text
    with zipfile.ZipFile(io.BytesIO(client_of("planner").get(bundle).content)) as packed:
        names = packed.namelist()
        together = docx.Document(io.BytesIO(packed.read("教师通知.docx")))
    words = "\n".join(one.text for one in together.paragraphs)
    assert teacher in words
    assert colleague in words
    schools = {f"学校/{school}.docx" for school in reviews.schools_of(reviews.moves_of(plan))}
    assert set(names) == schools | {"教师通知.docx"}


def test_home_says_what_waits_until_it_is_done(
    client_of: ClientOf, person: PersonOf, review: Review, teacher: str, own_school: str, today: date
) -> None:
    def home(member: str) -> str:
        return client_of(member).get(reverse("pages:home")).content.decode()

    assert "答复拟安排的交流" in home("teacher")
    assert "填报交流意愿" in home("teacher")
    assert "2 项调动待答复" in home("principal")
    assert "项异议待处理" not in home("planner")
    said = {"review": review, "verdict": "objected", "reason": "x", "today": today}
    reviews.answer(by=person("teacher"), school=reviews.OWN, teacher=teacher, **said)
    reviews.agree_to_the_rest(by=person("principal"), review=review, school=own_school, today=today)
    assert "答复拟安排的交流" not in home("teacher")
    assert "项调动待答复" not in home("principal")
    assert "1 项异议待处理" in home("planner")
