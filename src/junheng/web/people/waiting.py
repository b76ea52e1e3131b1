"""What waits for a person on the people desk: words, and the page where it is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from junheng.text import Text
from junheng.web.people.models import Review, Window
from junheng.web.people.reviews import (
    OWN,
    is_open,
    moves_of,
    moves_of_school,
    objections,
    ruling_of,
    standing_answers,
)
from junheng.web.people.wishes import standing_statements
from junheng.web.permissions import may, schools_open
from junheng.web.registry.names import school_names
from junheng.web.roles import Person

Waiting = tuple[Text, str]


def waiting(person: Person, *, year: int, today: date) -> list[Waiting]:
    """Return what a person has to state, to answer or to rule on."""
    reviews = [
        one
        for one in Review.objects.select_related("plan").filter(
            ended_at=None, plan__snapshot__year__in=(year - 1, year)
        )
        if is_open(one, today)
    ]
    return [
        *_to_state(person, year, today),
        *(task for review in reviews for task in _to_answer(person, review)),
        *(task for review in reviews for task in _to_rule(person, review)),
    ]


def _to_state(person: Person, year: int, today: date) -> Iterator[Waiting]:
    window = Window.objects.filter(pk=year).first() if person.teachers else None
    if window is None or not window.is_open(today):
        return
    if not person.teachers & standing_statements(window).keys():
        text = Text("填报交流意愿（至 {day}）", "state your wish (until {day})")
        yield text.format(day=window.closes_on.isoformat()), reverse("people:state")


def _to_answer(person: Person, review: Review) -> Iterator[Waiting]:
    schools = schools_open(person, "people:answer") or frozenset()
    if not (person.teachers or schools):
        return
    moves, answers = moves_of(review.plan), standing_answers(review)
    for move in moves:
        if move.teacher in person.teachers and (OWN, move.teacher) not in answers:
            text = Text("答复拟安排的交流（至 {day}）", "answer the move that is proposed (until {day})")
            yield text.format(day=review.due.isoformat()), reverse("people:own")
    names = school_names()
    for school in sorted(schools):
        own = moves_of_school(moves, school)
        n = sum((school, move.teacher) not in answers for move in own)
        if n:
            text = Text("{name}：{n} 项调动待答复（至 {day}）", "{name}: {n} moves to answer (until {day})")
            words = text.format(name=names.get(school, school), n=n, day=review.due.isoformat())
            yield words, reverse("people:school", args=[review.pk, school])


def _to_rule(person: Person, review: Review) -> Iterator[Waiting]:
    if not may(person, "people:rule", exchange=review.pk, answer=0):
        return
    n = sum(ruling_of(one) is None for one in objections(standing_answers(review)))
    if n:
        text = Text("“{plan}”：{n} 项异议待处理", "“{plan}”: {n} objections to rule on")
        yield text.format(plan=review.plan.name, n=n), reverse("people:exchange", args=[review.pk])
