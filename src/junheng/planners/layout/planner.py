"""The layout planner as people call it: a District in; a Plan, its tables and its reasons out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import InfeasibleError, Problem
from junheng.planners.layout.actions import actions_of, district_in
from junheng.planners.layout.basis import stood_on
from junheng.planners.layout.build import layout_problem, rules_of
from junheng.planners.layout.checks import check
from junheng.planners.layout.explain import WhyNot, why_not
from junheng.planners.layout.menu import Rules
from junheng.planners.layout.outcome import handover, investment, schedule, sites_table, years_table
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.settings import LayoutSettings
from junheng.planners.layout.solve import LayoutOptions, LayoutSolution, solve
from junheng.planners.layout.wishes import LayoutWishes
from junheng.planners.schools import school_names
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Plan
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text

WHY_NOT_SHARE = 0.25
"""Share of the time that working the reasons through may take on top."""


@dataclass(frozen=True, eq=False, kw_only=True)
class LayoutResult:
    """A layout plan with everything that people ask about it.

    Attributes
    ----------
    plan
        The actions up to the last planned year, with bound and gap.
    schedule, investment, years, sites, handover
        See `junheng.planners.layout.outcome`.
    why_not
        Why each site does not do something else, and what it would cost.
    warnings
        What the forecast says that a reader should know, and what was found before solving that leaves children
        without a place whatever is done.
    problem, solution, names, rules
        Behind all this; the sites' names in their order, and what every menu depends on.
    """

    plan: Plan
    schedule: pl.DataFrame
    investment: pl.DataFrame
    years: pl.DataFrame
    sites: pl.DataFrame
    handover: pl.DataFrame
    why_not: tuple[WhyNot, ...]
    warnings: tuple[Problem, ...]
    problem: LayoutProblem
    solution: LayoutSolution
    names: Sequence[str]
    rules: Rules

    def district_in(self, district: District, year: int, *, scenario: str | None = None) -> District:
        """Return the District of a planned school year; see `junheng.planners.layout.actions.district_in`."""
        return district_in(
            district,
            self.problem,
            self.solution.layout,
            year=year,
            names=self.names,
            rules=self.rules,
            scenario=scenario,
        )

    def side_by_side(self, district: District, year: int) -> tuple[District, District, Plan]:
        """Return a planned year's children in today's schools, in the planned ones, and the plan between the two."""
        after = self.district_in(district, year)
        before = district.replace(district=after.table("district"), children=after.table("children"))
        return before, after, self.plan_until(district, year)

    def plan_until(self, district: District, year: int) -> Plan:
        """Return the plan with only what is done up to a school year, for the children of that year.

        It can be applied to the records with other children; it is compared as any plan is.
        """
        done = actions_of(
            self.problem, self.solution.layout, district, names=self.names, rules=self.rules, until=year
        )
        inputs = {name: value for name, value in self.plan.inputs.items() if name != "district"}
        return replace(self.plan, actions=done, inputs=inputs)


def plan_layout(
    district: District,
    standard: Standard,
    *,
    wishes: LayoutWishes,
    options: LayoutOptions,
    settings: LayoutSettings | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> LayoutResult:
    """Plan where schools are kept, expanded, opened, merged, closed or led as branches, and when.

    Parameters
    ----------
    district
        Needs ``homes``, ``stages`` with places and ``catchments`` of the stage, and ``demand`` or what a forecast
        takes; ``sites`` and ``candidates`` say what can be built where, ``budgets`` for how much. For the preschool
        stage see `junheng.planners.layout.kindergartens`.
    standard
        Gives class size, grades, service radius and travel time.
    wishes
        What people fixed.
    options
        Of the solver. Same inputs, options and version give the same plan, unless the clock ended the search.
    settings
        Costs, times and limits where no record says so.
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
    assumed = LayoutSettings() if settings is None else settings
    problem = layout_problem(district, standard, wishes=wishes, settings=assumed, on=day, progress=progress)
    warnings = possible(problem)
    solution = solve(problem, options=options, progress=progress)
    progress(Text("逐项复算未采用的安排", "working through what was not chosen"), 0.97)
    rules = rules_of(standard.on(day), wishes.stage, years=problem.years, settings=assumed)
    return result_of(
        district,
        problem,
        solution,
        rules=rules,
        plan=_plan(
            district,
            standard,
            problem,
            solution,
            asked={
                **wishes.as_dict(),
                "options": asdict(options),
                "settings": assumed.as_dict() | asdict(rules.limits),
                **stood_on(problem),
            },
            on=day,
            rules=rules,
        ),
        warnings=(*problem.notices, *warnings),
        seconds=WHY_NOT_SHARE * options.seconds,
    )


def possible(problem: LayoutProblem) -> list[Problem]:
    """Return the warnings of `junheng.planners.layout.checks.check`.

    Raises
    ------
    InfeasibleError
        Naming everything that makes every plan impossible.
    """
    found = check(problem)
    errors = [one for one in found if one.severity == "error"]
    if errors:
        raise InfeasibleError(errors)
    return found


def result_of(
    district: District,
    problem: LayoutProblem,
    solution: LayoutSolution,
    *,
    rules: Rules,
    plan: Plan,
    warnings: tuple[Problem, ...],
    seconds: float,
) -> LayoutResult:
    """Return a solved problem of one stage with its tables and reasons.

    Parameters
    ----------
    plan
        The plan that the solution gave.
    seconds
        Longest time in which reasons are worked through, at least one.
    """
    names = site_names(district, problem)
    brought_in = district.table("candidates").filter(pl.col("brought_in") == "yes")["candidate"].to_list()
    timetable = schedule(problem, solution.layout, names=names, brought_in=frozenset(brought_in))
    return LayoutResult(
        plan=plan,
        schedule=timetable,
        investment=investment(problem, solution.layout, timetable),
        years=years_table(problem, solution.layout),
        sites=sites_table(problem, solution.layout, names=names),
        handover=handover(problem, solution.layout, district),
        why_not=tuple(why_not(problem, solution, names=names, seconds=max(1.0, seconds))),
        warnings=warnings,
        problem=problem,
        solution=solution,
        names=names,
        rules=rules,
    )


def _plan(
    district: District,
    standard: Standard,
    problem: LayoutProblem,
    solution: LayoutSolution,
    *,
    asked: Mapping[str, Any],
    on: date,
    rules: Rules,
) -> Plan:
    return computed_plan(
        "layout",
        Text("{stage}布局方案", "{stage} layout plan").format(stage=label_of("planned_stage", problem.stage)),
        district=district,
        standard=standard,
        on=on,
        asked=asked,
        objective=solution.levels,
        actions=actions_of(
            problem, solution.layout, district, names=site_names(district, problem), rules=rules
        ),
        stopped_by=solution.stopped_by,
        seconds=solution.seconds,
    )


def site_names(district: District, problem: LayoutProblem) -> Sequence[str]:
    """Return what people call the sites."""
    called, candidates = school_names(district), district.table("candidates")
    kindergartens = district.table("kindergartens")
    called.update(zip(kindergartens["kindergarten"].to_list(), kindergartens["name"].to_list(), strict=True))
    called.update(zip(candidates["candidate"].to_list(), candidates["name"].to_list(), strict=True))
    return [called[code] for code in problem.sites]
