"""The feeder planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from junheng.district.model import District
from junheng.planners.feeders.build import ENTERED, Wishes, feeder_problem
from junheng.planners.feeders.explain import explain
from junheng.planners.feeders.problem import NO_TARGET, FeederProblem
from junheng.planners.feeders.solve import FeederOptions, FeederSolution, solve
from junheng.planners.schools import school_names
from junheng.plans.actions.set_feeder import SetFeeder
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Plan
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text


def plan_feeders(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    options: FeederOptions,
    on: date | None = None,
    progress: Progress = silent,
) -> Plan:
    """Pair every primary school with one junior school, strong with weak.

    Parameters
    ----------
    district
        Needs rolls of the last primary grade, places of the junior stage, positions, and what the balance assessment
        needs for at least one indicator of each school.
    standard
        Says which grades belong to a stage, and what a school must have.
    wishes
        What people fixed.
    options
        Of the solver.
    on
        Day of the standard's values; the first day of the school year if not given.

    Raises
    ------
    InputError
        Naming every record that is absent.
    InfeasibleError
        Naming every primary school to which no junior school is left, and what would give it one.
    """
    day = district.year.first_day if on is None else on
    problem = feeder_problem(district, standard.on(day), wishes=wishes)
    solution = solve(problem, options=options, progress=progress)
    return computed_plan(
        "feeders",
        Text("小升初对口方案", "feeder plan"),
        district=district,
        standard=standard,
        on=day,
        asked={**wishes.as_dict(), "options": asdict(options)},
        objective=solution.levels,
        actions=_actions(district, problem, solution),
        stopped_by="proven" if solution.is_proven else "time limit",
        seconds=solution.seconds,
    )


def _actions(district: District, problem: FeederProblem, solution: FeederSolution) -> tuple[SetFeeder, ...]:
    name_of = school_names(district)
    reasons = explain(problem, solution.target, names=[name_of[code] for code in problem.juniors])
    return tuple(
        SetFeeder(
            stage=ENTERED,
            school=problem.primaries[i],
            target=problem.juniors[solution.target[i]],
            before=None if problem.present[i] == NO_TARGET else problem.juniors[problem.present[i]],
            reason=reason.code,
            text=reason.text,
            numbers=reason.numbers,
        )
        for i, reason in enumerate(reasons)
    )
