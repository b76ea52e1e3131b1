"""What changed since the plan that an exchange was made from: as words and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest

from junheng.text import Text
from junheng.web.listing import Column, Listing, Mark
from junheng.web.people.carrying import Difference
from junheng.web.people.models import Answer
from junheng.web.people.reviews import VERDICTS, moves_of
from junheng.web.people.views.common import move_in_words
from junheng.web.people.wording import where_to
from junheng.web.planning.models import PlanRecord

_COLUMNS = (
    Column("name", Text("教师", "teacher")),
    Column("code", Text("教师编号", "number")),
    Column("earlier", Text("上一方案调往", "to, by the earlier plan")),
    Column("now", Text("本方案调往", "to, by this plan")),
    Column("what", Text("是否重新征求", "asked again")),
)
_CHANGED = Mark(Text("有改动，重新征求", "changed: asked again"), "near")
_NEW = Mark(Text("新增，征求意见", "new: asked"), "near")
_DROPPED = Mark(Text("不再调动，不必答复", "moves no more: nothing to answer"), "none")
NOT_ANSWERED = Mark(Text("未答复", "no answer"), "none")
_TONES = {"agreed": "ok", "objected": "bad"}


def answer_mark(one: Answer | None) -> Mark:
    """Return what somebody said of a move, and whether it stands from an earlier plan."""
    if one is None:
        return NOT_ANSWERED
    text = VERDICTS[one.verdict]
    if one.carried_from_id is not None:
        text = Text("{said}（沿用）", "{said}, stands").format(said=text)
    return Mark(text, _TONES[one.verdict])


def changes(
    request: HttpRequest,
    plan: PlanRecord,
    found: Difference,
    teachers: Mapping[str, Mapping[str, Any]],
    school: Mapping[str, str],
) -> Listing:
    """Return the moves that are not as they were."""
    return Listing(
        request,
        name="since",
        title=Text("与上一方案不同的调动", "moves that differ from the earlier plan"),
        columns=_COLUMNS,
        rows=list(_rows(plan, found, teachers, school)),
        empty=Text("调动没有变化", "no move differs"),
    )


def _rows(
    plan: PlanRecord,
    found: Difference,
    teachers: Mapping[str, Mapping[str, Any]],
    school: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    now = {move.teacher: move for move in moves_of(plan)}
    for mark, moves in ((_CHANGED, found.changed), (_NEW, found.new), (_DROPPED, found.dropped)):
        for teacher, move in moves.items():
            yield {
                "name": move_in_words(move, teachers, school)["name"],
                "code": teacher,
                "earlier": None if mark is _NEW else where_to(move, school),
                "now": where_to(now[teacher], school) if teacher in now else None,
                "what": mark,
            }
