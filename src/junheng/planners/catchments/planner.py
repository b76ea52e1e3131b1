"""The catchment planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import UsageError
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.balance import Balance
from junheng.planners.catchments.build import CatchmentCase, balance_of, catchment_case
from junheng.planners.catchments.explain import explain
from junheng.planners.catchments.frontier import frontier
from junheng.planners.catchments.objective import OVERFLOW
from junheng.planners.catchments.problem import SHARES
from junheng.planners.catchments.solve import CatchmentOptions, CatchmentSolution, solve
from junheng.planners.catchments.wishes import Wishes
from junheng.planners.schools import school_names
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.actions.share_zone import ShareZone
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Level, Plan
from junheng.progress import Progress, silent
from junheng.provenance import hash_json
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.text import Text


def plan_catchments(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    options: CatchmentOptions,
    seed: int,
    on: date | None = None,
    years: Mapping[int, District] = MappingProxyType({}),
    progress: Progress = silent,
) -> Plan:
    """Draw the catchments of one stage.

    Parameters
    ----------
    district
        Needs ``homes``, ``children``, ``stages`` with places, and neighbours or polygons.
    standard
        Says which grades or ages belong to the stage.
    wishes
        What people fixed.
    options, seed
        Of the solver; the same inputs, options and seed give the same plan.
    on
        Day of the standard's values; the first day of the school year if not given.
    years
        The District of each school year that the zones must hold for, such as forecasts
        (`junheng.forecast.future.district_in`); empty for the District's own year.

    Raises
    ------
    InputError
        Naming every record that is absent or contradicts another.
    InfeasibleError
        Naming every hard rule that no plan can keep, by how much, for whom, and what would relax it.
    """
    day = district.year.first_day if on is None else on
    case = catchment_case(district, standard, wishes=wishes, on=day, years=years)
    solution = solve(case.problem, options=options, seed=seed, progress=progress)
    return _plan(district, standard, case, solution, wishes=wishes, options=options, seed=seed, on=day)


def frontier_plans(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    options: CatchmentOptions,
    points: int,
    seed: int,
    proposals: Sequence[Mapping[str, str]] = (),
    group: str | None = None,
    on: date | None = None,
    years: Mapping[int, District] = MappingProxyType({}),
    progress: Progress = silent,
) -> tuple[Plan, ...]:
    """Draw plans that trade pupils over capacity, moves, distance and balance, none of which another beats in all.

    Parameters
    ----------
    points
        How many limits on the pupils moved and over capacity to try, from nobody to no limit.
    options
        Of the solver; its time limit is for each plan.
    proposals
        Zones that somebody else drew: school of each home. For each, a plan is drawn that has no more pupils over
        capacity and moves no more, with the shortest ways; one that leaves homes out, or gives them to a school
        without a zone, is passed over.
    group
        A group of `junheng.measure.composition.GROUPS` whose share in the zones is traded too: how far it lies, in the
        zone where it lies farthest, from the share around that zone today. `None` to trade no balance.

    Returns
    -------
    tuple of Plan
        By pupils moved, fewest first. Each has its own limits among its settings, and under ``tradeoff`` what the whole
        was asked for: the search for one plan begins with others, so that only the whole can be drawn again.

    Raises
    ------
    UsageError
        Where the wishes balance another group than the one that is traded.
    InputError, InfeasibleError
        As of `plan_catchments`.
    """
    day = district.year.first_day if on is None else on
    case = catchment_case(district, standard, wishes=wishes, on=day, years=years)
    asked = {"points": points, "group": group, "proposals": [hash_json(dict(one)) for one in proposals]}
    found = frontier(
        case.problem,
        points=points,
        options=options,
        seed=seed,
        targets=[plan for zones in proposals if (plan := _assignment(case, zones)) is not None],
        balance=None if group is None else _traded(district, standard.on(day), case, wishes, group),
        progress=progress,
    )
    return tuple(
        _plan(
            district,
            standard,
            case,
            point.solution,
            wishes=replace(
                wishes,
                max_moved_pupils=point.corner.moved_pupils_cap,
                overflow_allowed=point.corner.overflow_allowed,
                balance=wishes.balance
                if group is None or point.corner.apart is None
                else (group, point.corner.apart / SHARES),
            ),
            options=point.options,
            seed=seed,
            on=day,
            tradeoff=asked,
        )
        for point in found
    )


def _traded(
    district: District, standard: StandardOnDate, case: CatchmentCase, wishes: Wishes, group: str
) -> Balance:
    """Return the group that is traded; the tolerance that the wishes have for it is the loosest one tried."""
    balanced, tolerance = wishes.balance or (group, None)
    if balanced != group:
        raise UsageError(
            Text(
                f"均衡的群体 {balanced} 与取舍的群体 {group} 应相同",
                f"the group that is balanced, {balanced}, and the one that is traded, {group}, must be the same",
            )
        )
    found = balance_of(district, standard, stage=case.stage, group=group, zones=case.zones)
    return found if tolerance is None else replace(found, widest=round(SHARES * tolerance))


def _assignment(case: CatchmentCase, zones: Mapping[str, str]) -> IntArray | None:
    """Return a proposal in the case's numbers, `None` where it is not whole."""
    at = {school: number for number, zone in enumerate(case.zones) for school in zone.schools}
    found = [at.get(zones.get(home, "")) for home in case.problem.homes]
    if None in found:
        return None
    return np.array(found, dtype=np.int64)


def catchment_plan(
    district: District,
    standard: Standard,
    case: CatchmentCase,
    solution: CatchmentSolution,
    *,
    name: Text,
    asked: Mapping[str, Any],
    sharing: Sequence[ShareZone],
    seed: int,
    on: date,
) -> Plan:
    """Return a solved case as a Plan: shared zones first, then every home with its reason."""
    return computed_plan(
        "catchments",
        name,
        district=district,
        standard=standard,
        on=on,
        asked=asked,
        objective=_levels(case, solution),
        actions=[*sharing, *_actions(district, case, solution)],
        stopped_by=solution.stopped_by,
        seconds=solution.seconds,
        seed=seed,
    )


def _plan(
    district: District,
    standard: Standard,
    case: CatchmentCase,
    solution: CatchmentSolution,
    *,
    wishes: Wishes,
    options: CatchmentOptions,
    seed: int,
    on: date,
    tradeoff: Mapping[str, Any] | None = None,
) -> Plan:
    stage = label_of("stage", wishes.stage)
    whole = {} if tradeoff is None else {"tradeoff": dict(tradeoff)}
    return catchment_plan(
        district,
        standard,
        case,
        solution,
        name=Text("{stage}学区方案", "{stage} catchment plan").format(stage=stage),
        asked={**wishes.as_dict(), "years": list(case.years), "options": asdict(options), **whole},
        sharing=wishes.sharing,
        seed=seed,
        on=on,
    )


def _levels(case: CatchmentCase, solution: CatchmentSolution) -> dict[str, Level]:
    """Return the levels; pupils who are over whatever the zones are count into the first and its bound."""
    sure = {OVERFLOW: case.already_over}
    return {
        level.name: Level(
            value=level.value + sure.get(level.name, 0),
            bound=level.bound + sure.get(level.name, 0),
            unit=level.unit,
        )
        for level in solution.levels
    }


def _actions(district: District, case: CatchmentCase, solution: CatchmentSolution) -> list[AssignHome]:
    name_of = school_names(district)
    names = ["、".join(name_of[code] for code in zone.schools) for zone in case.zones]
    return [
        AssignHome(
            stage=case.stage,
            home=case.problem.homes[i],
            school=_school(case, i, int(solution.assignment[i])),
            before=case.today[i],
            reason=reason.code,
            text=reason.text,
            numbers=reason.numbers,
        )
        for i, reason in enumerate(
            explain(case.problem, solution.assignment, names=names, locked=case.locked)
        )
    ]


def _school(case: CatchmentCase, home: int, zone: int) -> str:
    """Return the code that a home is given to: its school of today where that shares the zone, else the lead."""
    today = case.today[home]
    return today if today in case.zones[zone].schools else case.zones[zone].code
