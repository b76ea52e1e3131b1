"""Zones that somebody drew in a spreadsheet: a CSV of homes and schools, read as a proposal to compare."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from junheng.district.columns import table
from junheng.errors import InputError, Place, Problem, UsageError
from junheng.text import Text

_COLUMNS = ("home", "school")
MOST_BYTES = 64 * 1024 * 1024
"""A proposal is two codes a home; a larger file is something else."""


def read_zones(path: Path) -> pl.DataFrame:
    """Read a proposal for one stage.

    Parameters
    ----------
    path
        A CSV in UTF-8 whose header names the columns ``home`` and ``school`` of the table ``catchments``, by name or
        by their Chinese or English label; other columns are not read.

    Returns
    -------
    polars.DataFrame
        ``home, school``, one row a line. Whether the codes exist is seen when the plan is applied.

    Raises
    ------
    InputError
        Naming every line without a home or a school.
    UsageError
        If the file cannot be read, or has no such columns.
    """
    rows = _rows(path)
    header = rows[0] if rows else []
    at = [_position(header, name, path) for name in _COLUMNS]
    found, problems = [], []
    for number, row in enumerate(rows[1:], start=2):
        values = tuple(row[i].strip() if i < len(row) else "" for i in at)
        if all(values):
            found.append(values)
        elif any(cell.strip() for cell in row):
            problems.append(_incomplete(path, number))
    if problems:
        raise InputError(problems)
    return _frame(found)


def zones_frame(zones: Mapping[str, str]) -> pl.DataFrame:
    """Return a proposal that is given as the school of each home, as `read_zones` returns one."""
    return _frame(list(zones.items()))


def _frame(pairs: list[tuple[str, ...]]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")


def _rows(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                Text(f"{path.name} 过大，不是划片方案", f"{path.name} is too large to be a proposal of zones")
            )
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(
            Text(f"无法读取划片方案 {path.name}：{error}", f"cannot read the proposal {path.name}: {error}")
        ) from error


def _position(header: list[str], name: str, path: Path) -> int:
    label = table("catchments").column(name).label
    known = {name, label.zh, label.en.lower()}
    for position, cell in enumerate(header):
        if cell.strip().lower() in known:
            return position
    raise UsageError(
        Text(
            f"{path.name} 缺少列“{label.zh}”（{name}）：第一行应为列名",
            f"{path.name} has no column “{label.en}” ({name}): the first line must name the columns",
        )
    )


def _incomplete(path: Path, number: int) -> Problem:
    return Problem(
        code="zone-incomplete",
        severity="error",
        place=Place(file=path.name, row=number),
        found=Text("缺居住单元或学校", "no home or no school"),
        expected=Text("居住单元代码和学校代码", "the code of a home and of a school"),
        remedy=Text("补填，或删去这一行", "Fill it in, or delete the line"),
    )
