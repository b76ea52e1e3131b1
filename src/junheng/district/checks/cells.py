"""Checks of single cells of a District built in memory; for files the readers check each cell themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
import shapely

from junheng.district.checks.kit import Check, Finding, check, number
from junheng.district.checks.records import AT, POLYGONAL, Records
from junheng.district.columns import Column, tables
from junheng.district.intake.dates import is_day
from junheng.text import Text

NUMBERS = ("integer", "number")


@check(
    "required-empty",
    "error",
    "必填的单元格为空",
    "A required cell is empty",
    is_cell=True,
)
def required_empty(records: Records) -> Iterator[Finding]:
    """Yield empty cells of required columns."""
    yield from _wrong(
        records,
        lambda column: column.is_required,
        lambda column: _cell(column).is_null(),
        found=lambda _: Text("空单元格", "an empty cell"),
        expected=lambda column: Text("“{label}”必填", "“{label}” is required").format(label=column.label),
        remedy=Text("补填这个单元格", "Fill the cell in"),
    )


@check(
    "out-of-range",
    "error",
    "数字超出该列的允许范围，如负面积",
    "A number is outside the range of its column, such as a negative area",
    is_cell=True,
)
def out_of_range(records: Records) -> Iterator[Finding]:
    """Yield numbers below the minimum or above the maximum of their column, and those that are not finite."""
    yield from _wrong(
        records,
        lambda column: column.type in NUMBERS,
        _is_outside,
        found=lambda value: Text.same(number(value) if np.isfinite(value) else str(value)),
        expected=_between,
        remedy=Text("核对数字、单位与列是否正确", "Check the figure, its unit and its column"),
    )


@check(
    "unknown-choice",
    "error",
    "取值不在该列的选项之内",
    "A value is not among the choices of its column",
    is_cell=True,
)
def unknown_choice(records: Records) -> Iterator[Finding]:
    """Yield values of enumerated columns that are not a known code."""
    yield from _wrong(
        records,
        lambda column: column.type == "enum",
        _is_unknown,
        found=_quoted,
        expected=lambda column: Text("{codes} 之一", "one of {codes}").format(
            codes=", ".join(_codes(column))
        ),
        remedy=Text("改为其中一个代码", "Change it to one of these codes"),
    )


@check(
    "not-a-day",
    "error",
    "不是日期",
    "Not a day of the calendar",
    is_cell=True,
)
def not_a_day(records: Records) -> Iterator[Finding]:
    """Yield values of columns of days that are no day as tables keep it."""
    yield from _wrong(
        records,
        lambda column: column.type == "date",
        _is_no_day,
        found=_quoted,
        expected=lambda _: Text("日期，如 2020-05-01", "a day such as 2020-05-01"),
        remedy=Text("改正日期", "Mend the day"),
    )


@check(
    "bad-geometry",
    "error",
    "边界不是 WKT 多边形，或为空",
    "A boundary is not a WKT polygon, or is empty",
    is_cell=True,
)
def bad_geometry(records: Records) -> Iterator[Finding]:
    """Yield geometry cells that cannot be read as a polygon with an inside."""
    for at, text, shape in _geometries(records):
        if shape is None or shapely.get_type_id(shape) not in POLYGONAL or shapely.is_empty(shape):
            yield Finding(
                table="homes",
                at=at,
                column="polygon",
                found=Text.same(f"“{text[:40]}”"),
                expected=Text("WKT 文本的 POLYGON 或 MULTIPOLYGON", "a POLYGON or MULTIPOLYGON as WKT text"),
                remedy=Text("改正 WKT 文本，或留空", "Mend the WKT text, or leave the cell empty"),
            )


@check(
    "invalid-polygon",
    "error",
    "边界自相交等，无法确定内外",
    "A boundary crosses itself, so that its inside is not certain",
    is_cell=True,
)
def invalid_polygon(records: Records) -> Iterator[Finding]:
    """Yield polygons that are not valid, with the reason."""
    for at, _, shape in _geometries(records):
        if shape is not None and shapely.get_type_id(shape) in POLYGONAL and not shapely.is_valid(shape):
            yield Finding(
                table="homes",
                at=at,
                column="polygon",
                found=Text("无效的多边形（{why}）", "an invalid polygon ({why})").format(
                    why=shapely.is_valid_reason(shape)
                ),
                expected=Text("不自相交的边界", "a boundary that does not cross itself"),
                remedy=Text(
                    "在地理信息软件中用“修复几何”改正", "Mend it with “fix geometries” in a GIS program"
                ),
            )


CHECKS: tuple[Check, ...] = (
    required_empty,
    out_of_range,
    unknown_choice,
    not_a_day,
    bad_geometry,
    invalid_polygon,
)


def _wrong(
    records: Records,
    concerns: Callable[[Column], bool],
    is_wrong: Callable[[Column], pl.Expr],
    *,
    found: Callable[[Any], Text],
    expected: Callable[[Column], Text],
    remedy: Text,
) -> Iterator[Finding]:
    """Yield the wrong cells of the columns concerned, what was found there and expected: one query a table."""
    for name, one in tables().items():
        columns = [column for column in one if concerns(column)]
        if not records.has(name) or not columns:
            continue
        frame = records.frame(name)
        flags = frame.select(is_wrong(column).fill_null(value=False).alias(column.name) for column in columns)
        for column in columns:
            if flags[column.name].any():
                rows = frame.filter(flags[column.name]).select(AT, column.name)
                for at, value in rows.iter_rows():
                    yield Finding(
                        table=name,
                        at=at,
                        column=column.name,
                        found=found(value),
                        expected=expected(column),
                        remedy=remedy,
                    )


def _cell(column: Column) -> pl.Expr:
    return pl.col(column.name)


def _is_outside(column: Column) -> pl.Expr:
    low, high = _range(column)
    return ~_cell(column).is_between(low, high) | ~_cell(column).cast(pl.Float64).is_finite()


def _is_unknown(column: Column) -> pl.Expr:
    return ~_cell(column).is_in(_codes(column))


def _is_no_day(column: Column) -> pl.Expr:
    return _cell(column).is_not_null() & ~_cell(column).map_elements(is_day, return_dtype=pl.Boolean)


def _range(column: Column) -> tuple[float, float]:
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return low, high


def _between(column: Column) -> Text:
    low, high = (_bound(value) for value in _range(column))
    return Text("{low} 至 {high}", "{low} to {high}").format(low=low, high=high)


def _quoted(value: Any) -> Text:
    return Text.same(f"“{value}”")


def _codes(column: Column) -> list[str]:
    return [choice.code for choice in column.choices]


def _geometries(records: Records) -> Iterator[tuple[int, str, shapely.Geometry | None]]:
    for at, text in enumerate(records.frame("homes")["polygon"].to_list()):
        if text is not None:
            yield at, text, records.geometries[at]


def _bound(value: float) -> str:
    return number(value) if np.isfinite(value) else "∞" if value > 0 else "-∞"
