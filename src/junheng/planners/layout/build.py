"""From a District and what people wish to a layout problem; whatever it needs and lacks is said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from junheng.district.model import District
from junheng.errors import InfeasibleError, InputError, Place, Problem, UsageError
from junheng.measure.seven import COMPULSORY
from junheng.planners.layout.budgets import budgets_of
from junheng.planners.layout.coming import future_of
from junheng.planners.layout.course import KINDS, Course
from junheng.planners.layout.future import Future
from junheng.planners.layout.menu import Rules, menu_of
from junheng.planners.layout.needs import require_tables
from junheng.planners.layout.problem import NO_SCHOOL, LayoutProblem
from junheng.planners.layout.records import Records, records_of
from junheng.planners.layout.settings import LayoutSettings, Limits
from junheng.planners.layout.travel import Travel, travel_of
from junheng.planners.schools import zoned_schools
from junheng.progress import Progress, silent
from junheng.standards.lookup import StandardOnDate
from junheng.standards.standard import Standard
from junheng.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutWishes:
    """What people fix before the planner begins.

    Attributes
    ----------
    stage
        ``primary`` or ``junior``.
    locked
        Site to kind of course (`junheng.planners.layout.course.KINDS`): nothing else may happen to it.
    forbidden
        Pairs of site and kind that must not happen.
    budget_yuan
        Most investment of every budget year; `None` for the building money of the table ``budgets``, if any.
    years
        The planned school years; `None` for all of the table ``demand``, or five of a forecast.
    demand
        Whence the children to come: ``table``, ``forecast``, or `None` for the table where it has the stage.
    """

    stage: str
    locked: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    forbidden: frozenset[tuple[str, str]] = frozenset()
    budget_yuan: float | None = None
    years: tuple[int, ...] | None = None
    demand: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the wishes for JSON, in one order."""
        return {
            "stage": self.stage,
            "locked": dict(sorted(self.locked.items())),
            "forbidden": sorted(map(list, self.forbidden)),
            "budget_yuan": self.budget_yuan,
            "years": None if self.years is None else list(self.years),
            "demand": self.demand,
        }


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
    if wishes.stage not in COMPULSORY:
        raise UsageError(
            Text(f"学段应为 {'、'.join(COMPULSORY)}", f"the stage must be one of {', '.join(COMPULSORY)}")
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
    _refuse_unknown(wishes, records)
    rules = rules_of(today, wishes.stage, years=future.years, settings=settings)
    menus, closed_to = _menus(records, rules, wishes)
    budget_yuan, budget_from = budgets_of(district, future.years, wish_yuan=wishes.budget_yuan)
    return LayoutProblem(
        stage=wishes.stage,
        sites=travel.sites,
        homes=travel.homes,
        years=future.years,
        scenarios=future.scenarios,
        weight=future.weight,
        courses=menus,
        demand=_demand(future, travel),
        km=travel.km,
        allowed=travel.allowed,
        transport_yuan=settings.transport_yuan_per_km * np.maximum(travel.km - travel.radius_km, 0.0),
        present=present,
        budget_yuan=budget_yuan,
        budget_from=budget_from,
        demand_from=future.source,
        notices=future.notices,
        closed_to=closed_to,
    )


def rules_of(
    standard: StandardOnDate, stage: str, *, years: tuple[int, ...], settings: LayoutSettings
) -> Rules:
    """Return what every menu depends on: grades and class size are the standard's."""
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


def _menus(
    records: Records, rules: Rules, wishes: LayoutWishes
) -> tuple[tuple[tuple[Course, ...], ...], tuple[Mapping[str, str], ...]]:
    menus, closed, problems = [], [], []
    for site in records.sites:
        locked = wishes.locked.get(site.code)
        forbidden = frozenset(kind for code, kind in wishes.forbidden if code == site.code)
        menu, reasons = menu_of(site, rules, locked=locked, forbidden=forbidden)
        if not menu:
            problems.append(_nothing_left(site.code, locked, reasons))
        menus.append(menu)
        closed.append(reasons)
    if problems:
        raise InfeasibleError(problems)
    return tuple(menus), tuple(closed)


def _nothing_left(code: str, locked: str | None, reasons: Mapping[str, str]) -> Problem:
    kind = Text("", "") if locked is None else KINDS[locked]
    why = reasons.get(locked or "", "forbidden")
    return Problem(
        code="nothing-left-to-do",
        severity="error",
        place=Place(key=code),
        found=Text(
            "{kind}不可行（{why}），其余均被排除", "{kind} cannot be ({why}), and all else is ruled out"
        ).format(kind=kind, why=why),
        expected=Text("至少一种可行的安排", "at least one thing that may happen to the site"),
        remedy=Text("取消该校的这一条锁定，或取消一条禁止", "Drop this lock, or one of the bans on the site"),
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


def _refuse_unknown(wishes: LayoutWishes, records: Records) -> None:
    problems = list(_unknown([*wishes.locked.items(), *sorted(wishes.forbidden)], records))
    if problems:
        raise InputError(problems)


def _unknown(pairs: list[tuple[str, str]], records: Records) -> Iterator[Problem]:
    known = {site.code for site in records.sites}
    for code, kind in pairs:
        if code not in known or kind not in KINDS:
            yield Problem(
                code="unknown-in-wish",
                severity="error",
                place=Place(key=f"{code}={kind}"),
                found=Text("没有这个地点或这种安排", "no such site, or no such kind"),
                expected=Text("地点代码=", "site code = ").joined("", Text.same(" | ".join(KINDS))),
                remedy=Text("请核对代码", "Check the codes"),
            )
