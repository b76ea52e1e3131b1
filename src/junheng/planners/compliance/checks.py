"""What can be said before solving, and if solving finds no plan: which rule, for whom, by how much, what to relax."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import ceil, floor

import numpy as np

from junheng.errors import Problem
from junheng.measure.seven import COMPULSORY, RESOURCES
from junheng.planners.arrays import FloatArray
from junheng.planners.clock import Clock
from junheng.planners.compliance.problem import THINGS, ComplianceProblem, at_least
from junheng.planners.compliance.relaxation import relax
from junheng.planners.problems import problem_of
from junheng.plans.actions.add_premises import WORKS
from junheng.text import Text
from junheng.units import UNITS

_SECONDS = 60.0
_STEPS = 24
_EASY = 100.0


def check(problem: ComplianceProblem) -> list[Problem]:
    """Return every rule that no plan can keep because of one school's site or a contradiction in the wishes."""
    return [*_pins(problem), *_sites(problem)]


def _pins(problem: ComplianceProblem) -> Iterator[Problem]:
    """Check ``ceiling``: nothing is pinned above what the site can take."""
    for thing, school in np.argwhere(problem.least > problem.ceiling).tolist():
        most, least = problem.ceiling[thing, school], problem.least[thing, school]
        unit = UNITS[RESOURCES[THINGS[thing]].unit].text
        yield problem_of(
            "pinned-above-ceiling",
            key=f"{problem.schools[school]} {WORKS[thing]}",
            found=Text("指定至少 {least:,.0f} {unit}", "at least {least:,.0f} {unit} was asked for").format(
                least=least, unit=unit
            ),
            expected=Text("至多 {most:,.0f} {unit}", "at most {most:,.0f} {unit}").format(
                most=most, unit=unit
            ),
            remedy=Text("请改小指定量，或核实校址余量", "Ask for less, or check what the site can take"),
        )


def _sites(problem: ComplianceProblem) -> Iterator[Problem]:
    """Check ``school_rule`` under ``ceiling``: with everything built, each school stage can pass."""
    total = problem.total.copy()
    total[list(THINGS)] += problem.ceiling[:, problem.school]
    things = np.zeros((len(RESOURCES), 1), bool)
    things[list(THINGS)] = True
    hopeless = ~at_least(total, problem.need_floor) & things
    never = ~at_least(total, problem.need) & things
    for i in range(problem.n_stages):
        for r in np.flatnonzero(hopeless[:, i]).tolist():
            yield _site(problem, total, r, i, need=problem.need_floor[r, i], level=_FLOOR)
        if not hopeless[:, i].any() and never[:, i].sum() > problem.may_miss[i]:
            # One may stay under its threshold: the largest lack is the one to leave, the others are named.
            short = (problem.need - total)[:, i] * problem.per_unit[:, i]
            order = sorted(np.flatnonzero(never[:, i]).tolist(), key=lambda r: short[r])
            for r in order[: len(order) - int(problem.may_miss[i])]:
                yield _site(problem, total, r, i, need=problem.need[r, i], level=_THRESHOLD)


_FLOOR = Text("底线", "floor")
_THRESHOLD = Text("标准", "threshold")


def _site(
    problem: ComplianceProblem, total: FloatArray, r: int, i: int, *, need: float, level: Text
) -> Problem:
    unit = UNITS[RESOURCES[r].unit].text
    pupils = floor(problem.pupils[i] * total[r, i] / need)
    return problem_of(
        "site-too-small",
        key=_key(problem, r, i),
        found=Text(
            "全部建满也只有 {most:,.0f} {unit}", "with everything built there are {most:,.0f} {unit}"
        ).format(most=total[r, i], unit=unit),
        expected=Text(
            "至少 {need:,.0f} {unit}（{level}）", "at least {need:,.0f} {unit} (the {level})"
        ).format(need=ceil(need - 1e-6), unit=unit, level=level),
        remedy=Text(
            "最小放宽：校址余量增加 {more:,.0f} {unit}；或把该学段在校生由 {now:.0f} 人减到 {pupils} 人以内",
            "Least relaxation: {more:,.0f} {unit} more on the site; or {pupils} pupils of it instead of {now:.0f}",
        ).format(more=ceil(need - total[r, i]), unit=unit, now=problem.pupils[i], pupils=pupils),
    )


def why_infeasible(problem: ComplianceProblem) -> list[Problem]:
    """Return the rules that together leave no plan, each with the least by which it would have to give way.

    Each rule that binds the whole district is relaxed by itself: the posts for recruits, then each limit of
    variation, then all limits together. What is reported suffices by itself, or together where several are named.
    """
    if _has_plan(problem):
        return [_fractions()]
    without_limits = replace(problem, cv_limit=np.full(problem.cv_limit.shape, np.inf))
    if not _has_plan(without_limits):
        return [_posts(without_limits)]
    if problem.max_recruits is not None and _has_plan(replace(problem, max_recruits=None)):
        return [_posts(problem)]
    alone = [_limit(problem, r, s) for r, s in np.argwhere(np.isfinite(problem.cv_limit)).tolist()]
    found = [one for one in alone if one is not None]
    return found or [_all_limits(problem)]


def _fractions() -> Problem:
    return problem_of(
        "only-in-fractions",
        key="balance",
        found=Text(
            "只有把人和教室拆成小数才能做到", "the rules can be kept only by fractions of people and rooms"
        ),
        expected=Text("整数的人和教室", "whole people and rooms"),
        remedy=Text(
            "放宽一项：招聘名额、锁定的岗位、每校可调出比例或校址余量",
            "Relax one: the posts, the locked teachers, the share that may leave a school, or a site",
        ),
    )


def _posts(problem: ComplianceProblem) -> Problem:
    limit = problem.max_recruits or 0
    least = _least_whole(lambda n: _has_plan(replace(problem, max_recruits=n)), above=limit)
    return problem_of(
        "too-few-posts",
        key="recruits",
        found=Text("至多招聘 {n} 人", "at most {n} recruits").format(n=limit),
        expected=Text("至少 {n} 人", "at least {n}").format(n=least),
        remedy=Text(
            "最小放宽：招聘名额增加到 {n}；或放宽锁定、每校可调出比例",
            "Least relaxation: {n} posts; or unlock teachers, or let a larger share leave a school",
        ).format(n=least),
    )


def _limit(problem: ComplianceProblem, r: int, s: int) -> Problem | None:
    """Return how far one limit of variation must give way by itself; `None` if it can be kept by itself."""

    def keeps(limit: float) -> bool:
        limits = np.full(problem.cv_limit.shape, np.inf)
        limits[r, s] = limit
        return _has_plan(replace(problem, cv_limit=limits))

    limit = float(problem.cv_limit[r, s])
    if keeps(limit):
        return None
    least = _least(keeps, above=limit)
    return problem_of(
        "varies-too-much",
        key=f"{RESOURCES[r].rule}/{COMPULSORY[s]}",
        found=Text("差异系数至少为 {least:.3f}", "it varies by {least:.3f} at least").format(least=least),
        expected=Text("不超过 {limit:g}", "at most {limit:g}").format(limit=limit),
        remedy=Text(
            "最小放宽：限值 {least:.3f}；或增加低值学校的校址余量",
            "Least relaxation: a limit of {least:.3f}; or let the sites of the schools that have least take more",
        ).format(least=least),
    )


def _all_limits(problem: ComplianceProblem) -> Problem:
    factor = _least(lambda times: _has_plan(replace(problem, cv_limit=problem.cv_limit * times)), above=1.0)
    return problem_of(
        "varies-too-much",
        key="balance.cv",
        found=Text("各项限值不能同时做到", "the limits of variation cannot all be kept together"),
        expected=Text("同时不超过各自的限值", "every coefficient within its limit"),
        remedy=Text(
            "最小放宽：所有限值放宽到 {factor:.3f} 倍", "Least relaxation: every limit times {factor:.3f}"
        ).format(factor=factor),
    )


def _has_plan(problem: ComplianceProblem) -> bool:
    return relax(problem, Clock(_SECONDS)) is not None


def _least(keeps: Callable[[float], bool], *, above: float) -> float:
    """Return the least number above another that suffices, to three decimals upwards, by halving."""
    low, high = above, above * 2
    while not keeps(high) and high < above * _EASY:
        low, high = high, high * 2
    for _ in range(_STEPS):
        if high - low < 5e-4:
            break
        middle = (low + high) / 2
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return ceil(high * 1000) / 1000


def _least_whole(keeps: Callable[[int], bool], *, above: int) -> int:
    low, high = above, max(1, 2 * above)
    while not keeps(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if keeps(middle) else (middle, high)
    return high


def _key(problem: ComplianceProblem, r: int, i: int) -> str:
    return f"{RESOURCES[r].rule}/{problem.schools[problem.school[i]]}/{COMPULSORY[problem.stage[i]]}"
