"""Why each site does what it does, and why not something else: a reason in a sentence, and what it would cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from junheng.planners.clock import Clock
from junheng.planners.layout.anyway import Anyway
from junheng.planners.layout.constraints import ROUNDING_YUAN, chosen_courses
from junheng.planners.layout.course import BRANCH, BUY_BACK, CLOSE, EXPAND, KINDS, MERGE, OPEN, Course
from junheng.planners.layout.objective import Score, spend
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.planners.layout.solve import LayoutSolution
from junheng.text import Text

ASKED = (EXPAND, OPEN, BUY_BACK, BRANCH, MERGE, CLOSE)
"""Kinds about which people ask "why not"."""

BARRED: Mapping[str, Text] = MappingProxyType(
    {
        "locked": Text("已锁定为别的安排", "locked to something else"),
        "forbidden": Text("已被禁止", "ruled out by a wish"),
        "protected": Text(
            "须保留：乡村小规模学校、乡村幼儿园，或未记录征求意见的结果",
            "must stay open: a small rural school, a rural kindergarten, or no consent is recorded",
        ),
        "too_large": Text("学校较大，不在考虑之列", "too large a school to be considered"),
        "no_partner": Text(
            "上学时间限制内没有更强的学校可承接全体学生",
            "no stronger school within the travel limit can take all of its pupils",
        ),
        "no_pupils": Text("没有学生可并入他校", "it has no pupils to move"),
        "has_pupils": Text(
            "仍有学生，只能整体并入一所学校", "it has pupils, who can only move together into one school"
        ),
        "has_children": Text("仍有幼儿，只考虑并入他园", "it has children: only merging it is considered"),
        "private": Text(
            "民办园的扩建、撤并由举办者决定",
            "a private one: expanding, merging or closing it is for whoever runs it",
        ),
        "no_land": Text("校址没有登记可增加的班级", "no room for more classes is recorded"),
        "no_time": Text("规划期内来不及建成", "it cannot be finished within the planned years"),
        "purchase": Text("该点是回收校舍，不是新建", "the premises are bought back, not built"),
    }
)
"""Why a kind of course is not on a site's menu at all."""

COSTS: Mapping[str, Text] = MappingProxyType(
    {
        "over_budget": Text(
            "{year} 年度超预算 {yuan} 万元", "{year} would be {yuan} million yuan over its budget"
        ),
        "partner_gone": Text(
            "承接或牵头的学校届时不再独立办学", "the school to take over or lead would not teach on by itself"
        ),
        "unserved": Text(
            "将多出 {n} 人年无学位，成本变化 {yuan} 万元",
            "{n} more pupil-years would have no place, cost {yuan} million yuan",
        ),
        "dearer": Text(
            "多花 {yuan} 万元：建设 {building}，运行 {running}，交通 {transport}",
            "costs {yuan} million yuan more: building {building}, running {running}, transport {transport}",
        ),
        "cheaper": Text(
            "可省 {yuan} 万元：建设 {building}，运行 {running}，交通 {transport}",
            "saves {yuan} million yuan: building {building}, running {running}, transport {transport}",
        ),
        "bound": Text("经下界证明至少多花 {yuan} 万元", "proven to cost at least {yuan} million yuan more"),
        "open_question": Text(
            "下界不能排除；未逐一复算", "the bound does not rule it out; it was not worked through"
        ),
    }
)
"""Why a kind of course that is on the menu was not chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why one kind of course was not chosen for one site.

    Attributes
    ----------
    site, kind
        Of what it speaks.
    code
        A key of `BARRED` or `COSTS`. What a wish or a rule bars says in ``text``, ``yuan`` and ``unserved`` what it
        would cost all the same.
    text
        The reason in a sentence.
    least_yuan
        No plan that does it all the same costs less than this beyond the plan's cost; `None` where it is barred.
    yuan, unserved
        What doing it costs if all else stays as planned; `None` where that was not worked through, breaks another
        rule, or cannot be done at all.
    """

    site: str
    kind: str
    code: str
    text: Text
    least_yuan: float | None = None
    yuan: float | None = None
    unserved: int | None = None


def why_not(
    problem: LayoutProblem, solution: LayoutSolution, *, names: Sequence[str], seconds: float = 20.0
) -> list[WhyNot]:
    """Return, for every site, why each kind of course that it does not take was not chosen.

    Each is worked through with everything else as planned, as long as the seconds last; then bounds alone speak.
    """
    clock = Clock(seconds)
    anyway = Anyway(problem, solution.layout, clock=clock)
    found, barred = {}, []
    for site, chosen in chosen_courses(problem, solution.layout.choice):
        for kind in ASKED:
            courses = [c for c, course in enumerate(problem.courses[site]) if course.kind == kind]
            if courses and kind != chosen.kind:
                found[site, kind] = _not_chosen(problem, solution, site, courses, clock=clock, names=names)
            elif kind in problem.closed_to[site]:
                barred.append((site, kind))
    # What is on the menus comes first: it may be over when the time is up.
    for site, kind in barred:
        found[site, kind] = _barred(problem, solution, site, kind, anyway=anyway, names=names)
    return [found[key] for key in sorted(found, key=lambda key: (key[0], ASKED.index(key[1])))]


def _barred(
    problem: LayoutProblem,
    solution: LayoutSolution,
    site: int,
    kind: str,
    *,
    anyway: Anyway,
    names: Sequence[str],
) -> WhyNot:
    code, score = problem.closed_to[site][kind], solution.layout.score
    partner, other = anyway.cheapest(site, kind)
    if other is None:
        return WhyNot(
            site=problem.sites[site], kind=kind, code=code, text=_told(kind, None, BARRED[code], names)
        )
    cost, numbers = _difference(score, other)
    why = Text("{why}；如仍这样做，{cost}", "{why}; if done anyway: {cost}")
    return WhyNot(
        site=problem.sites[site],
        kind=kind,
        code=code,
        text=_told(kind, partner, why.format(why=BARRED[code], cost=_filled(COSTS[cost], numbers)), names),
        yuan=other.cost_yuan - score.cost_yuan,
        unserved=other.unserved_pupils - score.unserved_pupils,
    )


def _told(kind: str, partner: int | None, why: Text, names: Sequence[str]) -> Text:
    return Text("未{kind}{partner}：{why}", "not to {kind}{partner}: {why}").format(
        kind=KINDS[kind],
        partner=Text("", "")
        if partner is None
        else Text("（{name}）", " ({name})").format(name=names[partner]),
        why=why,
    )


def _not_chosen(
    problem: LayoutProblem,
    solution: LayoutSolution,
    site: int,
    courses: list[int],
    *,
    clock: Clock,
    names: Sequence[str],
) -> WhyNot:
    first = solution.relaxation.first[site]
    least_with = solution.least_yuan[first : solution.relaxation.first[site + 1]]
    best = min(courses, key=lambda c: (least_with[c], c))
    score = solution.layout.score
    allowance = solution.relaxation.most_price * score.unserved_pupils
    least = float(least_with[best] - allowance - score.cost_yuan)
    course = problem.courses[site][best]
    other = None if clock.is_over() else _with(solution, site, best)
    code, numbers = _code(
        problem, solution, site, best, other=other, least=max(0.0, least), is_over=clock.is_bitten
    )
    return WhyNot(
        site=problem.sites[site],
        kind=course.kind,
        code=code,
        text=_told(course.kind, course.partner, _filled(COSTS[code], numbers), names),
        least_yuan=max(0.0, least),
        yuan=None if other is None else other.score.cost_yuan - score.cost_yuan,
        unserved=None if other is None else other.score.unserved_pupils - score.unserved_pupils,
    )


def _with(solution: LayoutSolution, site: int, course: int) -> Layout | None:
    choice = solution.layout.choice.copy()
    choice[site] = course
    return solution.evaluator.layout(choice)


def _code(
    problem: LayoutProblem,
    solution: LayoutSolution,
    site: int,
    course: int,
    *,
    other: Layout | None,
    least: float,
    is_over: bool,
) -> tuple[str, dict[str, float]]:
    if other is not None:
        return _difference(solution.layout.score, other.score)
    choice = solution.layout.choice.copy()
    choice[site] = course
    over = spend(problem, choice) - problem.budget_yuan
    if over.max(initial=0.0) > ROUNDING_YUAN:
        year = int(over.argmax())
        return "over_budget", {"year": problem.years[year] - 1, "yuan": float(over[year])}
    if not is_over:
        return "partner_gone", {}
    return ("bound", {"yuan": least}) if least > 0 else ("open_question", {})


def _difference(ours: Score, other: Score) -> tuple[str, dict[str, float]]:
    yuan = other.cost_yuan - ours.cost_yuan
    if other.unserved_pupils > ours.unserved_pupils:
        return "unserved", {"n": other.unserved_pupils - ours.unserved_pupils, "yuan": yuan}
    parts = ("building", "running", "transport")
    change = {part: getattr(other, f"{part}_yuan") - getattr(ours, f"{part}_yuan") for part in parts}
    return ("dearer", {"yuan": yuan, **change}) if yuan >= 0 else ("cheaper", {"yuan": -yuan, **change})


def _filled(text: Text, numbers: Mapping[str, float]) -> Text:
    """Fill yuan as ten thousands in Chinese and as millions in English; the rest as they are."""
    whole = {name: f"{value:.0f}" for name, value in numbers.items() if name in ("n", "year")}
    money = {name: value for name, value in numbers.items() if name not in whole}
    zh = {
        name: f"{value / 1e4:+,.0f}" if name != "yuan" else f"{value / 1e4:,.0f}"
        for name, value in money.items()
    }
    en = {
        name: f"{value / 1e6:+,.2f}" if name != "yuan" else f"{value / 1e6:,.2f}"
        for name, value in money.items()
    }
    return Text(text.zh.format(**whole, **zh), text.en.format(**whole, **en))


def reason_of(
    problem: LayoutProblem, layout: Layout, site: int, course: Course, *, names: Sequence[str]
) -> Text:
    """Return why a site takes its course, in a sentence with its numbers."""
    load = layout.service.load(problem)[:, site]
    fullest = int(load.max(initial=0))
    partner = "" if course.partner is None else names[course.partner]
    if course.kind == EXPAND:
        before = problem.courses[site][problem.still(site)].places[0]
        text = Text(
            "最多将有 {n} 人就读，现有学位 {places} 个", "up to {n} pupils come, it has {places} places"
        )
        return text.format(n=fullest, places=before)
    if course.kind in (OPEN, BUY_BACK):
        return Text("最多将有 {n} 人就读", "up to {n} pupils come to it").format(n=fullest)
    if course.kind == MERGE:
        zone = problem.zone_of[site]
        pupils = int(problem.by_slot[:, zone].sum(axis=1).max(initial=0))
        text = Text(
            "片内至多 {n} 人，{partner}可整体接收", "at most {n} children in its zone, {partner} can take all"
        )
        return text.format(n=pupils, partner=partner)
    if course.kind == BRANCH:
        return Text("由{partner}带领，管理费用下降", "led by {partner}, at lower costs of management").format(
            partner=partner
        )
    return (
        Text("已无学生", "nobody attends it any more")
        if course.kind == CLOSE
        else Text("维持现状", "stays as it is")
    )


def forced_order(found: Sequence[WhyNot]) -> Iterator[WhyNot]:
    """Yield reasons with the cheapest alternative first: what people will ask about."""
    order = np.argsort([np.inf if one.yuan is None else one.yuan for one in found], kind="stable")
    return (found[k] for k in order.tolist())
