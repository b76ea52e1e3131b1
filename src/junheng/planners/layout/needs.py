"""What the records must have before a layout can be planned; all that is absent is said at once."""

from __future__ import annotations

import polars as pl

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.forecast.intake import FEWEST_YEARS, stages_of
from junheng.measure.preschool import STAGE as PRESCHOOL
from junheng.planners.layout.future import FORECAST, TABLE
from junheng.planners.schools import zoned_schools
from junheng.text import Text


def lacks_forecast(district: District, stage: str) -> Problem | None:
    """Return what to say where the records do not suffice to forecast the children of a stage; `None` where they do."""
    rolls = district.table("rolls").filter(pl.col("stage") == stage)
    if rolls["year"].n_unique() >= FEWEST_YEARS and stage in stages_of(district):
        return None
    return Problem(
        code="needed-for-layout",
        severity="error",
        place=Place(sheet="demand"),
        found=Text(
            "没有该学段的分年需求，也没有至少 {n} 个学年（含本学年）的在校生",
            "no demand of the stage, nor rolls of at least {n} school years with the present one",
        ).format(n=FEWEST_YEARS),
        expected=Text(
            "分年需求，或可供预测的在校生（表“在校生”）",
            "children to come by home, year and scenario, or rolls to forecast them from",
        ),
        remedy=Text(
            "补填两表之一：布局规划要知道以后各年的儿童",
            "Fill one of the two tables in: the layout cannot be planned without the children of later years",
        ),
    )


def sites_of(district: District, stage: str) -> set[str]:
    """Return the codes of everything that the layout of a stage can decide on: schools and candidate sites."""
    candidates = district.table("candidates").filter(pl.col("stage") == stage)["candidate"].to_list()
    if stage == PRESCHOOL:
        return {*district.table("kindergartens")["kindergarten"].to_list(), *candidates}
    return {*zoned_schools(district, stage), *candidates}


def require_tables(district: District, stage: str, *, demand: str | None = None) -> None:
    """Raise `InputError` naming every table without which the layout of a stage cannot be planned.

    Children to come may be given or forecast; see `junheng.planners.layout.coming`.
    """
    wanted = {
        "homes": Text("居住单元", "homes"),
        "stages": Text("学段年报", "the annual return of each school stage"),
        "catchments": Text("现行学区", "the catchments in force"),
    }
    if demand == TABLE:
        wanted["demand"] = Text("分年需求", "children to come by home, year and scenario")
    problems = [needs(name, what) for name, what in wanted.items() if not _has(district, name, stage)]
    if demand == FORECAST or (demand is None and not _has(district, "demand", stage)):
        lacking = lacks_forecast(district, stage)
        problems += [] if lacking is None else [lacking]
    if problems:
        raise InputError(problems)


def _has(district: District, name: str, stage: str) -> bool:
    frame = district.table(name)
    return bool((frame["stage"] == stage).any()) if "stage" in frame.columns else frame.height > 0


def needs(table: str, what: Text) -> Problem:
    """Return what to say where a table has nothing of the stage."""
    return Problem(
        code="needed-for-layout",
        severity="error",
        place=Place(sheet=table),
        found=Text("没有该学段的数据", "no data of the stage"),
        expected=what,
        remedy=Text("布局规划需要这些数据，请补填", "The layout cannot be planned without it: fill it in"),
    )
