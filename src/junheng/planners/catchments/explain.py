"""Why each home goes where it goes: the rule that binds, told with its numbers, and what the nearest school costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from junheng.planners.arrays import IntArray
from junheng.planners.catchments.contiguity import can_leave
from junheng.planners.catchments.objective import loads
from junheng.planners.catchments.problem import CatchmentProblem
from junheng.text import Text

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "own_school": Text("学校就在本单元", "the school stands in this home"),
        "locked": Text("已锁定给{school}", "locked to {school}"),
        "nearest": Text("最近的学校", "nearest school"),
        "forbidden": Text(
            "不得划给最近的{nearest}；到{school}远 {extra} 公里",
            "may not go to the nearest, {nearest}; {school} is {extra} km further",
        ),
        "claim": Text(
            "就近优先：更近的学校由住得更近的学生用完，本单元应到{school}；比最近的{nearest}远 {extra} 公里",
            "by the priority of the nearest it has a claim to {school}: those who live nearer fill the nearer schools; "
            "{extra} km further than the nearest, {nearest}",
        ),
        "unit_whole": Text(
            "与本小区（村）其他单元一起划给{school}；比最近的{nearest}远 {extra} 公里",
            "goes to {school} with the rest of its unit, {extra} km further than the nearest, {nearest}",
        ),
        "nearest_full": Text(
            "最近的{nearest}已满：再加本单元超 {over} 人；到{school}远 {extra} 公里",
            "the nearest, {nearest}, is full: {over} pupils over with this home; {school} is {extra} km further",
        ),
        "cut_off": Text(
            "与最近的{nearest}的学区不相连；到{school}远 {extra} 公里",
            "cut off from the zone of the nearest, {nearest}; {school} is {extra} km further",
        ),
        "holds_zone": Text(
            "离开后{school}的学区会断开；比最近的{nearest}远 {extra} 公里",
            "without it the zone of {school} falls apart; {extra} km further than the nearest, {nearest}",
        ),
        "kept": Text(
            "保持现在的{school}，比最近的{nearest}远 {extra} 公里",
            "stays with {school}, {extra} km further than the nearest, {nearest}",
        ),
        "on_balance": Text(
            "划给最近的{nearest}须另行调整其他单元；到{school}远 {extra} 公里",
            "the nearest, {nearest}, would take it only if others moved; {school} is {extra} km further",
        ),
    }
)
"""Every reason by its stable code, in the order in which they are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one home goes to its school.

    Attributes
    ----------
    code
        A key of `REASONS`.
    text
        The reason in words.
    numbers
        ``nearest`` (school), ``extra_km`` to the assigned school beyond it, and ``over_pupils`` by which the nearest
        school would be over its capacity with this home; only those that the reason is about.
    """

    code: str
    text: Text
    numbers: Mapping[str, float | str]


def explain(
    problem: CatchmentProblem,
    assignment: IntArray,
    *,
    names: Sequence[str] | None = None,
    locked: Collection[str] = (),
) -> list[Reason]:
    """Return one reason a home, in the order of the homes.

    Parameters
    ----------
    problem
        What was asked.
    assignment
        A plan that keeps the hard rules, shape (n,).
    names
        What people call the schools; their codes if not given.
    locked
        Codes of the homes that people locked. A home may have one open school without a lock: where no road leads to
        any other, or there is no other.
    """
    called = problem.schools if names is None else names
    room = problem.capacity_by_year - loads(problem, assignment)
    plan = assignment.tolist()
    nearest = np.argmin(problem.distance_km, axis=1).tolist()
    return [
        _reason(
            problem,
            plan,
            home,
            nearest=nearest[home],
            room=room,
            called=called,
            is_locked=problem.homes[home] in locked,
        )
        for home in range(problem.n_homes)
    ]


def _reason(
    problem: CatchmentProblem,
    plan: list[int],
    home: int,
    *,
    nearest: int,
    room: IntArray,
    called: Sequence[str],
    is_locked: bool,
) -> Reason:
    school = plan[home]
    over = int((problem.pupils_by_year[:, home] - room[:, nearest]).max())
    code = _code(problem, plan, home, nearest=nearest, over=over, is_locked=is_locked)
    extra = float(problem.distance_km[home, school] - problem.distance_km[home, nearest])
    numbers: dict[str, float | str] = {}
    if school != nearest:
        numbers = {"nearest": problem.schools[nearest], "extra_km": round(extra, 3)}
    if code == "nearest_full":
        numbers["over_pupils"] = over
    text = REASONS[code].format(
        school=called[school], nearest=called[nearest], extra=f"{extra:.2f}", over=over
    )
    return Reason(code=code, text=text, numbers=MappingProxyType(numbers))


def _code(
    problem: CatchmentProblem, plan: list[int], home: int, *, nearest: int, over: int, is_locked: bool
) -> str:
    """Return the first reason that holds: a wish of people, then a hard rule, then the objective."""
    school = plan[home]
    tests = (
        ("own_school", lambda: [home, school] in problem.anchored.tolist()),
        ("locked", lambda: is_locked),
        ("nearest", lambda: school == nearest),
        ("forbidden", lambda: not problem.allowed[home, nearest]),
        ("claim", lambda: problem.claims is not None and problem.claims.school[home] == school),
        ("unit_whole", lambda: any(home in unit for unit in problem.units)),
        ("nearest_full", lambda: over > 0),
        ("cut_off", lambda: all(plan[other] != nearest for other in problem.neighbours[home])),
        ("holds_zone", lambda: not can_leave(problem.neighbours, np.asarray(plan), home)),
        ("kept", lambda: problem.present[home] == school),
    )
    return next((code for code, holds in tests if holds()), "on_balance")
