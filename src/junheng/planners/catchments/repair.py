"""Mend a plan after homes were moved by hand: the edited homes stay where they were put, the rest changes least."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.shared import SharedZone
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.build import CatchmentCase, catchment_case
from junheng.planners.catchments.least_change import solve_least_change
from junheng.planners.catchments.objective import MOVED, Level, score
from junheng.planners.catchments.planner import catchment_plan
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem, SumLimit, leaving
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.actions.share_zone import ShareZone
from junheng.plans.plan import Plan
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text


def repair_catchments(
    district: District,
    standard: Standard,
    *,
    plan: Plan | None,
    edits: Mapping[str, str],
    wishes: Wishes,
    options: CatchmentOptions,
    seed: int,
    on: date | None = None,
    years: Mapping[int, District] = MappingProxyType({}),
    progress: Progress = silent,
) -> Plan:
    """Keep the homes moved by hand where they were put, and repair the rest with least change.

    Parameters
    ----------
    plan
        The plan that was edited; `None` for the zones of today.
    edits
        School of each home that was moved by hand.
    wishes
        What people fixed before; the edits are locks beside them, and go before a lock of the same home.
    options, seed
        Of the search.
    on, years
        As of `junheng.planners.catchments.planner.plan_catchments`.

    Returns
    -------
    Plan
        Its levels are ``overflow_pupils``, ``moved_beside_edit`` (pupils moved from the edited zones, the edited homes
        not counted) and ``pupil_km``. No more pupils are over capacity than before the edit, where that can be had.

    Raises
    ------
    InfeasibleError
        Where the edits and the rules contradict each other: which rule, by how much, for whom.
    """
    day = district.year.first_day if on is None else on
    wishes = wishes if plan is None or wishes.shared else replace(wishes, shared=_shared(plan, wishes.stage))
    locked = replace(wishes, locked={**wishes.locked, **edits}, max_moved_pupils=None)
    case = catchment_case(district, standard, wishes=locked, on=day, years=years)
    before = _zones(case, {} if plan is None else _given(plan, wishes.stage))
    edited = _edited(case, before, edits)
    solution = solve_least_change(
        _problem(case, edited, wishes.max_moved_pupils),
        overflow_allowed=_overflow(case.problem, before),
        options=options,
        seed=seed,
        progress=progress,
    )
    name = Text("{stage}学区方案（局部调整）", "{stage} catchment plan, edited by hand")
    return catchment_plan(
        district,
        standard,
        case,
        replace(solution, levels=tuple(_named(level) for level in solution.levels)),
        name=name.format(stage=label_of("stage", wishes.stage)),
        asked={
            **locked.as_dict(),
            "max_moved_pupils": wishes.max_moved_pupils,
            "years": list(case.years),
            "options": asdict(options),
            "edits": dict(sorted(edits.items())),
            "edited_plan": None if plan is None else plan.inputs_hash,
        },
        seed=seed,
        on=day,
        sharing=wishes.sharing,
    )


def left_out(edited: Plan, repaired: Plan) -> tuple[str, ...]:
    """Return what the edited plan was asked for and the repaired one was not: names of their settings, in order.

    A repair is asked for by its own wishes; it takes over the zones of the edited plan, and not what those kept.
    """
    was, now = edited.settings, repaired.settings
    nothing = Wishes(stage=now["stage"], locked={}, forbidden=frozenset()).as_dict()
    listed = ("locked", "forbidden", "years")  # each of their parts counts; of the others the whole
    return tuple(
        name
        for name in (*nothing, "years")
        if name in was
        and (
            any(one not in now[name] for one in was[name])
            if name in listed
            else was[name] != nothing[name] == now[name]
        )
    )


def _named(level: Level) -> Level:
    """Tell moves from the edited zones apart from those from today, which other plans and every measure count."""
    return level._replace(name="moved_beside_edit") if level.name == MOVED else level


def _shared(plan: Plan, stage: str) -> tuple[SharedZone, ...]:
    """Return the shared zones that the edited plan set up; they stay."""
    return tuple(
        SharedZone(stage=stage, name=one.zone, schools=one.schools, distance=one.distance)
        for one in plan.of(ShareZone)
        if one.stage == stage
    )


def _given(plan: Plan, stage: str) -> dict[str, str]:
    given = {action.home: action.school for action in plan.of(AssignHome) if action.stage == stage}
    if not given:
        raise UsageError(
            Text("方案中没有这个学段的学区", "the plan has no catchments of this stage: it cannot be edited")
        )
    return given


def _zones(case: CatchmentCase, given: Mapping[str, str]) -> IntArray:
    """Return the zone of each home by a plan, else by today, shape (n,); `NO_SCHOOL` where it has none."""
    zone_at = {school: number for number, zone in enumerate(case.zones) for school in zone.schools}
    codes = [given.get(home, today) for home, today in zip(case.problem.homes, case.today, strict=True)]
    return np.array([NO_SCHOOL if code is None else zone_at.get(code, NO_SCHOOL) for code in codes])


def _edited(case: CatchmentCase, before: IntArray, edits: Mapping[str, str]) -> IntArray:
    at = {home: i for i, home in enumerate(case.problem.homes)}
    rows = [at[home] for home in edits]
    # The edit itself is a lock of one school: the only pair that is open.
    after = before.copy()
    after[rows] = case.problem.allowed[rows].argmax(axis=1)
    return after


def _overflow(problem: CatchmentProblem, before: IntArray) -> int:
    """Return the overflow before the edit; none allowed where some home had no zone."""
    return 0 if (before == NO_SCHOOL).any() else score(problem, before).overflow_pupils


def _problem(case: CatchmentCase, edited: IntArray, most_moved: int | None) -> CatchmentProblem:
    """Return the question of least change from the edited zones; the limit on moves from today stays a limit."""
    problem = case.problem
    today = () if most_moved is None else (SumLimit(name="moved_cap", weight=problem.moved, most=most_moved),)
    moving = leaving(edited, case.movers, n_schools=problem.n_schools)
    return replace(problem, present=edited, moving=moving, further_limits=today)
