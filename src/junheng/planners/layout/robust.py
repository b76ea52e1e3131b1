"""The price of each scenario: what it costs that one plan must hold under all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from junheng.district.columns import label_of
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.planners.layout.solve import LayoutOptions, solve
from junheng.progress import Progress, silent
from junheng.text import Text


def scenario_prices(
    problem: LayoutProblem, layout: Layout, *, options: LayoutOptions, progress: Progress = silent
) -> pl.DataFrame:
    """Plan for each scenario alone, and compare.

    Returns
    -------
    polars.DataFrame
        One row a scenario: ``scenario, unserved, yuan`` (pupil-years without a place under the common plan, and what
        it costs, if this scenario comes), ``alone_unserved`` and ``alone_yuan`` (of the best plan found for it alone),
        ``alone_bound`` (below which no plan for it alone costs), and ``price_yuan``: how much less it would cost to
        have known. Nothing for one scenario.
    """
    rows = []
    for position, scenario in enumerate(problem.scenarios if len(problem.scenarios) > 1 else ()):
        told = Text("只为“{name}”情景规划", "planning for the scenario “{name}” alone")
        progress(told.format(name=label_of("scenario", scenario)))
        alone = solve(only(problem, position), options=options)
        yuan = cost_under(problem, layout, position)
        rows.append(
            {
                "scenario": scenario,
                "unserved": unserved_under(problem, layout, position),
                "yuan": yuan,
                "alone_unserved": alone.layout.score.unserved_pupils,
                "alone_yuan": alone.layout.score.cost_yuan,
                "alone_bound": alone.bound_yuan,
                "price_yuan": yuan - alone.layout.score.cost_yuan,
            }
        )
    schema = {
        "scenario": pl.String,
        "unserved": pl.Int64,
        "yuan": pl.Float64,
        "alone_unserved": pl.Int64,
        **dict.fromkeys(("alone_yuan", "alone_bound", "price_yuan"), pl.Float64),
    }
    return pl.DataFrame(rows, schema=schema)


def only(problem: LayoutProblem, scenario: int) -> LayoutProblem:
    """Return the problem in which one scenario is sure to come."""
    return replace(
        problem,
        scenarios=(problem.scenarios[scenario],),
        weight=np.ones(1),
        demand=problem.demand[:, scenario : scenario + 1],
    )


def unserved_under(problem: LayoutProblem, layout: Layout, scenario: int) -> int:
    """Return the pupil-years without a place under a layout if one scenario comes."""
    return int(layout.service.unserved(problem)[scenario :: len(problem.scenarios)].sum())


def cost_under(problem: LayoutProblem, layout: Layout, scenario: int) -> float:
    """Return what a layout costs if one scenario comes."""
    service = layout.service
    mine = service.slot % len(problem.scenarios) == scenario
    way = problem.transport_yuan[service.home[mine], service.site[mine]]
    score = layout.score
    return score.building_yuan + score.running_yuan + float((way * service.pupils[mine]).sum())
