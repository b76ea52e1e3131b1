"""From a District and what people wish to a layout problem; whatever it needs and lacks is said at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.measure.seven import COMPULSORY
from junheng.planners.layout.budgets import budgets_of
from junheng.planners.layout.coming import future_of
from junheng.planners.layout.future import Future
from junheng.planners.layout.kindergartens import preschool_problem, preschool_rules
from junheng.planners.layout.menu import Rules
from junheng.planners.layout.menus import menus_of
from junheng.planners.layout.needs import require_tables
from junheng.planners.layout.problem import NO_SCHOOL, Land, LayoutProblem
from junheng.planners.layout.records import records_of
from junheng.planners.layout.settings import LayoutSettings, Limits
from junheng.planners.layout.travel import Travel, travel_of
from junheng.planners.layout.wishes import LayoutWishes, refuse_unknown
from junheng.planners.schools import zoned_schools
from junheng.progress import Progress, silent
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.text import Text


def layout_problem(
    district: District,
    standard: Standard,
    *,
    wishes: LayoutWishes,
    settings: LayoutSettings,
    on: date,
    progress: Progress = silent,
) -> LayoutProblem:
    """Return the numeric problem of a District's stage; see `junheng.planners.layout.planner`.

    Raises
    ------
    InputError
        Naming every record that is absent.
    InfeasibleError
        Naming every site for which the wishes leave nothing.
    """
    if wishes.stage == PRESCHOOL:
        return preschool_problem(district, standard.on(on), wishes=wishes, settings=settings)
    if wishes.stage not in COMPULSORY:
        stages = (PRESCHOOL, *COMPULSORY)
        raise UsageError(
            Text(f"学段应为 {'、'.join(stages)}", f"the stage must be one of {', '.join(stages)}")
        )
    require_tables(district, wishes.stage, demand=wishes.demand)
    today = standard.on(on)
    schools = zoned_schools(district, wishes.stage)
    future = future_of(
        district,
        standard,
        stage=wishes.stage,
        years=wishes.years,
        demand=wishes.demand,
        on=on,
        progress=progress,
    )
    travel = travel_of(district, today, stage=wishes.stage, schools=schools, settings=settings)
    present = _present(district, wishes.stage, travel)
    travel = travel.keeping(present)
    records = records_of(
        district, today, stage=wishes.stage, travel=travel, present=present, settings=settings
    )
    refuse_unknown(wishes, {site.code for site in records.sites})
    rules = rules_of(today, wishes.stage, years=future.years, settings=settings)
    menus = menus_of(records.sites, rules, wishes)
    budget_yuan, budget_from = budgets_of(district, future.years, wish_yuan=wishes.budget_yuan)
    return LayoutProblem(
        stage=wishes.stage,
        sites=travel.sites,
        homes=travel.homes,
        years=future.years,
        scenarios=future.scenarios,
        weight=future.weight,
        courses=menus.courses,
        demand=_demand(future, travel),
        km=travel.km,
        allowed=travel.allowed,
        transport_yuan=settings.transport_yuan_per_km * np.maximum(travel.km - travel.radius_km, 0.0),
        present=present,
        budget_yuan=budget_yuan,
        land=tuple(
            Land(school=site.code, sites=(j,), classes=site.most_classes - site.classes)
            for j, site in enumerate(records.sites)
            if site.most_classes is not None
        ),
        budget_from=budget_from,
        demand_from=future.source,
        notices=future.notices,
        closed_to=menus.closed_to,
        anyway=menus.anyway,
    )


def rules_of(
    standard: StandardOnDate, stage: str, *, years: tuple[int, ...], settings: LayoutSettings
) -> Rules:
    """Return what every menu depends on: grades and class size are the standard's."""
    if stage == PRESCHOOL:
        return preschool_rules(standard, years=years, settings=settings)
    first = int(standard.value("schooling.first_grade", stage=stage).number)
    last = int(standard.value("schooling.last_grade", stage=stage).number)
    size = int(standard.value("size.class.design", stage=stage).number)
    return Rules(
        years=years,
        grades=last - first + 1,
        class_size=size,
        settings=settings,
        limits=Limits.of(settings, standard, stage),
    )


def _demand(future: Future, travel: Travel) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Put the children in the order of the homes; homes that the forecast does not name have none to come."""
    position = {code: i for i, code in enumerate(future.homes)}
    order = [position[code] for code in travel.homes]
    return future.children[:, :, order]


def _present(district: District, stage: str, travel: Travel) -> np.ndarray[Any, np.dtype[np.int64]]:
    site_at = {code: j for j, code in enumerate(travel.sites)}
    zones = district.table("catchments").filter(pl.col("stage") == stage)
    school = dict(zip(zones["home"].to_list(), zones["school"].to_list(), strict=True))
    return np.array([site_at.get(school.get(home, ""), NO_SCHOOL) for home in travel.homes], np.int64)
