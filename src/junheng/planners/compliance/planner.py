"""The compliance planner as people call it: a District in, a Plan out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from junheng.district.model import District
from junheng.errors import InfeasibleError, UsageError
from junheng.measure.seven import RESOURCES
from junheng.planners.compliance.actions import actions_of
from junheng.planners.compliance.build import compliance_problem, unknown_ceilings, unplaced
from junheng.planners.compliance.candidate import Candidate
from junheng.planners.compliance.checks import check, why_infeasible
from junheng.planners.compliance.costs import UnitCosts, costs_of
from junheng.planners.compliance.frontier import FrontierPoint, frontier
from junheng.planners.compliance.intake import intake_caps
from junheng.planners.compliance.prices import Price, prices
from junheng.planners.compliance.problem import ComplianceProblem
from junheng.planners.compliance.solve import ComplianceOptions, ComplianceSolution, solve
from junheng.planners.compliance.wishes import Wishes
from junheng.planners.compliance.years import Schedule, one_percent_more, schedule
from junheng.plans.action import Action
from junheng.plans.actions.cap_intake import CapIntake
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Level, Plan
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import Text

NAME = Text("达标方案", "compliance plan")
YUAN = "yuan"
OUTSIDE = "pupil_years_outside"
"""Levels of the objective: what it costs; over years first the pupil-years outside passing stages."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Study:
    """A district's compliance problem, solved: the plan, and the questions that people ask next.

    Attributes
    ----------
    district, standard, on
        What was measured, against what, and the day of the standard's values.
    wishes, options
        What people fixed, and how hard to try.
    caps
        How many pupils go elsewhere, where that was allowed.
    problem, solution
        What was asked, with the caps, and what came of it.
    """

    district: District
    standard: Standard
    on: date
    wishes: Wishes
    options: ComplianceOptions
    caps: tuple[CapIntake, ...]
    problem: ComplianceProblem
    solution: ComplianceSolution

    @property
    def candidate(self) -> Candidate:
        """What is done, in the planner's own terms."""
        assert self.solution.plan is not None  # noqa: S101 - `study` refuses
        return self.solution.plan

    def plan(self) -> Plan:
        """Return the plan with which every rule is kept."""
        level = Level(value=self.candidate.cost.total, bound=self.solution.bound, unit="yuan")
        return self._plan(
            {YUAN: level},
            (*self.caps, *actions_of(self.district, self.candidate)),
            stopped_by=self.solution.stopped_by,
        )

    def over_years(self, budgets: Mapping[int, float]) -> tuple[Plan, Schedule]:
        """Return the plan spread over years, as far as the money goes, and the schedule behind it.

        Parameters
        ----------
        budgets
            Yuan by school year.
        """
        if not budgets:
            raise UsageError(
                Text(
                    "没有年度预算：请填表“年度预算”，或用 --budget 学年=元",
                    "there is no yearly budget: fill the table “budgets”, or give --budget YEAR=YUAN",
                )
            )
        found = schedule(self.candidate, budgets, seconds=self.options.seconds)
        levels = {
            OUTSIDE: Level(value=found.outside, bound=found.bound, unit="pupil"),
            YUAN: Level(value=sum(part.cost.total for part in found.parts.values()), bound=None, unit="yuan"),
        }
        capped = (replace(cap, year=min(budgets)) for cap in self.caps)
        plan = self._plan(
            levels,
            (*capped, *actions_of(self.district, self.candidate, parts=found.parts)),
            stopped_by="proven" if found.outside <= found.bound else "effort",
            budgets={str(year): yuan for year, yuan in sorted(budgets.items())},
        )
        return plan, found

    def one_percent_more(self, budgets: Mapping[int, float]) -> float:
        """Return how many pupil-years more are spent in passing schools if every budget is one percent larger."""
        return one_percent_more(self.candidate, budgets, seconds=self.options.seconds)

    def prices(self, *, progress: Progress = silent) -> tuple[Price, ...]:
        """Return what each rule that binds costs, and each waiver of a resource that is not switched on."""
        return prices(
            self.problem, self.solution, options=self.options, others=self._waivers(), progress=progress
        )

    def frontier(self, *, progress: Progress = silent) -> tuple[FrontierPoint, ...]:
        """Return what it costs that so many school stages pass."""
        return frontier(self.problem, options=self.options, progress=progress)

    def _waivers(self) -> Iterator[tuple[str, Text, ComplianceProblem]]:
        rules = {resource.rule for resource in RESOURCES}
        for rule in self.standard.rules.values():
            if rule.waives in rules and rule.id not in self.standard.active_waivers:
                eased = replace(self.standard, active_waivers=(*self.standard.active_waivers, rule.id))
                yield (
                    rule.id,
                    Text("过渡性政策：{title}", "the waiver: {title}").format(title=rule.title),
                    compliance_problem(
                        CapIntake.apply(self.caps, self.district),
                        eased.on(self.on),
                        wishes=self.wishes,
                        costs=self.problem.costs,
                    ),
                )

    def _plan(
        self, levels: Mapping[str, Level], actions: tuple[Action, ...], *, stopped_by: str, **more: Any
    ) -> Plan:
        asked = {
            **self.wishes.as_dict(),
            "costs": asdict(self.problem.costs),
            "options": asdict(self.options),
            "taken_for_granted": taken_for_granted(self.district, self.problem),
            **more,
        }
        return computed_plan(
            "compliance",
            NAME,
            district=self.district,
            standard=self.standard,
            on=self.on,
            asked=asked,
            objective=levels,
            actions=actions,
            stopped_by=stopped_by,
            seconds=self.solution.seconds,
        )


def study(
    district: District,
    standard: Standard,
    *,
    wishes: Wishes,
    options: ComplianceOptions,
    costs: UnitCosts | None = None,
    on: date | None = None,
    progress: Progress = silent,
) -> Study:
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
    caps: tuple[CapIntake, ...] = ()
    if wishes.may_cap_intake:
        caps = intake_caps(district, problem)
        capped = CapIntake.apply(caps, district)
        problem = compliance_problem(capped, standard.on(day), wishes=wishes, costs=priced)
    return Study(
        district=district,
        standard=standard,
        on=day,
        wishes=wishes,
        options=options,
        caps=caps,
        problem=problem,
        solution=solved(problem, options=options, progress=progress),
    )


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
    """Return the plan of `study`; parameters and errors are the same."""
    return study(
        district, standard, wishes=wishes, options=options, costs=costs, on=on, progress=progress
    ).plan()


def solved(
    problem: ComplianceProblem, *, options: ComplianceOptions, progress: Progress = silent
) -> ComplianceSolution:
    """Check a problem, solve it, and say why if it has no plan; the errors are those of `study`."""
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


def budgets_of(district: District) -> dict[int, float]:
    """Return the yearly budgets in the table ``budgets``; a year without money for the standard is not among them."""
    recorded = district.table("budgets").drop_nulls("yuan")
    return dict(zip(recorded["year"].to_list(), recorded["yuan"].to_list(), strict=True))


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
