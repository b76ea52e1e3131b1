"""What a plan moves between schools and gives to each: exchange, leaders and compliance, school by school."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from junheng.district.model import District
from junheng.plans.action import Action
from junheng.plans.actions.appoint_leader import AppointLeader
from junheng.plans.actions.move_teacher import MoveTeacher
from junheng.plans.actions.move_teachers import MoveTeachers
from junheng.plans.actions.priced import PricedAction
from junheng.plans.actions.recruit_teachers import RecruitTeachers
from junheng.plans.plan import Plan
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.report.sections.works import described
from junheng.text import SEMICOLON, Text
from junheng.web.listing import Column, Listing
from junheng.web.planning.models import PlanRecord
from junheng.web.registry.snapshots import district_of
from junheng.web.remember import made_once

FLOWING = ("exchange", "leaders", "compliance")
"""The kinds of plan that move people between schools or give something to schools."""
_COLUMNS = (
    Column("school", Text("学校", "school")),
    Column("come", Text("来（人）", "come"), "person"),
    Column("go", Text("走（人）", "go"), "person"),
    Column("net", Text("净增减", "net"), "none"),
    Column("told", Text("从哪里来、到哪里去、得到什么", "from where, to where, and what it gets")),
)
_FROM = Text("由{school}来{n}人", "{n} from {school}")
_TO = Text("往{school}去{n}人", "{n} to {school}")
_NEW = Text("新到{n}人", "{n} new")
_AWAY = Text("离岗{n}人", "{n} leave their posts")
_WORK = Text("{what}（{amount}）", "{what} ({amount})")


@dataclass(frozen=True, slots=True)
class Move:
    """So many people go from one school to another; `None` is outside of the schools."""

    sender: str | None
    receiver: str | None
    n: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What a plan means for one school.

    Attributes
    ----------
    school
        Its code.
    come, go
        People who come and who go; one who changes posts within the school does neither.
    told
        The same in words, part by part: from where, to where, and what else the school gets or gives.
    n_gifts
        How many of the parts are not people: premises, equipment, pupils.
    """

    school: str
    come: int
    go: int
    told: tuple[Text, ...]
    n_gifts: int

    @property
    def net(self) -> int:
        """People whom the school has more by the plan."""
        return self.come - self.go


def moves_of(plan: PlanRecord) -> tuple[Move, ...]:
    """Return how many people go from where to where, by codes of schools."""
    return _found(plan.snapshot_id, plan.result or "{}")[0]


def flows_of(plan: PlanRecord) -> tuple[Flow, ...]:
    """Return what the plan means for each school that it changes, in the order of the records."""
    return _found(plan.snapshot_id, plan.result or "{}")[1]


def flows_table(request: HttpRequest, plan: PlanRecord) -> Listing:
    """Return the same as the map, in words."""
    names = Names.of(district_of(plan.snapshot_id))
    rows = [
        {
            "school": names.school(flow.school),
            "come": flow.come,
            "go": flow.go,
            "net": signed(flow.net),
            "told": SEMICOLON.join(flow.told),
        }
        for flow in flows_of(plan)
    ]
    return Listing(
        request,
        name="flows",
        title=Text("各校来去与所得", "what each school gives and gets"),
        columns=_COLUMNS,
        rows=rows,
        empty=Text("方案不改变任何学校", "the plan changes no school"),
    )


def signed(n: int) -> str:
    """Return a number of people with its sign, as the map has it."""
    return f"+{n}" if n > 0 else f"−{-n}" if n < 0 else "0"


@made_once(maxsize=4)
def _found(snapshot: int, result: str) -> tuple[tuple[Move, ...], tuple[Flow, ...]]:
    district = district_of(snapshot)
    actions = Plan.from_dict(json.loads(result)).actions
    moves = _moves(actions, district)
    return moves, _flows(moves, actions, district)


def _moves(actions: Sequence[Action], district: District) -> tuple[Move, ...]:
    post = dict(district.table("leaders").select("leader", "school").iter_rows())
    total: Counter[tuple[str | None, str | None]] = Counter()
    for action in actions:
        if isinstance(action, MoveTeacher):
            total[action.before, action.school] += 1
        elif isinstance(action, AppointLeader):
            total[post.get(action.leader), action.school] += 1
        elif isinstance(action, MoveTeachers):
            total[action.sender, action.receiver] += action.n
        elif isinstance(action, RecruitTeachers):
            total[None, action.school] += action.n
    return tuple(Move(*pair, n) for pair, n in total.items() if pair[0] != pair[1])


def _flows(moves: Sequence[Move], actions: Sequence[Action], district: District) -> tuple[Flow, ...]:
    names = Names.of(district)
    gifts = _gifts(actions, names)
    touched = {
        code for move in moves for code in (move.sender, move.receiver) if code is not None
    } | gifts.keys()
    listed = [code for code in district.table("schools")["school"].to_list() if code in touched]
    return tuple(
        _flow(code, moves, gifts.get(code, []), names) for code in (*listed, *sorted(touched - set(listed)))
    )


def _flow(code: str, moves: Iterable[Move], gifts: Sequence[Text], names: Names) -> Flow:
    own = [move for move in moves if code in (move.sender, move.receiver)]
    come = [move for move in own if move.receiver == code]
    go = [move for move in own if move.sender == code]
    told = (
        *(_said(_FROM, _NEW, move.sender, move.n, names) for move in come),
        *(_said(_TO, _AWAY, move.receiver, move.n, names) for move in go),
        *gifts,
    )
    n_come, n_go = (sum(move.n for move in some) for some in (come, go))
    return Flow(code, n_come, n_go, told, len(gifts))


def _said(known: Text, unknown: Text, school: str | None, n: int, names: Names) -> Text:
    return unknown.format(n=n) if school is None else known.format(n=n, school=names.school(school))


def _gifts(actions: Sequence[Action], names: Names) -> dict[str, list[Text]]:
    """Return what schools get that is not people, in words."""
    found: dict[str, list[Text]] = {}
    for action in actions:
        if not isinstance(action, PricedAction) or isinstance(action, MoveTeachers | RecruitTeachers):
            continue
        for school, what, amount, unit in described(action, names):
            told = _WORK.format(what=what, amount=numbers.with_unit(numbers.show(amount, unit), unit))
            found.setdefault(school, []).append(told)
    return found
