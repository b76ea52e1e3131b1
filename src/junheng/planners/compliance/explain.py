"""Why each thing is done: the rule that asks for it, with its figures, and what the obvious alternative costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from junheng.measure.seven import PER, RESOURCES
from junheng.planners.arrays import FloatArray
from junheng.planners.compliance.candidate import Candidate
from junheng.planners.compliance.kinds import COUNTS_FOR, RECRUITED
from junheng.planners.compliance.objective import recruit_yuan
from junheng.planners.compliance.problem import PEOPLE, THINGS, at_least
from junheng.text import SEMICOLON, Text

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "threshold": Text(
            "{indicator} 由 {before} 升至 {after}，达到标准 {limit}",
            "{indicator} rises from {before} to {after} and meets {limit}",
        ),
        "floor": Text(
            "{indicator} 由 {before} 升至 {after}，不低于底线 {limit}（该校可留一项未达标）",
            "{indicator} rises from {before} to {after}, at least the floor {limit} (the one that may stay unmet)",
        ),
        "variation": Text(
            "{indicator} 由 {before} 升至 {after}：全区差异过大，而该校偏低",
            "{indicator} rises from {before} to {after}: it varies too much in the district, and is low here",
        ),
        "threshold_and_variation": Text(
            "{indicator} 由 {before} 升至 {after}：先达到标准 {limit}，再缩小全区差异",
            "{indicator} rises from {before} to {after}: first to meet {limit}, then because it varies too much",
        ),
        "floor_and_variation": Text(
            "{indicator} 由 {before} 升至 {after}：先到底线 {limit}，再缩小全区差异",
            "{indicator} rises from {before} to {after}: first to the floor {limit}, then because it varies too much",
        ),
        "pinned": Text(
            "{indicator} 由 {before} 升至 {after}：事先指定",
            "{indicator} rises from {before} to {after}: as was asked for",
        ),
    }
)
"""Every reason by its stable code."""

_STEP = 1.0 + 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one thing is done.

    Attributes
    ----------
    code, text
        A key of `REASONS`, and the reason in words.
    numbers
        Of the first indicator: ``indicator``, its value ``before`` and ``after`` the whole plan and the ``limit`` that
        it had to reach, in the standard's unit; for a mover also ``instead_yuan``, what a recruit of the kind costs.
    """

    code: str
    text: Text
    numbers: Mapping[str, float | str]


def thing_reason(plan: Candidate, thing: int, school: int) -> Reason:
    """Return why something of R4 to R7 is added to a school: by the stage that asks for most of it."""
    problem, r = plan.problem, THINGS[thing]
    amount = plan.things[thing, school]
    rows = np.flatnonzero(problem.school == school)
    wanted = asked(plan)[r, rows]
    i = int(rows[int(np.argmax(wanted))])
    if amount <= problem.least[thing, school]:
        code = "pinned"
    else:
        code = _code(plan, r, i, beyond=bool(amount > wanted.max() * _STEP + 100.0 * (r == THINGS[2]) + 1.0))
    return _reason(plan, code, [r], i)


def teacher_reason(plan: Candidate, kind: int, receiver: int, *, is_recruit: bool) -> Reason:
    """Return why teachers of a kind come to a school stage, by the indicators that it lacks."""
    wanted = asked(plan)[:, receiver]
    counted = [r for position, r in enumerate(PEOPLE) if COUNTS_FOR[position, kind]]
    lacking = [r for r in counted if wanted[r] > 0]
    chosen = lacking or counted
    code = _code(plan, chosen[0], receiver, beyond=False) if lacking else "variation"
    found = _reason(plan, code, chosen, receiver)
    if is_recruit:
        return found
    instead = float(recruit_yuan(plan.problem.costs)[RECRUITED.index(kind)]) if kind in RECRUITED else None
    numbers = {**found.numbers} if instead is None else {**found.numbers, "instead_yuan": instead}
    return Reason(code=found.code, text=found.text, numbers=MappingProxyType(numbers))


def asked(plan: Candidate) -> FloatArray:
    """Return how much the school rule alone asks for, shape (7, m).

    Up to the threshold where the plan reaches it, else up to the floor; 0 where it is met today.
    """
    problem = plan.problem
    target = np.where(at_least(plan.total, problem.need), problem.need, problem.need_floor)
    found: FloatArray = np.where(problem.is_met, 0.0, np.maximum(0.0, target - problem.total))
    return found


def _code(plan: Candidate, r: int, i: int, *, beyond: bool) -> str:
    if asked(plan)[r, i] == 0:
        return "variation"
    level = "threshold" if at_least(plan.total, plan.problem.need)[r, i] else "floor"
    return f"{level}_and_variation" if beyond else level


def _reason(plan: Candidate, code: str, indicators: list[int], i: int) -> Reason:
    problem = plan.problem
    each: list[dict[str, float | str]] = []
    for r in indicators:
        per_head = float(PER[r, 0] / problem.sharing[r, i])
        before, after = float(problem.total[r, i] * per_head), float(plan.total[r, i] * per_head)
        limit = float((problem.floor if code.startswith("floor") else problem.threshold)[r, i])
        each.append({"indicator": RESOURCES[r].rule, "before": before, "after": after, "limit": limit})
    wordings = [
        REASONS[code].format(
            indicator=str(one["indicator"]).removeprefix("balance."),
            **{name: _shown(float(one[name])) for name in ("before", "after", "limit")},
        )
        for one in each
    ]
    return Reason(code=code, text=SEMICOLON.join(wordings), numbers=MappingProxyType(each[0]))


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
