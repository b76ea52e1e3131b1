"""The catchment planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.planners.catchments.build import Wishes, catchment_problem
from junheng.planners.catchments.explain import explain
from junheng.planners.catchments.frontier import frontier
from junheng.planners.catchments.problem import NO_SCHOOL, CatchmentProblem
from junheng.planners.catchments.solve import CatchmentOptions, CatchmentSolution, solve
from junheng.plans.actions.assign_home import AssignHome
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Level, Plan
from junheng.progress import Progress, silent
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

    Raises
    ------
    InputError
        Naming every record that is absent or contradicts another.
    InfeasibleError
        Naming every hard rule that no plan can keep, by how much, for whom, and what would relax it.
    """
    day = district.year.first_day if on is None else on
    problem = catchment_problem(district, standard, wishes=wishes, on=day)
    solution = solve(problem, options=options, seed=seed, progress=progress)
    return _plan(district, standard, problem, solution, wishes=wishes, options=options, seed=seed, on=day)


def frontier_plans(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    options: CatchmentOptions,
    points: int,
    seed: int,
    on: date | None = None,
    progress: Progress = silent,
) -> tuple[Plan, ...]:
    """Draw plans that trade pupils moved against distance, none of which another beats in both.

    Parameters
    ----------
    points
        How many limits on the pupils moved to try, from the fewest possible to no limit.
    options
        Of the solver; its time limit is for each plan.
    """
    day = district.year.first_day if on is None else on
    problem = catchment_problem(district, standard, wishes=wishes, on=day)
    found = frontier(problem, points=points, options=options, seed=seed, progress=progress)
    return tuple(
        _plan(
            district,
            standard,
            problem,
            point.solution,
            wishes=replace(wishes, max_moved_pupils=point.moved_pupils_cap),
            options=options,
            seed=seed,
            on=day,
        )
        for point in found
    )


def _plan(
    district: District,
    standard: Standard,
    problem: CatchmentProblem,
    solution: CatchmentSolution,
    *,
    wishes: Wishes,
    options: CatchmentOptions,
    seed: int,
    on: date,
) -> Plan:
    stage = label_of("stage", wishes.stage)
    return computed_plan(
        "catchments",
        Text("{stage}学区方案", "{stage} catchment plan").format(stage=stage),
        district=district,
        standard=standard,
        on=on,
        asked={**wishes.as_dict(), "options": asdict(options)},
        objective=_levels(solution),
        actions=_actions(district, problem, solution, wishes.stage),
        stopped_by=solution.stopped_by,
        seconds=solution.seconds,
        seed=seed,
    )


def _levels(solution: CatchmentSolution) -> dict[str, Level]:
    return {
        level.name: Level(value=level.value, bound=level.bound, unit=level.unit) for level in solution.levels
    }


def _actions(
    district: District, problem: CatchmentProblem, solution: CatchmentSolution, stage: str
) -> tuple[AssignHome, ...]:
    records = district.table("schools")
    name_of = dict(zip(records["school"].to_list(), records["name"].to_list(), strict=True))
    names = [name_of[code] for code in problem.schools]
    return tuple(
        AssignHome(
            stage=stage,
            home=problem.homes[i],
            school=problem.schools[solution.assignment[i]],
            before=None if problem.present[i] == NO_SCHOOL else problem.schools[problem.present[i]],
            reason=reason.code,
            text=reason.text,
            numbers=reason.numbers,
        )
        for i, reason in enumerate(explain(problem, solution.assignment, names=names))
    )
