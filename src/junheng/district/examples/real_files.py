"""What readers of real districts share: a file of a folder with its columns, and a District of rolls alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
from polars.datatypes import DataTypeClass

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text


def columns_of(folder: Path, name: str, schema: Mapping[str, DataTypeClass]) -> pl.DataFrame:
    """Read a CSV file that has exactly these columns.

    Raises
    ------
    UsageError
        If the folder has no such file, or the file other columns.
    """
    try:
        frame = pl.read_csv(folder / name, schema_overrides=dict(schema))
    except OSError as error:
        raise UsageError(
            Text(
                f"文件夹 {folder} 中没有 {name}：请把 JUNHENG_DATA 指向真实数据文件夹",
                f"the folder {folder} has no {name}: point JUNHENG_DATA at the folder of real data",
            )
        ) from error
    if set(frame.columns) != set(schema):
        raise UsageError(
            Text("{file} 的列应为 {columns}", "{file} should have the columns {columns}").format(
                file=name, columns=", ".join(schema)
            )
        )
    return frame


def rolls_only(rolls: pl.DataFrame, *, code: str, name: str) -> District:
    """Return a District of primary schools from their rolls: ``school, year, grade, pupils``."""
    now = int(rolls["year"].max())  # type: ignore[arg-type]
    schools = rolls["school"].unique().sort()
    pupils = rolls.filter(pl.col("year") == now).group_by("school").agg(pl.col("pupils").sum()).sort("school")
    return District.of(
        {
            "district": pl.DataFrame({"district": [code], "name": [name], "year": [now]}),
            "schools": pl.DataFrame({"school": schools, "name": schools, "kind": ["primary"] * len(schools)}),
            "stages": pupils.with_columns(stage=pl.lit("primary")),
            "rolls": rolls.with_columns(stage=pl.lit("primary")),
        }
    )
