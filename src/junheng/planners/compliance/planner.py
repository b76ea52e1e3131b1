"""The compliance planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from junheng import __version__
from junheng.district.model import District
from junheng.errors import InfeasibleError, UsageError
from junheng.planners.compliance.actions import actions_of
from junheng.planners.compliance.build import compliance_problem, unknown_ceilings, unplaced
from junheng.planners.compliance.checks import check, why_infeasible
from junheng.planners.compliance.costs import UnitCosts, costs_of
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, ComplianceSolution, solve
from junheng.planners.compliance.wishes import Wishes
from junheng.plans.plan import Level, Plan
from junheng.progress import Progress, silent
from junheng.provenance import hash_json
from junheng.standards.standard import Standard
from junheng.text import Text

NAME = Text("达标方案", "compliance plan")
YUAN = "yuan"


def plan_compliance(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    options: ComplianceOptions,
    costs: UnitCosts | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> Plan:
    """Find the cheapest way to make every school stage pass and to bring every coefficient inside its limit.

    Parameters
    ----------
    district
        See `junheng.planners.compliance.build.compliance_problem`.
    wishes
        What people fixed.
    options
        Of the solver.
    costs
        Yuan a unit; those of the district's table ``unit_costs``, with defaults, if not given.
    on
        Day of the standard's values; the first day of the school year if not given.

    Raises
    ------
    InputError
        Naming every figure that must be recorded first.
    InfeasibleError
        Naming every rule that cannot be kept, by whom, by how much, and the least relaxation.
    UsageError
        If no plan was found before the time was over.
    """
    day = district.year.first_day if on is None else on
    priced = costs_of(district) if costs is None else costs
    problem = compliance_problem(district, standard.on(day), wishes=wishes, costs=priced)
    solution = solved(problem, options=options, progress=progress)
    return _plan(district, standard, problem, solution, wishes=wishes, options=options, on=day)


def solved(
    problem: ComplianceProblem, *, options: ComplianceOptions, progress: Progress = silent
) -> ComplianceSolution:
    """Check a problem, solve it, and say why if it has no plan; the errors are those of `plan_compliance`."""
    problems = check(problem)
    if problems:
        raise InfeasibleError(problems)
    solution = solve(problem, options=options, progress=progress)
    if solution.is_infeasible:
        raise InfeasibleError(why_infeasible(problem))
    if solution.plan is None:
        raise UsageError(
            Text(
                "在限定时间内没有找到方案，请加长 --seconds",
                "no plan was found within the time; give more --seconds",
            )
        )
    return solution


def _plan(
    district: District,
    standard: Standard,
    problem: ComplianceProblem,
    solution: ComplianceSolution,
    *,
    wishes: Wishes,
    options: ComplianceOptions,
    on: date,
) -> Plan:
    assert solution.plan is not None  # noqa: S101 - `solved` refuses
    settings = {
        **wishes.as_dict(),
        "costs": asdict(problem.costs),
        "options": asdict(options),
        "on": on.isoformat(),
        "taken_for_granted": taken_for_granted(district, problem),
    }
    inputs = {"district": district.hash, "standard": standard.hash}
    level = Level(value=solution.plan.cost.total, bound=solution.bound, unit="yuan")
    return Plan(
        kind="compliance",
        name=NAME,
        objective={YUAN: level},
        seconds=solution.seconds,
        seed=None,
        inputs=inputs,
        inputs_hash=hash_json({"inputs": inputs, "settings": settings}),
        standard_date=on.isoformat(),
        version=__version__,
        settings=settings,
        stopped_by=solution.stopped_by,
        actions=actions_of(district, solution.plan),
    )


def taken_for_granted(district: District, problem: ComplianceProblem) -> dict[str, Any]:
    """Return what the records do not say and the plan assumes: a person must look at each.

    Returns
    -------
    dict
        ``sites_not_recorded``: schools whose sites are taken to be large enough; ``schools_without_position``: moves
        from and to them cost no kilometres; ``default_costs``: items whose unit cost nobody gave.
    """
    given = set(district.table("unit_costs")["item"].to_list())
    defaults = asdict(UnitCosts())
    used = asdict(problem.costs)
    return {
        "sites_not_recorded": list(unknown_ceilings(district, problem)),
        "schools_without_position": list(unplaced(district, problem)),
        "default_costs": [item for item in defaults if item not in given and used[item] == defaults[item]],
    }
