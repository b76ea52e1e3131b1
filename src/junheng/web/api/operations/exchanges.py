"""What schools and teachers say of exchange plans, and what the bureau makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.web.api import people_shapes as shapes
from junheng.web.api.operations.asking import by
from junheng.web.api.operations.plans import told as plan_told
from junheng.web.api.operations.wishes import own_number
from junheng.web.api.shapes import PlanOut, words
from junheng.web.people import asking, carrying, replanning, reviews
from junheng.web.people.models import Answer, Review
from junheng.web.permissions import schools_open
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.names import school_names

router = Router(tags=["exchanges"])
_ONE = "/exchanges/{int:exchange}"
_SCHOOL = f"{_ONE}/schools/{{str:school}}"
_OWN = frozenset({reviews.OWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What a person sees of an exchange: which moves, and whose answers to them."""

    plan: PlanRecord
    review: Review | None
    moves: tuple[MoveTeacher, ...]
    answers: reviews.Answers
    since: carrying.Difference | None
    parties: frozenset[str] | None
    """`None` for all."""


@router.get(
    "/exchanges",
    url_name="exchanges",
    response=list[shapes.ExchangeOut],
    summary="Exchange plans; a school sees its own moves · 教师交流方案",
)
def listing(request: HttpRequest) -> list[shapes.ExchangeOut]:
    opened = schools_open(by(request), "people:school")
    query = PlanRecord.objects.filter(kind=reviews.KIND, result__isnull=False).select_related("review")
    found = [one for one in query.defer("report") if opened is None or hasattr(one, "review")]
    return [_told(_shown(one, _is_of(opened), parties=opened)) for one in found]


@router.get(
    _ONE,
    url_name="exchange",
    response=shapes.ExchangeWhole,
    summary="A plan: every move, and what was said of it · 各方意见",
)
def one(request: HttpRequest, exchange: int) -> shapes.ExchangeWhole:
    return _whole(exchange)


@router.post(
    f"{_ONE}/review",
    url_name="exchange_review",
    response=shapes.ExchangeWhole,
    summary="Ask schools and teachers, or move the day · 征求意见",
)
def open_review(request: HttpRequest, exchange: int, given: shapes.ReviewIn) -> shapes.ExchangeWhole:
    plan, today = _plan(exchange), timezone.localdate()
    asking.open_review(by=by(request), plan=plan, due=given.due, today=today)
    return _whole(exchange)


@router.post(
    f"{_ONE}/answers/{{int:answer}}/ruling",
    url_name="exchange_ruling",
    response=shapes.AnswerOut,
    summary="Rule on an objection · 答复异议",
)
def rule(request: HttpRequest, exchange: int, answer: int, given: shapes.RulingIn) -> shapes.AnswerOut:
    found = get_object_or_404(Answer, pk=answer, review_id=exchange)
    reviews.rule(by=by(request), answer=found, ruling=given.ruling, reply=given.reply)
    return _answer(found)


@router.post(
    f"{_ONE}/again",
    url_name="exchange_again",
    response={202: PlanOut},
    summary="Plan again by what was said; a job computes it · 按意见重编",
)
def replan(request: HttpRequest, exchange: int, given: shapes.ReplanIn) -> Status[PlanOut]:
    made = replanning.replan(by=by(request), review=_review(exchange), **given.model_dump())
    return Status(202, plan_told(made, by(request)))


@router.get(
    _SCHOOL,
    url_name="exchange_school",
    response=shapes.ExchangeWhole,
    summary="Who leaves and who joins a school, and its own answers · 一所学校的调出调入",
)
def of_school(request: HttpRequest, exchange: int, school: str) -> shapes.ExchangeWhole:
    return _of_school(exchange, school)


@router.post(
    f"{_SCHOOL}/moves/{{str:teacher}}/answer",
    url_name="exchange_answer",
    response=shapes.ExchangeWhole,
    summary="A school's answer to a move · 学校对一项调动表态",
)
def answer(
    request: HttpRequest, exchange: int, school: str, teacher: str, given: shapes.AnswerIn
) -> shapes.ExchangeWhole:
    _say(request, exchange, school=school, teacher=teacher, given=given)
    return _of_school(exchange, school)


@router.post(
    f"{_SCHOOL}/agree",
    url_name="exchange_agree",
    response=shapes.Agreed,
    summary="A school agrees to every move of which it has said nothing · 学校同意其余调动",
)
def agree(request: HttpRequest, exchange: int, school: str) -> shapes.Agreed:
    review, today = _review(exchange), timezone.localdate()
    n = reviews.agree_to_the_rest(by=by(request), review=review, school=school, today=today)
    return shapes.Agreed(agreed=n)


@router.get(
    "/moves/own",
    url_name="own_moves",
    response=list[shapes.ExchangeWhole],
    summary="The own moves in plans that were put to people or approved · 本人的调动",
)
def own(request: HttpRequest) -> list[shapes.ExchangeWhole]:
    teacher = own_number(request)
    plans = PlanRecord.objects.filter(kind=reviews.KIND, result__isnull=False).select_related("review")
    shown = [
        _shown(one, _is_own(teacher), parties=_OWN)
        for one in plans.defer("report")
        if one.state == "approved" or hasattr(one, "review")
    ]
    return [_whole_of(one) for one in shown if one.moves]


@router.post(
    f"{_ONE}/consent",
    url_name="exchange_consent",
    response=shapes.ExchangeWhole,
    summary="Answer to the own move · 对本人调动表态",
)
def consent(request: HttpRequest, exchange: int, given: shapes.AnswerIn) -> shapes.ExchangeWhole:
    teacher = own_number(request)
    _say(request, exchange, school=reviews.OWN, teacher=teacher, given=given)
    return _whole_of(_shown(_plan(exchange), _is_own(teacher), parties=_OWN))


def _say(request: HttpRequest, exchange: int, *, school: str, teacher: str, given: shapes.AnswerIn) -> None:
    reviews.answer(
        by=by(request),
        review=_review(exchange),
        school=school,
        teacher=teacher,
        verdict=given.verdict,
        reason=given.reason,
        today=timezone.localdate(),
    )


def _plan(exchange: int) -> PlanRecord:
    query = PlanRecord.objects.select_related("review").defer("report")
    return get_object_or_404(query, pk=exchange, kind=reviews.KIND, result__isnull=False)


def _review(exchange: int) -> Review:
    return get_object_or_404(Review.objects.select_related("plan__snapshot"), pk=exchange)


def _is_of(opened: frozenset[str] | None) -> Callable[[MoveTeacher], bool]:
    return lambda move: opened is None or bool(opened & {move.before, move.school})


def _is_own(teacher: str) -> Callable[[MoveTeacher], bool]:
    return lambda move: move.teacher == teacher


def _shown(
    plan: PlanRecord, is_shown: Callable[[MoveTeacher], bool], *, parties: frozenset[str] | None = None
) -> _Shown:
    """Return the moves that a person sees, with every answer to them, or with those of some parties alone."""
    review = getattr(plan, "review", None)
    moves = tuple(move for move in reviews.moves_of(plan) if is_shown(move))
    teachers = {move.teacher for move in moves}
    standing: Mapping[tuple[str, str], Answer] = {} if review is None else reviews.standing_answers(review)
    answers = {
        key: one
        for key, one in standing.items()
        if key[1] in teachers and (parties is None or key[0] in parties)
    }
    since = carrying.difference(plan)
    return _Shown(plan=plan, review=review, moves=moves, answers=answers, since=since, parties=parties)


def _of_school(exchange: int, school: str) -> shapes.ExchangeWhole:
    """Return a school's moves in a plan that it is asked about, with what the school itself said."""
    plan = _review(exchange).plan
    if school not in school_names(plan.snapshot.year_id):
        raise Http404
    return _whole_of(_shown(plan, _is_of(frozenset({school})), parties=frozenset({school})))


def _whole(exchange: int) -> shapes.ExchangeWhole:
    return _whole_of(_shown(_plan(exchange), _is_of(None)))


def _told(shown: _Shown) -> shapes.ExchangeOut:
    review = shown.review
    return shapes.ExchangeOut(
        plan=shown.plan.pk,
        name=shown.plan.name,
        state=shown.plan.state,
        made_from=None if shown.since is None else shown.since.base.pk,
        due=None if review is None else review.due,
        is_open=review is not None and reviews.is_open(review, timezone.localdate()),
        moves=len(shown.moves),
        answers=len(shown.answers),
        objections=len(reviews.objections(shown.answers)),
    )


def _whole_of(shown: _Shown) -> shapes.ExchangeWhole:
    return shapes.ExchangeWhole(
        **_told(shown).model_dump(), moves_of_teachers=[_move(move, shown) for move in shown.moves]
    )


def _move(move: MoveTeacher, shown: _Shown) -> shapes.MoveOut:
    answers = [shown.answers.get((party, move.teacher)) for party in reviews.parties(move)]
    since = shown.since
    return shapes.MoveOut(
        teacher=move.teacher,
        stage=move.stage,
        before=move.before,
        school=move.school,
        year=move.year,
        return_year=move.return_year,
        why=words(move.text) if shown.parties in (None, _OWN) else None,
        since=None if since is None else since.of(move.teacher),
        answers=[_answer(found) for found in answers if found is not None],
    )


def _answer(one: Answer) -> shapes.AnswerOut:
    ruling = reviews.ruling_of(one)
    return shapes.AnswerOut(
        id=one.pk,
        school=one.school,
        verdict=one.verdict,
        reason=reviews.reason_of(one),
        at=one.at,
        by=one.by_name,
        stands=one.carried_from_id is not None,
        ruling=None
        if ruling is None
        else shapes.Ruling(ruling=ruling.ruling, reply=ruling.reply, at=ruling.at, by=ruling.by_name),
    )
