"""What a layout means year by year, as tables: schedule, investment, places, and what is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.forecast.demand import shares_of
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.planners.layout.constraints import chosen_courses, places_of
from junheng.planners.layout.course import BATCHES, BRANCH, BUY_BACK, CLOSE, EXPAND, MERGE, OPEN
from junheng.planners.layout.problem import LayoutProblem
from junheng.planners.layout.search import Layout
from junheng.standards.lookup import StandardOnDate

_BATCH_OF = {
    OPEN: "build",
    EXPAND: "expand",
    BRANCH: "upgrade",
    MERGE: "upgrade",
    CLOSE: "upgrade",
    BUY_BACK: "make_inclusive",
}


def schedule(
    problem: LayoutProblem, layout: Layout, *, names: Sequence[str], brought_in: frozenset[str]
) -> pl.DataFrame:
    """Return the Gantt table: ``site, name, kind, batch, partner, from_year, in_use, classes, yuan``.

    ``from_year`` is the budget year in which money is first spent (the school year before the first planned one is the
    first), ``in_use`` the school year from which it holds.
    """
    rows = []
    for site, course in chosen_courses(problem, layout.choice):
        if course.year is None:
            continue
        spent = [problem.years[0] - 1 + s for s, yuan in enumerate(course.spend_yuan) if yuan > 0]
        batch = (
            "bring_in"
            if problem.sites[site] in brought_in and course.kind == OPEN
            else _BATCH_OF[course.kind]
        )
        rows.append(
            {
                "site": problem.sites[site],
                "name": names[site],
                "kind": course.kind,
                "batch": batch,
                "partner": None if course.partner is None else problem.sites[course.partner],
                "from_year": min(spent, default=problem.years[course.year] - 1),
                "in_use": problem.years[course.year],
                "classes": course.classes,
                "yuan": sum(course.spend_yuan),
            }
        )
    schema = {
        **dict.fromkeys(("site", "name", "kind", "batch", "partner"), pl.String),
        **dict.fromkeys(("from_year", "in_use", "classes"), pl.Int64),
        "yuan": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema).sort("from_year", "in_use", "site", maintain_order=True)


def investment(problem: LayoutProblem, layout: Layout, timetable: pl.DataFrame) -> pl.DataFrame:
    """Return the investment table: one row a batch and budget year, ``batch, year, projects, yuan``."""
    batch_of = dict(zip(timetable["site"].to_list(), timetable["batch"].to_list(), strict=True))
    rows = [
        {"batch": batch_of[problem.sites[site]], "year": problem.years[0] - 1 + s, "yuan": yuan}
        for site, course in chosen_courses(problem, layout.choice)
        for s, yuan in enumerate(course.spend_yuan)
        if yuan > 0
    ]
    schema = {"batch": pl.String, "year": pl.Int64, "yuan": pl.Float64}
    frame = (
        pl.DataFrame(rows, schema=schema)
        .group_by("batch", "year")
        .agg(projects=pl.len().cast(pl.Int64), yuan=pl.col("yuan").sum())
    )
    order = {batch: i for i, batch in enumerate(BATCHES)}
    rank = pl.col("batch").replace_strict(order, return_dtype=pl.Int64)
    return frame.sort(rank, "year").select("batch", "year", "projects", "yuan")


def years_table(problem: LayoutProblem, layout: Layout) -> pl.DataFrame:
    """Return one row a year and scenario: ``year, scenario, children, places, unserved, mean_km``."""
    held = places_of(problem, layout.choice).sum(axis=1)
    unserved = layout.service.unserved(problem).sum(axis=1)
    way = layout.service.pupils * problem.km[layout.service.home, layout.service.site]
    km = np.bincount(layout.service.slot, way, problem.n_slots)
    served = np.bincount(layout.service.slot, layout.service.pupils, problem.n_slots)
    rows = [
        {
            "year": problem.years[problem.slot_year[slot]],
            "scenario": problem.scenarios[slot % len(problem.scenarios)],
            "children": int(problem.by_slot[slot].sum()),
            "places": int(held[problem.slot_year[slot]]),
            "unserved": int(unserved[slot]),
            "mean_km": float(km[slot] / served[slot]) if served[slot] else None,
        }
        for slot in range(problem.n_slots)
    ]
    return pl.DataFrame(rows)


def sites_table(problem: LayoutProblem, layout: Layout, *, names: Sequence[str]) -> pl.DataFrame:
    """Return one row a site, year and scenario: ``site, name, year, scenario, places, pupils``."""
    held, load = places_of(problem, layout.choice), layout.service.load(problem)
    rows: list[dict[str, Any]] = [
        {
            "site": code,
            "name": names[site],
            "year": problem.years[problem.slot_year[slot]],
            "scenario": problem.scenarios[slot % len(problem.scenarios)],
            "places": int(held[problem.slot_year[slot], site]),
            "pupils": int(load[slot, site]),
        }
        for site, code in enumerate(problem.sites)
        for slot in range(problem.n_slots)
    ]
    return pl.DataFrame(rows)


def handover(problem: LayoutProblem, layout: Layout, district: District) -> pl.DataFrame:
    """Return what mergers hand over: ``school, into, year, pupils, teachers``, for the exchange planner to balance."""
    if problem.stage == PRESCHOOL:
        frame = district.table("kindergartens").select(
            school="kindergarten", pupils="children", teachers="teachers"
        )
    else:
        frame = district.table("stages").filter(pl.col("stage") == problem.stage)
    row_of = {row["school"]: row for row in frame.iter_rows(named=True)}
    rows = [
        {
            "school": problem.sites[site],
            "into": problem.sites[course.partner],
            "year": problem.years[course.year],
            "pupils": row_of[problem.sites[site]]["pupils"],
            "teachers": row_of[problem.sites[site]]["teachers"],
        }
        for site, course in chosen_courses(problem, layout.choice)
        if course.kind == MERGE and course.partner is not None and course.year is not None
    ]
    schema = {
        "school": pl.String,
        "into": pl.String,
        **dict.fromkeys(("year", "pupils", "teachers"), pl.Int64),
    }
    return pl.DataFrame(rows, schema=schema)


def demand_table(problem: LayoutProblem, district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Return the children that were planned for, as the table ``demand`` has them, beside how a forecast shared them.

    Returns
    -------
    polars.DataFrame
        ``home, stage, year, scenario, children``, and today's ``school``, ``children_now`` and ``share`` of its
        catchment's children; see `junheng.forecast.demand.shares_of`.
    """
    years, scenarios, homes = problem.demand.shape
    rows = pl.DataFrame(
        {
            "home": np.tile(problem.homes, years * scenarios),
            "stage": [problem.stage] * problem.demand.size,
            "year": np.repeat(problem.years, scenarios * homes),
            "scenario": np.tile(np.repeat(problem.scenarios, homes), years),
            "children": problem.demand.ravel(),
        }
    )
    return rows.join(
        shares_of(district, standard, problem.stage), on="home", how="left", maintain_order="left"
    )
