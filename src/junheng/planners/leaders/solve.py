"""Fill the posts level by level with one integer model; each level is held while the next is minimised.

========== ==================================================================================================
name       rule
========== ==================================================================================================
no_vacancy every post has exactly one holder
one_post   everybody holds at most one post
allowed    roles, the two-term rule and the limit on the commute
from_teaching enough of the promoted come from the teaching lines
========== ==================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import highspy
import numpy as np
from scipy import sparse

from junheng.errors import InfeasibleError, Place, Problem
from junheng.planners.exchange.master import pass_model
from junheng.planners.highs import quiet_highs
from junheng.planners.leaders.objective import COMMUTE, LEVELS, MIX, UNITS, WITHOUT_POST, values, violations
from junheng.planners.leaders.problem import NOBODY, FloatArray, IntArray, LeadersProblem
from junheng.plans.plan import Level
from junheng.text import Text

_SLACK = 1e-6


@dataclass(frozen=True, eq=False, kw_only=True)
class LeadersSolution:
    """Holder of each post, shape (m,), the levels with their bounds, and whether the time ran out."""

    holder: IntArray
    levels: dict[str, Level]
    is_time_over: bool


def solve(problem: LeadersProblem, *, seconds: float = 60.0) -> LeadersSolution:
    """Fill every post.

    Raises
    ------
    InfeasibleError
        Naming every post that nobody may hold, or by how much the reserve is too small.
    """
    refuse_impossible(problem)
    model = _Model(problem)
    held: dict[str, float] = {}
    levels: dict[str, Level] = {}
    holder: IntArray | None = None
    for level in LEVELS:
        found, bound = model.minimise(level, held, seconds=seconds / len(LEVELS))
        if found is None and holder is None:
            raise InfeasibleError([_too_slow() if model.is_time_over else _together()])
        holder = found if found is not None else holder
        reached = values(problem, holder)[level]  # type: ignore[arg-type]
        levels[level] = Level(value=reached, bound=min(max(bound, 0.0), reached), unit=UNITS[level])
        held[level] = reached
    assert_kept(problem, holder)  # type: ignore[arg-type]
    return LeadersSolution(holder=holder, levels=levels, is_time_over=model.is_time_over)  # type: ignore[arg-type]


def assert_kept(problem: LeadersProblem, holder: IntArray) -> None:
    """Raise where the model let a hard rule be broken: a fault of ours, never of the input."""
    broken = violations(problem, holder)
    if broken:
        raise AssertionError(f"the appointment breaks {broken}")


def refuse_impossible(problem: LeadersProblem) -> None:
    """Raise `InfeasibleError` for posts that nobody may hold, and for too few people."""
    problems = [
        _problem(
            "nobody-for-post",
            f"{problem.schools[post]}/{problem.roles[post]}",
            Text("没有人可以担任", "nobody may hold it"),
            Text("至少一人", "at least one person"),
            Text("增加后备干部，或提高通勤上限", "Add to the reserve, or raise the limit on the commute"),
        )
        for post in np.flatnonzero(~problem.allowed.any(axis=0)).tolist()
    ]
    short = len(problem.schools) - int(problem.allowed.any(axis=1).sum())
    if short > 0:
        problems.append(
            _problem(
                "too-few-leaders",
                "leaders",
                Text("可任职的人少 {n} 人", "{n} people too few").format(n=short),
                Text("每个岗位一人", "one person a post"),
                Text("后备干部至少增加 {n} 人", "Add at least {n} to the reserve").format(n=short),
            )
        )
    if problems:
        raise InfeasibleError(problems)


class _Model:
    """Columns: one for each allowed pair, then how far the young in rural posts are above and below their share."""

    def __init__(self, problem: LeadersProblem) -> None:
        self.problem = problem
        self.is_time_over = False
        self.who, self.where = np.nonzero(problem.allowed)
        n_pairs, column = len(self.who), np.arange(len(self.who))
        n, m = problem.allowed.shape
        self.cost = {
            WITHOUT_POST: np.append(-(problem.present[self.who] != NOBODY).astype(float), [0.0, 0.0]),
            MIX: np.append(np.zeros(n_pairs), [1.0, 1.0]),
            COMMUTE: np.append(problem.km[self.who, self.where], [0.0, 0.0]),
        }
        self.constant = {WITHOUT_POST: float((problem.present != NOBODY).sum()), MIX: 0.0, COMMUTE: 0.0}
        young, rural = problem.is_young[self.who], problem.is_rural[self.where]
        deviation = young * (rural - problem.is_rural.mean()) if m else np.zeros(n_pairs)
        promoted = problem.is_promoted[self.who, self.where]
        teaching = promoted * (problem.from_teaching[self.who] - problem.teaching_share)
        parts = [
            (np.ones(n_pairs), (self.where, column)),
            (np.ones(n_pairs), (m + self.who, column)),
        ]
        rows = sum(sparse.coo_array(part, shape=(m + n, n_pairs + 2)) for part in parts)
        own = [np.append(deviation, [-1.0, 1.0]), np.append(teaching, [0.0, 0.0])]
        self.matrix = sparse.csc_array(
            sparse.vstack([rows, *(row[None, :] for row in own + list(self.cost.values()))])
        )
        self.lower = np.concatenate(
            [np.ones(m), np.full(n, -np.inf), [0.0, 0.0], np.full(len(LEVELS), -np.inf)]
        )
        self.upper = np.concatenate([np.ones(m), np.ones(n), [0.0, np.inf], np.full(len(LEVELS), np.inf)])

    def minimise(
        self, level: str, held: dict[str, float], *, seconds: float
    ) -> tuple[IntArray | None, float]:
        """Return the holders at a level's minimum and its proven bound."""
        upper: FloatArray = self.upper.copy()
        for i, name in enumerate(LEVELS):
            if name in held:
                upper[len(upper) - len(LEVELS) + i] = held[name] - self.constant[name] + _SLACK
        n_pairs = len(self.who)
        highs = quiet_highs()
        most = np.append(np.ones(n_pairs), [np.inf, np.inf])
        pass_model(
            highs, self.matrix, most, self.lower, upper, integer=np.append(np.ones(n_pairs), [0.0, 0.0])
        )
        cost = self.cost[level]
        highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("time_limit", seconds)
        highs.run()
        self.is_time_over |= highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
        solution, bound = highs.getSolution(), float(highs.getInfo().mip_dual_bound) + self.constant[level]
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, bound
        chosen = np.array(solution.col_value)[:n_pairs] > 0.5
        holder = np.full(len(self.problem.schools), NOBODY)
        holder[self.where[chosen]] = self.who[chosen]
        return holder, ceil(bound - _SLACK) if level == WITHOUT_POST else bound


def _too_slow() -> Problem:
    return _problem(
        "no-plan-found",
        "leaders",
        Text("到时间仍没有可行方案", "no appointment within the time"),
        Text("至少一个方案", "at least one"),
        Text("请延长时间", "Allow more time"),
    )


def _together() -> Problem:
    return _problem(
        "no-appointment",
        "leaders",
        Text("各岗位无法同时有人", "the posts cannot all be filled together"),
        Text(
            "每个岗位一人，提拔者来自教学一线的比例达到要求",
            "one person a post, and the share from teaching lines",
        ),
        Text(
            "增加来自教学一线的后备干部，或放宽比例、通勤上限",
            "Add teachers to the reserve, or relax share or commute",
        ),
    )


def _problem(code: str, key: str, found: Text, expected: Text, remedy: Text) -> Problem:
    return Problem(
        code=code, severity="error", place=Place(key=key), found=found, expected=expected, remedy=remedy
    )
