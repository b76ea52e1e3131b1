"""A district of homes in a row, 1 km apart along the road, for questions whose answer is plain to see."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from junheng.district.model import District

YEAR = 2026
DEGREE = 0.01


def row_district(
    *,
    pupils: Sequence[int],
    schools: dict[str, int],
    places: Sequence[int],
    present: str,
    **changes: pl.DataFrame,
) -> District:
    """Make homes H0, H1, ... with children of the primary stage.

    Parameters
    ----------
    schools
        Position of the home in which each school stands, by code.
    present
        The school of each home today, one letter a home.
    """
    homes = [f"H{i}" for i in range(len(pupils))]
    codes, at = list(schools), list(schools.values())
    tables = {
        "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [YEAR]}),
        "schools": pl.DataFrame(
            {
                "school": codes,
                "name": codes,
                "kind": ["primary"] * len(codes),
                "lon": [DEGREE * i for i in at],
                "lat": [0.0] * len(codes),
                "home": [homes[i] for i in at],
            }
        ),
        "stages": pl.DataFrame(
            {
                "school": codes,
                "stage": ["primary"] * len(codes),
                "pupils": [0] * len(codes),
                "capacity_pupils": list(places),
            }
        ),
        "homes": pl.DataFrame(
            {"home": homes, "lon": [DEGREE * i for i in range(len(homes))], "lat": [0.0] * len(homes)}
        ),
        "children": pl.DataFrame(
            {
                "home": homes,
                "year": [YEAR] * len(homes),
                "stage": ["primary"] * len(homes),
                "children": list(pupils),
            }
        ),
        "neighbours": pl.DataFrame(
            {"home": homes[:-1], "neighbour": homes[1:], "road_km": [1.0] * (len(homes) - 1)}
        ),
        "catchments": pl.DataFrame(
            {"stage": ["primary"] * len(homes), "home": homes, "school": list(present)}
        ),
    }
    return District.of(tables | changes)
