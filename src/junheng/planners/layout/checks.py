"""What can be said before solving: which rule no plan can keep, by how much, for whom, and the least relaxation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.errors import Problem
from junheng.planners.layout.constraints import ROUNDING_YUAN
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.problems import problem_of
from junheng.text import Text

_MOST_NAMED = 8


def check(problem: LayoutProblem) -> list[Problem]:
    """Return everything that stands in the way of a plan, all at once.

    An error makes every plan impossible; a warning says how many children no plan can serve.
    """
    return [*_budget(problem), *_travel(problem), *_places(problem)]


def _budget(problem: LayoutProblem) -> Iterator[Problem]:
    """Check ``budget``: what the wishes make unavoidable can be paid, each site by itself and all together."""
    least = np.zeros(len(problem.sites))
    for site, menu in enumerate(problem.courses):
        over = [float((np.array(c.spend_yuan) - problem.budget_yuan).max(initial=0.0)) for c in menu]
        least[site] = min(sum(c.spend_yuan) for c in menu)
        if min(over) > ROUNDING_YUAN:
            yield _too_dear(problem.sites[site], needed=min(over))
    over_all = float(least.sum() - problem.budget_yuan.sum())
    if over_all > ROUNDING_YUAN:
        listed = [problem.sites[i] for i in np.flatnonzero(least).tolist()]
        yield _too_dear(", ".join(listed[:_MOST_NAMED]), needed=over_all)


def _too_dear(key: str, *, needed: float) -> Problem:
    return problem_of(
        "budget-too-low",
        key=key,
        found=Text("已锁定的安排超出预算", "what is locked is above the budget"),
        expected=Text("预算内可完成", "within the budget"),
        remedy=Text("至少增加 {yuan} 元，或取消锁定", "Add at least {yuan} yuan, or drop a lock").format(
            yuan=f"{needed:,.0f}"
        ),
    )


def unpaid(over_yuan: float) -> Problem:
    """Return what to say where no way was found to spread what is locked over the years' budgets."""
    return _too_dear("*", needed=over_yuan)


def _travel(problem: LayoutProblem) -> Iterator[Problem]:
    """Check ``travel``: every home with children has a site within the limit."""
    stranded = np.flatnonzero(~problem.allowed.any(axis=1) & (problem.by_slot.sum(axis=0) > 0))
    if not len(stranded):
        return
    nearest = problem.km[stranded].min(axis=1)
    listed = ", ".join(problem.homes[home] for home in stranded[:_MOST_NAMED].tolist())
    yield problem_of(
        "beyond-travel-limit",
        severity="warning",
        key=listed,
        found=Text(
            "{n} 个居住单元（每年至多 {children} 名儿童）在上学时间限制内没有学校或候选点",
            "{n} homes (up to {children} children a year) have no school or candidate site within the travel limit",
        ).format(n=len(stranded), children=int(problem.by_slot[:, stranded].sum(axis=1).max())),
        expected=Text("至少一个可达的地点", "at least one site within reach"),
        remedy=Text(
            "在其附近补充候选点，或开通校车；最近的在 {km} 公里外",
            "Add a candidate site near them, or a school bus; the nearest is {km} km away",
        ).format(km=f"{nearest.min():.1f}"),
    )


def _places(problem: LayoutProblem) -> Iterator[Problem]:
    """Check ``places``: the most places that the menus can hold, against the children, year by year."""
    most = np.array([np.max([course.places for course in menu], axis=0) for menu in problem.courses]).sum(
        axis=0
    )
    short = problem.demand.sum(axis=2) - most[:, None]
    for year, scenario in np.argwhere(short > 0).tolist():
        yield problem_of(
            "too-few-places",
            severity="warning",
            key=f"{problem.years[year]}/{problem.scenarios[scenario]}",
            found=Text("最多 {places} 个学位", "at most {places} places").format(places=int(most[year])),
            expected=Text("{n} 个", "{n}").format(n=int(problem.demand[year, scenario].sum())),
            remedy=Text(
                "再增加 {n} 个学位：补充候选点或可扩建的班级",
                "Find {n} more places: candidate sites, or classes that sites can hold",
            ).format(n=int(short[year, scenario])),
        )
