"""Add to and take off the figures of a table's rows; what is not there, or would fall below nothing, is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import polars as pl

from junheng.district.columns import table
from junheng.district.model import District
from junheng.errors import InputError, Place, Problem
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that changes.

    Attributes
    ----------
    key
        Key of the row, such as ``(school, stage)``.
    column
        The column of the table.
    by
        What is added to it; below 0 what is taken off.
    where
        The action it belongs to, as people find it in the plan.
    """

    key: tuple[Hashable, ...]
    column: str
    by: float
    where: str


def changed(
    district: District, name: str, changes: Iterable[Change], *, optional: frozenset[str] = frozenset()
) -> District:
    """Return the District with the figures of one table changed.

    Parameters
    ----------
    name
        The table.
    optional
        Columns in which an absent figure stays absent; in any other it is an error, because absent is not zero.

    Raises
    ------
    InputError
        Naming every change of a row that is not there, of a figure that is absent, and every figure that would fall
        below zero.
    """
    frame, keys = district.table(name), table(name).key
    row_of = {key: row for row, key in enumerate(frame.select(keys).rows())}
    sums: dict[str, Counter[int]] = {}
    problems = []
    for change in changes:
        row = row_of.get(change.key)
        if row is None:
            problems.append(_no_row(name, change))
        else:
            sums.setdefault(change.column, Counter())[row] += change.by  # type: ignore[assignment]
    columns = []
    for column, own in sums.items():
        values = frame[column].to_list()
        for row, by in own.items():
            where = "/".join(map(str, frame.select(keys).row(row)))
            value = values[row]
            if value is None:
                problems += [] if column in optional else [_absent(name, column, where)]
            elif value + by < 0:
                problems.append(_below_zero(name, column, where, value=value, by=by))
            else:
                values[row] = value + by
        columns.append(pl.Series(column, values, dtype=pl.Float64))  # `replace` refuses part of a room
    if problems:
        raise InputError(problems)
    return district.replace(**{name: frame.with_columns(columns)}) if columns else district


def _no_row(name: str, change: Change) -> Problem:
    return _problem(
        "no-such-row",
        name,
        change.where,
        found=Text("没有这一行：{key}", "there is no such row: {key}").format(
            key="/".join(map(str, change.key))
        ),
        expected=Text("数据中已有的学校（学段）", "a school (and stage) of the records"),
    )


def _absent(name: str, column: str, where: str) -> Problem:
    return _problem(
        "figure-absent",
        name,
        f"{where} {column}",
        found=Text("该项未填报", "the figure is absent"),
        expected=Text("已填报的数（缺失不等于零）", "a figure to add to (absent is not zero)"),
    )


def _below_zero(name: str, column: str, where: str, *, value: float, by: float) -> Problem:
    return _problem(
        "below-zero",
        name,
        f"{where} {column}",
        found=Text("现有 {value:g}，减 {by:g}", "there are {value:g}; {by:g} would be taken off").format(
            value=value, by=-by
        ),
        expected=Text("不少于所减", "at least as many as are taken off"),
    )


def _problem(code: str, name: str, key: str, *, found: Text, expected: Text) -> Problem:
    return Problem(
        code=code,
        severity="error",
        place=Place(sheet=table(name).label.zh, key=key),
        found=found,
        expected=expected,
        remedy=Text("请改正方案，或按新数据重新编制", "Mend the plan, or plan again from the new records"),
    )
