"""The peer of read_workbook: the same workbook through openpyxl and pandas, the same main checks in pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl  # noqa: F401 - pandas imports it when it reads, inside the time
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from junheng.district.columns import Column, tables


def read_and_check(file: Path) -> int:
    """Read every sheet and return how many problems the checks find."""
    texts = {column.label.zh: str for one in tables().values() for column in one if column.type == "text"}
    sheets = pd.read_excel(file, engine="openpyxl", sheet_name=None, dtype=texts)
    frames = {}
    problems = 0
    kept = [one for one in tables().values() if one.label.zh in sheets]
    for one in kept:
        frame = sheets[one.label.zh].rename(columns={column.label.zh: column.name for column in one})
        problems += sum(column.is_required and column.name not in frame for column in one)
        for column in one:
            if column.name in frame:
                frame[column.name], wrong = _cleaned(column, frame[column.name])
                problems += wrong
        problems += int(frame.duplicated(list(one.key)).sum())
        frames[one.name] = frame
    return problems + _references(frames) + _sums(frames) + _shapes(frames) + _zones(frames)


def _cleaned(column: Column, series: pd.Series) -> tuple[pd.Series, int]:
    """Check one column as a script would: type, range, list, required."""
    wrong = int(series.isna().sum()) if column.is_required else 0
    given = series.notna()
    if column.type in ("integer", "number"):
        numbers = pd.to_numeric(series, errors="coerce")
        wrong += int((numbers.isna() & given).sum())
        wrong += int((numbers < column.minimum).sum()) if column.minimum is not None else 0
        wrong += int((numbers > column.maximum).sum()) if column.maximum is not None else 0
        if column.type == "integer":
            wrong += int((numbers.notna() & (numbers % 1 != 0)).sum())
        return numbers, wrong
    texts = series.astype("string").str.strip()
    if column.type == "enum":
        codes = {wording: choice.code for choice in column.choices for wording in (choice.code, *choice.text)}
        listed = texts.map(codes)
        return listed, wrong + int((listed.isna() & given).sum())
    if column.type == "geometry":
        shapes = shapely.from_wkt(texts[given].to_numpy(dtype=object), on_invalid="ignore")
        wrong += int((~shapely.is_valid(shapes)).sum())
    return texts, wrong


def _references(frames: dict[str, pd.DataFrame]) -> int:
    wrong = 0
    for table, frame in frames.items():
        for column in tables()[table]:
            if column.refers_to is not None and column.name in frame:
                target, name = column.refers_to
                given = frame[column.name].dropna()
                wrong += int((~given.isin(frames[target][name])).sum())
    return wrong


def _sums(frames: dict[str, pd.DataFrame]) -> int:
    """Compare classes with rolls of the year and with the annual return."""
    year = int(frames["district"]["year"].iloc[0])
    grade = ["school", "stage", "grade"]
    rolls = frames["rolls"][frames["rolls"]["year"] == year].groupby(grade)["pupils"].sum()
    classes = frames["classes"].groupby(grade)["pupils"].sum()
    stage = frames["stages"].set_index(["school", "stage"])["pupils"]
    by_stage = frames["classes"].groupby(["school", "stage"])["pupils"].sum()
    return int((classes.sub(rolls, fill_value=0) != 0).sum()) + int((by_stage.sub(stage).dropna() != 0).sum())


def _shapes(frames: dict[str, pd.DataFrame]) -> int:
    """Check polygons (valid, not overlapping, around their point) and points (inside the district)."""
    homes, facts = frames["homes"], frames["district"].iloc[0]
    given = homes[homes["polygon"].notna()]
    shapes = shapely.from_wkt(given["polygon"].to_numpy(dtype=object), on_invalid="ignore")
    points = shapely.points(given["lon"].to_numpy(), given["lat"].to_numpy())
    wrong = int((~shapely.is_valid(shapes)).sum()) + int((~shapely.covers(shapes, points)).sum())
    wrong += int(not shapely.coverage_is_valid(shapes))
    for name in ("homes", "schools"):
        inside = frames[name]["lon"].between(facts["west"], facts["east"])
        inside &= frames[name]["lat"].between(facts["south"], facts["north"])
        wrong += int((~inside & frames[name]["lon"].notna()).sum())
    return wrong


def _zones(frames: dict[str, pd.DataFrame]) -> int:
    """Check that homes, and the zone of each school and stage, are connected."""
    homes, pairs = frames["homes"], frames["neighbours"]
    number = dict(zip(homes["home"], range(len(homes)), strict=True))
    ends = pairs["home"].map(number).to_numpy(), pairs["neighbour"].map(number).to_numpy()
    wrong = _parts(*ends, len(homes)) - 1
    for _, zone in frames["catchments"].groupby("stage"):
        school = zone.set_index("home")["school"].reindex(homes["home"]).to_numpy(dtype=object)
        same = school[ends[0]] == school[ends[1]]
        wrong += _parts(ends[0][same], ends[1][same], len(homes)) - zone["school"].nunique()
    return wrong


def _parts(first: Any, second: Any, n: int) -> int:
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(n, n))
    return int(connected_components(graph.tocsr(), directed=False)[0])
