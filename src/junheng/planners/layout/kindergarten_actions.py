"""From a layout of kindergartens to the actions of its plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from junheng.district.model import District
from junheng.planners.layout.constraints import chosen_courses
from junheng.planners.layout.course import BUY_BACK, CLOSE, EXPAND, MERGE, Course
from junheng.planners.layout.explain import reason_of
from junheng.planners.layout.menu import Rules
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.plans.action import Action
from junheng.plans.actions.buy_back_kindergarten import BuyBackKindergarten
from junheng.plans.actions.close_kindergarten import CloseKindergarten
from junheng.plans.actions.expand_kindergarten import ExpandKindergarten
from junheng.plans.actions.merge_kindergartens import MergeKindergartens
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
        code = problem.sites[site]
        common = {
            "kindergarten": code,
            "yuan": float(sum(course.spend_yuan)),
            "year": problem.years[course.year],
            "reason": course.kind,
        }
        if code in children:
            partner = None if course.partner is None else problem.sites[course.partner]
            called = "" if course.partner is None else names[course.partner]
            common["text"] = (
                reason_of(problem, layout, site, course, names=names)
                if course.kind == EXPAND
                else _TOLD[course.kind].format(n=children[code], partner=called)
            )
            actions.append(_existing(course, common, partner=partner, class_size=rules.class_size))
            continue
        actions.append(
            OpenKindergarten(
                **common,
                name=candidates[code]["name"],
                home=candidates[code]["home"],
                places=course.classes * rules.class_size,
                text=reason_of(problem, layout, site, course, names=names),
            )
        )
    return tuple(actions)


_TOLD = {
    BUY_BACK: Text("转为公办，在园幼儿 {n} 人", "becomes public with its {n} children"),
    MERGE: Text("在园幼儿 {n} 人，由{partner}承接", "its {n} children are taken over by {partner}"),
    CLOSE: Text("已无幼儿", "nobody attends it any more"),
}


def _existing(course: Course, common: dict[str, Any], *, partner: str | None, class_size: int) -> Action:
    """Return what is done to a kindergarten that there is."""
    if course.kind == EXPAND:
        return ExpandKindergarten(**common, places=course.classes * class_size)
    if course.kind == MERGE and partner is not None:
        return MergeKindergartens(**common, into=partner)
    return (CloseKindergarten if course.kind == CLOSE else BuyBackKindergarten)(**common)
