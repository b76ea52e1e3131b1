"""A real district that nobody here made: eleven primary schools of Baltimore County, 2015.

The county's boundary committee published planning blocks with the pupils who live in them, the zones in force
and its own options. The files are not part of the project; this module reads them from a folder.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.text import Text

STAGE = "primary"
OPTIONS = {
    "committee_option_1": Text("委员会方案一", "committee option 1"),
    "committee_option_A": Text("委员会方案甲", "committee option A"),
}
"""The committee's proposals, by their property in the file."""

STANDARD_DATE = date(2026, 9, 1)
"""The national standard was not in force in 2015: the district is measured as if it stood today."""

_SLIVER_DEGREES = 1e-6
"""Radius, about ten centimetres, given to a block that the file holds without any area."""

_TODAY = "zone_2015"
_YEAR = 2015


def read_baltimore(folder: Path) -> tuple[District, dict[str, pl.DataFrame]]:
    """Read the district and the committee's options.

    Parameters
    ----------
    folder
        Holds ``blocks.geojson`` and ``schools.csv``.

    Returns
    -------
    tuple
        The District with the zones of 2015, and for each key of `OPTIONS` its zones (``home, school``).
        Enrolment is not in the files: ``stages.pupils`` is the number of pupils who live in the school's zone.

    Raises
    ------
    UsageError
        If the folder does not hold the two files.
    """
    blocks, schools = _blocks(folder), _schools(folder)
    homes = [block["properties"]["block"] for block in blocks]
    living = [block["properties"]["pupils_k5"] for block in blocks]
    today = [block["properties"][_TODAY] for block in blocks]
    residents = pl.DataFrame({"school": today, "n": living}).group_by("school").agg(pl.col("n").sum())
    by_school = dict(residents.iter_rows())
    names = [school["school"] for school in schools]
    district = District.of(
        {
            "district": pl.DataFrame(
                {
                    "district": ["bcps-sw-2015"],
                    "name": ["Baltimore County, south-west area"],
                    "year": [_YEAR],
                    "crs": ["WGS-84"],
                }
            ),
            "schools": pl.DataFrame(
                {
                    "school": names,
                    "name": names,
                    "kind": ["primary"] * len(names),
                    "lon": [float(school["lon"]) for school in schools],
                    "lat": [float(school["lat"]) for school in schools],
                }
            ),
            "stages": pl.DataFrame(
                {
                    "school": names,
                    "stage": [STAGE] * len(names),
                    "pupils": [by_school[name] for name in names],
                    "capacity_pupils": [int(school["capacity"]) for school in schools],
                }
            ),
            "homes": pl.DataFrame({"home": homes, "polygon": [_wkt(block["geometry"]) for block in blocks]}),
            "children": pl.DataFrame(
                {
                    "home": homes,
                    "year": [_YEAR] * len(homes),
                    "stage": [STAGE] * len(homes),
                    "children": living,
                }
            ),
            "catchments": pl.DataFrame({"stage": [STAGE] * len(homes), "home": homes, "school": today}),
        }
    )
    options = {
        key: pl.DataFrame({"home": homes, "school": [block["properties"][key] for block in blocks]})
        for key in OPTIONS
    }
    return district, options


def _blocks(folder: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(_text(folder, "blocks.geojson"))["features"]
    return features


def _schools(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(folder, "schools.csv").splitlines()))


def _text(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            Text(
                f"文件夹 {folder} 中没有 {name}：请把 JUNHENG_DATA 指向真实数据文件夹",
                f"the folder {folder} has no {name}: point JUNHENG_DATA at the folder of real data",
            )
        ) from error


def _wkt(geometry: dict[str, Any]) -> str:
    """Return a block's polygon, mended: six cross themselves in the file, one is a sliver of no area."""
    import shapely  # noqa: PLC0415 - only for the real district

    shape = shapely.geometry.shape(geometry)
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty:
        mended = shapely.buffer(shapely.multipoints(shapely.get_coordinates(shape)), _SLIVER_DEGREES)
    text: str = shapely.to_wkt(mended, rounding_precision=-1)
    return text
