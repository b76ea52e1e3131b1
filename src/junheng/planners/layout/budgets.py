"""How much each year may spend on building: what people ask for, else what the table ``budgets`` has."""

from __future__ import annotations

import numpy as np

from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.planners.arrays import FloatArray
from junheng.text import Text

WISH, TABLE, NONE = "wish", "table", "none"
FROM = {
    WISH: Text("由人指定，每年相同", "asked for, the same every year"),
    TABLE: Text("表“年度预算”的建设资金", "the building money of the table “budgets”"),
    NONE: Text("未设上限", "no limit"),
}
"""Where the budgets of a plan came from, by a stable code."""


def budgets_of(
    district: District, years: tuple[int, ...], *, wish_yuan: float | None
) -> tuple[FloatArray, str]:
    """Return the most investment of each budget year, shape (years,), and a key of `FROM`.

    The first budget year is the one before the first planned year. Years without a limit are infinite.

    Raises
    ------
    InputError
        If the table has building money for some of the budget years only: absent is not nothing.
    """
    if wish_yuan is not None:
        return np.full(len(years), float(wish_yuan)), WISH
    recorded = district.table("budgets").select("year", "building_yuan").drop_nulls()
    money: dict[int, float] = dict(recorded.iter_rows())
    wanted = [year - 1 for year in years]
    if not any(year in money for year in wanted):
        return np.full(len(years), np.inf), NONE
    absent = [year for year in wanted if year not in money]
    if absent:
        raise InputError([_gap(absent)])
    return np.array([money[year] for year in wanted]), TABLE


def _gap(absent: list[int]) -> Problem:
    return Problem(
        code="budget-years",
        severity="error",
        place=Place(sheet="budgets", key=", ".join(map(str, absent))),
        found=Text("没有建设资金", "no building money"),
        expected=Text("每个预算年度一个数", "a number for every budget year"),
        remedy=Text(
            "补填各年（没有钱填 0），或全部留空表示不限，或另行指定每年上限",
            "Fill the years in (0 where there is no money), leave all of them empty for no limit, or ask for one limit",
        ),
    )
