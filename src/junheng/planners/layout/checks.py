"""What can be said before solving: which rule no plan can keep, by how much, for whom, and the least relaxation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.errors import Problem
from junheng.planners.layout.constraints import ROUNDING_YUAN
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.travel import NO_ROAD_KM
from junheng.planners.problems import listed, problem_of
from junheng.text import Text

_MOST_NAMED = 8
_RAISE = Text(
    "年度上限至少提高 {yuan} 元，或取消锁定",
    "Raise the limit of a year by at least {yuan} yuan, or drop a lock",
)

_NO_ROAD = Text(
    "没有道路通到任何学校或候选点：在表“相邻关系”中补填道路",
    "No road leads to a school or candidate site: record the roads in the table neighbours",
)


def check(problem: LayoutProblem) -> list[Problem]:
    """Return everything that stands in the way of a plan, all at once.

    An error makes every plan impossible; a warning says how many children no plan can serve.
    """
    return [*_budget(problem), *_land(problem), *_travel(problem), *_places(problem)]


def _budget(problem: LayoutProblem) -> Iterator[Problem]:
    """Check ``budget``: what the wishes make unavoidable can be paid, each site by itself and all together."""
    needed = [[sum(course.spend_yuan) for course in menu] for menu in problem.courses]
    least = np.array([min(yuan) for yuan in needed])
    locked = np.flatnonzero(least).tolist()
    too_dear = []
    for site in locked:
        over = [max(np.array(c.spend_yuan) - problem.budget_yuan) for c in problem.courses[site]]
        if min(over) > ROUNDING_YUAN:
            cheapest = needed[site][int(np.argmin(over))]
            too_dear.append(_too_dear(problem.sites[site], costs=cheapest, over_a_year=float(min(over))))
    yield from too_dear
    over_all = float(least.sum() - problem.budget_yuan.sum())
    # One site's own message says enough of it.
    if over_all > ROUNDING_YUAN and len(locked) > len(too_dear[:1]):
        yield _all_too_dear(problem, locked, costs=float(least.sum()), over=over_all)


def _too_dear(key: str, *, costs: float, over_a_year: float) -> Problem:
    return problem_of(
        "budget-too-low",
        key=key,
        found=Text(
            "锁定的安排需 {yuan} 元，超出年度投资上限",
            "what it is locked to costs {yuan} yuan, above the limit of a year",
        ).format(yuan=f"{costs:,.0f}"),
        expected=Text("每个预算年度都不超过上限", "no budget year above its limit"),
        remedy=_RAISE.format(yuan=f"{over_a_year:,.0f}"),
    )


def _all_too_dear(problem: LayoutProblem, locked: list[int], *, costs: float, over: float) -> Problem:
    return problem_of(
        "budget-too-low",
        key=listed([problem.sites[site] for site in locked], most=_MOST_NAMED),
        found=Text(
            "锁定的安排合计至少需 {yuan} 元", "what these are locked to costs at least {yuan} yuan in all"
        ).format(yuan=f"{costs:,.0f}"),
        expected=Text("各年上限合计 {yuan} 元以内", "at most the {yuan} yuan of all budget years").format(
            yuan=f"{problem.budget_yuan.sum():,.0f}"
        ),
        remedy=Text(
            "各年上限合计至少增加 {yuan} 元，或取消锁定",
            "Add at least {yuan} yuan over the years, or drop a lock",
        ).format(yuan=f"{over:,.0f}"),
    )


def _land(problem: LayoutProblem) -> Iterator[Problem]:
    """Check ``land``: what the wishes make unavoidable in several stages of a school fits its land."""
    for one in problem.land:
        least = sum(min(course.classes for course in problem.courses[site]) for site in one.sites)
        if least > one.classes:
            yield problem_of(
                "land-too-small",
                key=one.school,
                found=Text(
                    "各学段锁定的扩建合计至少 {n} 班",
                    "its stages are locked to expand by at least {n} classes in all",
                ).format(n=least),
                expected=Text(
                    "校址至多再容纳 {n} 班", "at most the {n} more classes that its land can take"
                ).format(n=one.classes),
                remedy=Text(
                    "各学段分别规划，只在其中一个锁定扩建，或在表“校址余量”的“最多班级数”中多登记 {n} 班",
                    "Plan the stages apart and lock one alone, or record {n} more in most_classes of the table sites",
                ).format(n=least - one.classes),
            )


def unpaid(over_yuan: float) -> Problem:
    """Return what to say where no way was found to spread what is locked over the years' budgets."""
    return problem_of(
        "budget-too-low",
        key="*",
        found=Text(
            "没有找到把锁定的安排分到各年而不超上限的办法",
            "no way was found to spread what is locked over the years within their limits",
        ),
        expected=Text("每个预算年度都不超过上限", "no budget year above its limit"),
        remedy=_RAISE.format(yuan=f"{over_yuan:,.0f}"),
    )


def _travel(problem: LayoutProblem) -> Iterator[Problem]:
    """Check ``travel``: every home with children has a site within the limit."""
    stranded = np.flatnonzero(~problem.allowed.any(axis=1) & (problem.by_slot.sum(axis=0) > 0))
    if not len(stranded):
        return
    nearest = problem.km[stranded].min(axis=1)
    named = listed([problem.homes[home] for home in stranded.tolist()], most=_MOST_NAMED)
    yield problem_of(
        "beyond-travel-limit",
        severity="warning",
        key=named,
        found=Text(
            "{n} 个居住单元（每年至多 {children} 名儿童）在上学时间限制内没有学校或候选点",
            "{n} homes (up to {children} children a year) have no school or candidate site within the travel limit",
        ).format(n=len(stranded), children=int(problem.by_slot[:, stranded].sum(axis=1).max())),
        expected=Text("至少一个可达的地点", "at least one site within reach"),
        remedy=_NO_ROAD
        if nearest.min() >= NO_ROAD_KM
        else Text(
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
