"""What each rule costs: the plan computed again without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from junheng.measure.seven import COMPULSORY, PER, RESOURCES
from junheng.planners.arrays import FloatArray
from junheng.planners.compliance.problem import ComplianceProblem, variation
from junheng.planners.compliance.solve import ComplianceOptions, ComplianceSolution, solve
from junheng.progress import Progress, silent
from junheng.text import Text

_BINDING = 0.999
_ALMOST_NOTHING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one rule costs.

    Attributes
    ----------
    rule
        Stable code: ``balance.R4``, ``balance.cv/balance.R6/primary``, ``balance.school.indicators_met``, a waiver's
        id, ``recruits``.
    text
        What is relaxed.
    yuan
        What the plan costs then.
    saving
        By how much that is less.
    least, most
        Between which the true saving lies, by the bounds of both plans.
    """

    rule: str
    text: Text
    yuan: float
    saving: float
    least: float
    most: float


def prices(
    problem: ComplianceProblem,
    solution: ComplianceSolution,
    *,
    options: ComplianceOptions,
    others: Iterable[tuple[str, Text, ComplianceProblem]] = (),
    progress: Progress = silent,
) -> tuple[Price, ...]:
    """Return the price of each rule that binds, dearest first.

    Parameters
    ----------
    solution
        Of the problem, with a plan.
    options
        Of each solve.
    others
        More relaxations: code, wording, and the problem as it would be, such as under a waiver.
    """
    assert solution.plan is not None  # noqa: S101 - said above
    relaxed = [*_relaxations(problem, solution), *others]
    found = []
    for number, (rule, text, easier) in enumerate(relaxed):
        progress(Text("无此规则时：{rule}", "without: {rule}").format(rule=text), number / len(relaxed))
        other = solve(easier, options=options)
        if other.plan is None:
            continue
        yuan, cost = other.plan.cost.total, solution.plan.cost.total
        # Whatever keeps the rule also keeps the problem without it: at worst the same plan.
        yuan = min(yuan, cost)
        found.append(
            Price(
                rule=rule,
                text=text,
                yuan=yuan,
                saving=cost - yuan,
                least=max(0.0, solution.bound - yuan),
                most=max(0.0, cost - min(other.bound, yuan)),
            )
        )
    return tuple(sorted(found, key=lambda price: (-price.saving, price.rule)))


def _relaxations(
    problem: ComplianceProblem, solution: ComplianceSolution
) -> Iterator[tuple[str, Text, ComplianceProblem]]:
    assert solution.plan is not None  # noqa: S101 - `prices` says so
    reached = variation(problem, solution.plan.total)
    for r, s in np.argwhere(reached >= _BINDING * problem.cv_limit).tolist():
        limits = problem.cv_limit.copy()
        limits[r, s] = np.inf
        text = Text("{rule} 的差异系数限值（{stage}）", "the limit of variation of {rule}, {stage}").format(
            rule=_short(r), stage=Text({"primary": "小学", "junior": "初中"}[COMPULSORY[s]], COMPULSORY[s])
        )
        rule = f"balance.cv/{RESOURCES[r].rule}/{COMPULSORY[s]}"
        yield rule, text, replace(problem, cv_limit=limits)
    for r in np.flatnonzero((~problem.is_met).any(axis=1)).tolist():
        text = Text("{rule} 的达标要求", "the threshold and floor of {rule}").format(rule=_short(r))
        yield RESOURCES[r].rule, text, without_indicator(problem, r)
    yield (
        "balance.school.indicators_met",
        Text("多允许一项未达标（不低于底线）", "one more indicator may stay at its floor"),
        replace(problem, may_miss=problem.may_miss + 1),
    )
    if problem.max_recruits is not None:
        text = Text("多一个招聘名额", "one more post")
        yield "recruits", text, replace(problem, max_recruits=problem.max_recruits + 1)


def without_indicator(problem: ComplianceProblem, r: int) -> ComplianceProblem:
    """Return the problem in which nobody need raise an indicator for the school rule; its variation still counts."""
    today = problem.total[r] * PER[r, 0] / problem.sharing[r]
    threshold, floor = problem.threshold.copy(), problem.floor.copy()
    lowest: FloatArray = np.maximum(today, _ALMOST_NOTHING * threshold[r])
    threshold[r], floor[r] = np.minimum(threshold[r], lowest), np.minimum(floor[r], lowest)
    return replace(problem, threshold=threshold, floor=floor)


def _short(r: int) -> str:
    return RESOURCES[r].rule.removeprefix("balance.")
