"""Wishes of teachers: the days in which they are taken, each one's own, and all of them for the staff department."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from junheng.web.api import people_shapes as shapes
from junheng.web.api.operations.asking import by, found_year
from junheng.web.people import taking, wishes
from junheng.web.people.models import Statement, Window

router = Router(tags=["wishes"])


@router.get(
    "/wishes/window",
    url_name="wish_window",
    response=shapes.WindowOut,
    summary="When wishes are taken · 征集时间",
)
def window(request: HttpRequest) -> shapes.WindowOut:
    return _window_told(_window())


@router.post(
    "/wishes/window",
    url_name="wish_window",
    response=shapes.WindowOut,
    summary="Set when wishes are taken · 设定征集时间",
)
def set_window(request: HttpRequest, given: shapes.WindowIn) -> shapes.WindowOut:
    found = wishes.set_window(by=by(request), year=found_year().year, **given.model_dump())
    return _window_told(found)


@router.get(
    "/wishes", url_name="wishes", response=list[shapes.WishOut], summary="Wishes that stand · 教师意愿"
)
def standing(request: HttpRequest) -> list[shapes.WishOut]:
    found = wishes.standing_statements(_window()).values()
    return [told for told in map(_told, found) if told is not None]


@router.post(
    "/wishes/take",
    url_name="wishes_take",
    response=shapes.TakenOut,
    summary="Write the wishes into the records · 意愿写入记录",
)
def take(request: HttpRequest) -> shapes.TakenOut:
    changed = taking.take_wishes(by=by(request), window=_window())
    return shapes.TakenOut(added=changed.added, removed=changed.removed, fields=changed.fields)


@router.get(
    "/wishes/own",
    url_name="own_wish",
    response=shapes.WishOut | None,
    summary="The own wish; null where none stands · 本人的意愿",
)
def own(request: HttpRequest) -> shapes.WishOut | None:
    last = _window().statements.filter(teacher=own_number(request)).first()
    return None if last is None else _told(last)


@router.post(
    "/wishes/own", url_name="own_wish", response=shapes.WishOut, summary="State the own wish · 填报本人意愿"
)
def state(request: HttpRequest, given: shapes.WishIn) -> shapes.WishOut | None:
    wish = wishes.Wish(
        is_willing=given.is_willing,
        from_year=given.from_year if given.is_willing else None,
        schools=tuple(given.schools) if given.is_willing else (),
        most_km=given.most_km,
        reason=given.reason,
    )
    today, teacher = timezone.localdate(), own_number(request)
    return _told(wishes.state(by=by(request), window=_window(), teacher=teacher, wish=wish, today=today))


@router.post(
    "/wishes/own/withdraw",
    url_name="own_wish_withdraw",
    response={204: None},
    summary="Withdraw the own wish · 撤回本人意愿",
)
def withdraw(request: HttpRequest) -> Status[None]:
    today, teacher = timezone.localdate(), own_number(request)
    wishes.withdraw(by=by(request), window=_window(), teacher=teacher, today=today)
    return Status(204, None)


def own_number(request: HttpRequest) -> str:
    """Return the number in the roster of the teacher who asks; an account that was not tied to one has nothing here."""
    number = min(by(request).teachers, default=None)
    if number is None:
        raise Http404
    return number


def _window() -> Window:
    return get_object_or_404(Window, pk=found_year().year)


def _window_told(found: Window) -> shapes.WindowOut:
    return shapes.WindowOut(
        year=found.year_id,
        opens_on=found.opens_on,
        closes_on=found.closes_on,
        teacher_years=found.teacher_years,
        is_open=found.is_open(timezone.localdate()),
    )


def _told(one: Statement) -> shapes.WishOut | None:
    wish = wishes.wish_of(one)
    if wish is None:
        return None
    return shapes.WishOut(
        teacher=one.teacher,
        version=one.number,
        at=one.at,
        is_willing=wish.is_willing,
        from_year=wish.from_year,
        schools=list(wish.schools),
        most_km=wish.most_km,
        reason=wish.reason,
    )
