"""The layout of several stages at once: they share one budget a year, and children without a place come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import polars as pl

from junheng.district.columns import label_of
from junheng.district.model import District
from junheng.errors import Problem, UsageError
from junheng.planners.layout.actions import actions_of
from junheng.planners.layout.basis import stood_on
from junheng.planners.layout.build import layout_problem, rules_of
from junheng.planners.layout.joined import joined, parted
from junheng.planners.layout.menu import Rules
from junheng.planners.layout.needs import sites_of
from junheng.planners.layout.planner import (
    WHY_NOT_SHARE,
    LayoutResult,
    plan_layout,
    possible,
    result_of,
    site_names,
)
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.robust import scenario_prices
from junheng.planners.layout.settings import LayoutSettings
from junheng.planners.layout.solve import LayoutOptions, LayoutSolution, solve
from junheng.planners.layout.wishes import LayoutWishes, refuse_unknown
from junheng.plans.action import Action
from junheng.plans.computed import computed_plan
from junheng.plans.plan import Plan
from junheng.progress import Progress, silent
from junheng.standards.standard import Standard
from junheng.text import COMMA, Text


@dataclass(frozen=True, eq=False, kw_only=True)
class StagesResult:
    """One plan of several stages.

    Attributes
    ----------
    plan
        What is done in all stages; bound and gap are of all of them together.
    stages
        The tables and reasons of each stage, in the order asked for; their plans are their parts of ``plan``.
    investment
        ``stage, batch, year, projects, yuan`` over all stages.
    warnings
        See `junheng.planners.layout.planner.LayoutResult`; of all stages.
    prices
        What it costs to be ready for every scenario, of all stages together, if that was asked for: see
        `junheng.planners.layout.robust.scenario_prices`.
    problem, solution
        Of all stages as one.
    """

    plan: Plan
    stages: tuple[LayoutResult, ...]
    investment: pl.DataFrame
    warnings: tuple[Problem, ...]
    problem: LayoutProblem
    solution: LayoutSolution
    prices: pl.DataFrame | None = None


def plan_stages(
    district: District,
    standard: Standard,
    *,
    stages: Sequence[str],
    wishes: LayoutWishes,
    options: LayoutOptions,
    settings: LayoutSettings | None = None,
    on: date | None = None,
    prices: bool = False,
    progress: Progress = silent,
) -> StagesResult:
    """Plan several stages under one budget a year.

    One problem and not a stage after the other: which stage needs the money more is what is to be found out, and the
    bound says that no other way of sharing it is cheaper.

    Parameters
    ----------
    stages
        ``preschool``, ``primary``, ``junior``: one or more, each once.
    wishes
        As for `junheng.planners.layout.planner.plan_layout`; the stage of the wishes is not looked at, and a lock or
        ban holds in every stage in which the site is.
    prices
        Also plan for each scenario alone, each as long as the options allow.

    Raises
    ------
    InputError, InfeasibleError, UsageError
        See `junheng.planners.layout.planner.plan_layout`; and for stages that are planned for different years.
    """
    own = _wishes_of(district, stages, wishes)
    if len(own) == 1:
        found = _alone(
            plan_layout(
                district,
                standard,
                wishes=own[0],
                options=options,
                settings=settings,
                on=on,
                progress=progress,
            )
        )
    else:
        found = _together(
            district,
            standard,
            own,
            asked=replace(wishes, stage=",".join(stages)),
            options=options,
            settings=LayoutSettings() if settings is None else settings,
            on=district.year.first_day if on is None else on,
            progress=progress,
        )
    if not prices:
        return found
    each = scenario_prices(found.problem, found.solution.layout, options=options, progress=progress)
    return replace(found, prices=each)


def _together(
    district: District,
    standard: Standard,
    own: Sequence[LayoutWishes],
    *,
    asked: LayoutWishes,
    options: LayoutOptions,
    settings: LayoutSettings,
    on: date,
    progress: Progress,
) -> StagesResult:
    problems = [
        layout_problem(district, standard, wishes=one, settings=settings, on=on, progress=progress)
        for one in own
    ]
    whole = joined(problems)
    warnings = possible(whole)
    solution = solve(whole, options=options, progress=progress)
    progress(Text("逐项复算未采用的安排", "working through what was not chosen"), 0.97)
    parts = [
        _Part.of(
            district,
            problem,
            found,
            rules_of(standard.on(on), one.stage, years=whole.years, settings=settings),
        )
        for one, (problem, found) in zip(own, parted(problems, whole, solution), strict=True)
    ]
    plan = computed_plan(
        "layout",
        _named([part.name for part in parts]),
        district=district,
        standard=standard,
        on=on,
        asked={
            **asked.as_dict(),
            "options": asdict(options),
            "settings": settings.as_dict(),
            "limits": {part.problem.stage: asdict(part.rules.limits) for part in parts},
            **stood_on(whole),
        },
        objective=solution.levels,
        actions=[action for part in parts for action in part.actions],
        stopped_by=solution.stopped_by,
        seconds=solution.seconds,
    )
    seconds = WHY_NOT_SHARE * options.seconds / len(parts)
    results = tuple(part.result(district, plan, seconds=seconds) for part in parts)
    return StagesResult(
        plan=plan,
        stages=results,
        investment=_by_stage(results),
        warnings=(*whole.notices, *warnings),
        problem=whole,
        solution=solution,
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """One stage of the whole: its problem with the money that the others leave, its part of the solution."""

    problem: LayoutProblem
    solution: LayoutSolution
    rules: Rules
    actions: tuple[Action, ...]

    @classmethod
    def of(cls, district: District, problem: LayoutProblem, solution: LayoutSolution, rules: Rules) -> _Part:
        names = site_names(district, problem)
        return cls(
            problem, solution, rules, actions_of(problem, solution.layout, district, names=names, rules=rules)
        )

    @property
    def name(self) -> Text:
        return label_of("planned_stage", self.problem.stage)

    def result(self, district: District, plan: Plan, *, seconds: float) -> LayoutResult:
        """Return the tables and reasons of the stage, with its part of the plan of all stages."""
        settings = {**plan.settings, **stood_on(self.problem), "stage": self.problem.stage}
        own = replace(
            plan,
            name=_named([self.name]),
            actions=self.actions,
            objective=self.solution.levels,
            settings=settings,
        )
        return result_of(
            district, self.problem, self.solution, rules=self.rules, plan=own, warnings=(), seconds=seconds
        )


def _named(stages: Sequence[Text]) -> Text:
    return Text("{stages}布局方案", "{stages} layout plan").format(stages=COMMA.join(stages))


def _alone(found: LayoutResult) -> StagesResult:
    return StagesResult(
        plan=found.plan,
        stages=(found,),
        investment=_by_stage([found]),
        warnings=found.warnings,
        problem=found.problem,
        solution=found.solution,
    )


def _by_stage(results: Sequence[LayoutResult]) -> pl.DataFrame:
    frames = [one.investment.select(pl.lit(one.problem.stage).alias("stage"), pl.all()) for one in results]
    return pl.concat(frames)


def _wishes_of(district: District, stages: Sequence[str], wishes: LayoutWishes) -> list[LayoutWishes]:
    """Return the wishes of each stage: locks and bans of its own sites.

    Raises
    ------
    UsageError
        For no stage, or one that is given twice.
    InputError
        Naming every lock and ban on a site that no stage has.
    """
    if not stages or len(set(stages)) < len(stages):
        raise UsageError(Text("学段应至少一个，且不重复", "give one stage or more, each once"))
    own = {stage: sites_of(district, stage) for stage in stages}
    refuse_unknown(wishes, {code for codes in own.values() for code in codes})
    return [
        replace(
            wishes,
            stage=stage,
            locked={code: kind for code, kind in wishes.locked.items() if code in codes},
            forbidden=frozenset(pair for pair in wishes.forbidden if pair[0] in codes),
        )
        for stage, codes in own.items()
    ]
