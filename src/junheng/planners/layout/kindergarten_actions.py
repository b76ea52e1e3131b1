"""From a layout of kindergartens to the actions of its plan: bought back, or opened at a candidate site."""

from __future__ import annotations

from collections.abc import Sequence

from junheng.district.model import District
from junheng.planners.layout.constraints import chosen_courses
from junheng.planners.layout.explain import reason_of
from junheng.planners.layout.menu import Rules
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.plans.action import Action
from junheng.plans.actions.buy_back_kindergarten import BuyBackKindergarten
from junheng.plans.actions.open_kindergarten import OpenKindergarten
from junheng.text import Text


def kindergarten_actions(
    problem: LayoutProblem,
    layout: Layout,
    district: District,
    *,
    names: Sequence[str],
    rules: Rules,
    last: int,
) -> tuple[Action, ...]:
    """Return what is done up to the school year ``last``. Kindergartens have no zones, so that no home is moved."""
    candidates = {row["candidate"]: row for row in district.table("candidates").iter_rows(named=True)}
    rows = district.table("kindergartens")
    children = dict(zip(rows["kindergarten"].to_list(), rows["children"].to_list(), strict=True))
    actions: list[Action] = []
    for site, course in chosen_courses(problem, layout.choice):
        if course.year is None or problem.years[course.year] > last:
            continue
        code, yuan, year = problem.sites[site], float(sum(course.spend_yuan)), problem.years[course.year]
        if code in children:
            text = Text("转为公办，在园幼儿 {n} 人", "becomes public with its {n} children").format(
                n=children[code]
            )
            actions.append(
                BuyBackKindergarten(kindergarten=code, yuan=yuan, year=year, reason=course.kind, text=text)
            )
            continue
        actions.append(
            OpenKindergarten(
                kindergarten=code,
                name=candidates[code]["name"],
                home=candidates[code]["home"],
                places=course.classes * rules.class_size,
                yuan=yuan,
                year=year,
                reason=course.kind,
                text=reason_of(problem, layout, site, course, names=names),
            )
        )
    return tuple(actions)
