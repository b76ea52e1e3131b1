"""The children to come as arrays: whole years, every scenario, every home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from junheng.district.columns import choices
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.planners.arrays import FloatArray, IntArray
from junheng.planners.problems import problem_of
from junheng.text import Text

WEIGHTS = {"low": 0.25, "medium": 0.5, "high": 0.25}
"""How much each scenario counts in the expected costs of transport, where it is given."""
TABLE, FORECAST, BIRTHS = "table", "forecast", "births"
FROM = {
    TABLE: Text("表“分年需求”", "the table “demand”"),
    FORECAST: Text(
        "由在校生预测：各校人数按片内各居住单元现有儿童和在建住房分摊",
        "forecast from the rolls: each school's pupils shared out over the homes of its catchment, "
        "by their children of today and dwellings being built",
    ),
    BIRTHS: Text(
        "由出生人口推算，按各居住单元出生或现有儿童分摊；高低情景按历年出生和迁移的波动",
        "from the births, shared out over the homes by births or children; low and high as both have varied",
    ),
}
"""Where the children to come were taken from, by a stable code."""
LEAST_YEARS, MOST_YEARS = 3, 10
"""Planned years that make a layout plan."""


@dataclass(frozen=True, eq=False)
class Future:
    """Children of each home by year and scenario.

    Attributes
    ----------
    homes, years, scenarios
        Of the axes of ``children``, shape (years, scenarios, homes).
    weight
        Weight of each scenario, sums to 1.
    source
        A key of `FROM`.
    notices
        What the forecast says that a reader should know.
    """

    homes: tuple[str, ...]
    years: tuple[int, ...]
    scenarios: tuple[str, ...]
    weight: FloatArray
    children: IntArray
    source: str
    notices: tuple[Problem, ...] = ()


def future_from(
    district: District,
    rows: pl.DataFrame,
    *,
    source: str,
    wanted: tuple[int, ...] | None = None,
    notices: tuple[Problem, ...] = (),
) -> Future:
    """Return rows of the table ``demand``, of one stage, as arrays.

    Parameters
    ----------
    wanted
        Years that must all be there; `None` where the rows decide.

    Raises
    ------
    InputError
        If years are missing or not 3 to 10 after the district's, or a home lacks a year or scenario.
    """
    years = tuple(rows["year"].unique().sort().to_list())
    scenarios = tuple(c.code for c in choices("scenario") if (rows["scenario"] == c.code).any())
    homes = tuple(district.table("homes")["home"].to_list())
    first = district.year.start + 1
    wrong = years_problem(years, first) if wanted is None else wanted_problem(wanted, first)
    if wrong is None and wanted is not None and years != wanted:
        wrong = _absent_problem(years, wanted)
    problems = [] if wrong is None else [wrong]
    children = np.full((len(years), len(scenarios), len(homes)), -1, np.int64)
    at = [{code: i for i, code in enumerate(axis)} for axis in (years, scenarios, homes)]
    for year, scenario, home, count in rows.select("year", "scenario", "home", "children").iter_rows():
        if home in at[2]:
            children[at[0][year], at[1][scenario], at[2][home]] = count
    gaps = np.flatnonzero((children < 0).any(axis=(0, 1)))
    if len(gaps):
        problems.append(_gaps_problem([homes[i] for i in gaps.tolist()]))
    if problems:
        raise InputError(problems)
    weight = np.array([WEIGHTS[scenario] for scenario in scenarios])
    return Future(homes, years, scenarios, weight / weight.sum(), children, source, notices)


def _absent_problem(years: tuple[int, ...], wanted: tuple[int, ...]) -> Problem:
    return Problem(
        code="demand-years",
        severity="error",
        place=Place(sheet="demand"),
        found=Text("没有 {years} 学年的儿童", "no children of {years}").format(
            years=", ".join(str(year) for year in wanted if year not in years)
        ),
        expected=Text("规划的每个学年都有", "children of every planned year"),
        remedy=Text("补齐年份，或改用预测", "Add the missing years, or ask for the forecast"),
    )


def years_problem(years: tuple[int, ...], first: int) -> Problem | None:
    """Return what is wrong with the years of the table; `None` for 3 to 10 years without a gap from the first on."""
    if _is_plannable(years, first):
        return None
    return Problem(
        code="demand-years",
        severity="error",
        place=Place(sheet="demand"),
        found=Text.same(", ".join(map(str, years))),
        expected=_plannable(first),
        remedy=Text("补齐或删减年份", "Add the missing years, or take the others out"),
    )


def wanted_problem(wanted: tuple[int, ...], first: int) -> Problem | None:
    """Return what is wrong with the years that are asked for; `None` for 3 to 10 without a gap from the first on."""
    if _is_plannable(wanted, first):
        return None
    return problem_of(
        "planned-years",
        key=f"{wanted[0]}-{wanted[-1]}",
        found=Text("指定的规划学年共 {n} 个", "{n} planned years are asked for").format(n=len(wanted)),
        expected=_plannable(first),
        remedy=Text("请改为如 {years}", "Ask for years such as {years}").format(years=f"{first}-{first + 4}"),
    )


def _is_plannable(years: tuple[int, ...], first: int) -> bool:
    return years == tuple(range(first, first + len(years))) and LEAST_YEARS <= len(years) <= MOST_YEARS


def _plannable(first: int) -> Text:
    return Text(
        f"自 {first} 学年起连续 {LEAST_YEARS} 至 {MOST_YEARS} 年",
        f"{LEAST_YEARS} to {MOST_YEARS} years without a gap from {first} on",
    )


def _gaps_problem(homes: list[str]) -> Problem:
    return Problem(
        code="demand-gaps",
        severity="error",
        place=Place(sheet="demand", key=", ".join(homes[:8])),
        found=Text(f"{len(homes)} 个居住单元缺少年份或情景", f"{len(homes)} homes lack a year or a scenario"),
        expected=Text("每个居住单元每年每个情景一行", "a row for every home, year and scenario"),
        remedy=Text("没有儿童的填 0", "Write 0 where there are no children"),
    )
