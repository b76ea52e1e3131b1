"""From a layout to the actions of a plan, and to the District of any planned year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.planners.arrays import IntArray
from junheng.planners.layout.constraints import chosen_courses, moved_together, places_of
from junheng.planners.layout.course import BRANCH, BUY_BACK, CLOSE, EXPAND, MERGE, OPEN, Course
from junheng.planners.layout.explain import reason_of
from junheng.planners.layout.kindergarten_actions import kindergarten_actions
from junheng.planners.layout.location.whole import whole_service
from junheng.planners.layout.menu import Rules
from junheng.planners.layout.problem import NO_SCHOOL, LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.plans.action import Action
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.actions.close_school import CloseSchool
from junheng.plans.actions.expand_school import ExpandSchool
from junheng.plans.actions.make_branch import MakeBranch
from junheng.plans.actions.merge_schools import MergeSchools
from junheng.plans.actions.open_school import OpenSchool
from junheng.text import Text

MIDDLE = "medium"


def actions_of(
    problem: LayoutProblem,
    layout: Layout,
    district: District,
    *,
    names: Sequence[str],
    rules: Rules,
    until: int | None = None,
    scenario: str | None = None,
) -> tuple[Action, ...]:
    """Return what is done up to a planned year (all of them if not given), and the homes that change schools.

    Parameters
    ----------
    until
        The last school year whose actions count.
    scenario
        Whose children decide where homes go; the middle one where there is one, else the first.
    """
    last = problem.years[-1] if until is None else until
    if problem.stage == PRESCHOOL:
        return kindergarten_actions(problem, layout, district, names=names, rules=rules, last=last)
    candidates = {row["candidate"]: row for row in district.table("candidates").iter_rows(named=True)}
    actions: list[Action] = []
    for site, course in chosen_courses(problem, layout.choice):
        if course.year is not None and problem.years[course.year] <= last:
            common = {
                "school": problem.sites[site],
                "stage": problem.stage,
                "year": problem.years[course.year],
                "yuan": float(sum(course.spend_yuan)),
                "reason": course.kind,
                "text": reason_of(problem, layout, site, course, names=names),
            }
            actions.append(_action(problem, course, common, candidates.get(problem.sites[site]), rules))
    return (
        *actions,
        *_homes(problem, layout, year=problem.years.index(last), scenario=scenario, names=names),
    )


def _action(
    problem: LayoutProblem,
    course: Course,
    common: dict[str, Any],
    candidate: dict[str, Any] | None,
    rules: Rules,
) -> Action:
    partner = "" if course.partner is None else problem.sites[course.partner]
    if course.kind == EXPAND:
        return ExpandSchool(**common, classes=course.classes, places=course.classes * rules.class_size)
    if course.kind == BRANCH:
        return MakeBranch(**common, lead=partner)
    if course.kind == MERGE:
        return MergeSchools(**common, into=partner, class_size=rules.class_size)
    if course.kind == CLOSE:
        return CloseSchool(**common)
    if course.kind not in (OPEN, BUY_BACK) or candidate is None:
        raise ValueError(f"{course.kind} is no action")
    way = "bought_back" if course.kind == BUY_BACK else "built"
    way = "brought_in" if candidate["brought_in"] == "yes" and way == "built" else way
    return OpenSchool(
        **common,
        name=candidate["name"],
        home=candidate["home"],
        lon=candidate["lon"],
        lat=candidate["lat"],
        classes=course.classes,
        places=course.classes * rules.class_size,
        way=way,
    )


def _homes(
    problem: LayoutProblem, layout: Layout, *, year: int, scenario: str | None, names: Sequence[str]
) -> list[AssignHome]:
    goes = homes_in(problem, layout, year=year, scenario=scenario)
    return [
        AssignHome(
            stage=problem.stage,
            home=home,
            school=problem.sites[goes[h]],
            before=None if problem.present[h] == NO_SCHOOL else problem.sites[problem.present[h]],
            reason="layout",
            text=Text("布局调整后划给{school}", "goes to {school} after the change of layout").format(
                school=names[goes[h]]
            ),
        )
        for h, home in enumerate(problem.homes)
        if goes[h] not in (NO_SCHOOL, problem.present[h])
    ]


def homes_in(problem: LayoutProblem, layout: Layout, *, year: int, scenario: str | None = None) -> IntArray:
    """Return the one site of every home in a planned year: near the service, within the places where that can be.

    The plan may share a home out between schools; zones take whole homes, so some are moved and swapped. A home whose
    children have no place, or that has none, stays with its school while that teaches, else goes to the school that
    took that over, or to the nearest that teaches.
    """
    wanted = scenario or (MIDDLE if MIDDLE in problem.scenarios else problem.scenarios[0])
    slot = year * len(problem.scenarios) + problem.scenarios.index(wanted)
    entries = np.flatnonzero(layout.service.slot == slot)
    sent = np.zeros(problem.allowed.shape, np.int64)
    np.add.at(
        sent, (layout.service.home[entries], layout.service.site[entries]), layout.service.pupils[entries]
    )
    teaches = np.array([course.operates(year) for _, course in chosen_courses(problem, layout.choice)])
    near = np.where(teaches[None, :], problem.km, np.inf).argmin(axis=1)
    stays = (problem.present != NO_SCHOOL) & teaches[np.maximum(problem.present, 0)]
    goes: IntArray = np.where(stays, problem.present, near)
    for home, together in moved_together(problem, layout.choice)[year].items():
        goes[home] = together
    placed = np.flatnonzero(sent.any(axis=1))
    if len(placed):
        goes[placed] = _whole(problem, layout, sent[placed], placed, year=year)
    return goes


def _whole(problem: LayoutProblem, layout: Layout, sent: IntArray, homes: IntArray, *, year: int) -> IntArray:
    """Give each of the homes to one site, with the least overload that moves and swaps find."""
    cost = problem.pupil_yuan[homes] * sent.sum(axis=1)[:, None]
    moved = moved_together(problem, layout.choice)[year]
    for position, home in enumerate(homes.tolist()):
        together = moved.get(home)
        if together is not None:
            cost[position] = np.where(np.arange(cost.shape[1]) == together, cost[position], np.inf)
    places = places_of(problem, layout.choice)[year].astype(np.float64)
    share = sent / sent.sum(axis=1)[:, None]
    pupils = sent.sum(axis=1).astype(np.float64)
    whole = whole_service(cost.T, pupils, places, share=share.T, must_fit=False)
    return sent.argmax(axis=1) if whole is None else whole


def district_in(
    district: District,
    problem: LayoutProblem,
    layout: Layout,
    *,
    year: int,
    names: Sequence[str],
    rules: Rules,
    scenario: str | None = None,
) -> District:
    """Return the District of a planned school year: what was done by then, the children to come, their schools.

    Other records (teachers, premises, rolls) stay those of today, as nobody has forecast them.
    """
    wanted = scenario or (MIDDLE if MIDDLE in problem.scenarios else problem.scenarios[0])
    done = actions_of(problem, layout, district, names=names, rules=rules, until=year, scenario=wanted)
    after = district
    for kind in (OpenSchool, ExpandSchool, MakeBranch, AssignHome, MergeSchools, CloseSchool):
        own = [action for action in done if isinstance(action, kind)]
        after = kind.apply(own, after) if own else after  # type: ignore[arg-type]
    children = problem.demand[problem.years.index(year), problem.scenarios.index(wanted)]
    coming = pl.DataFrame({"home": problem.homes, "year": year, "stage": problem.stage, "children": children})
    facts = after.table("district").with_columns(year=pl.lit(year))
    return after.replace(district=facts, children=coming)
