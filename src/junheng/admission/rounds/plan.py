"""What each school offers: its places, and the floors and ceilings of its reserves as whole numbers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from junheng.admission.rounds.facts import sectors
from junheng.admission.rules.model import Rules
from junheng.district.model import District


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPlan:
    """The plan of one school.

    Attributes
    ----------
    school, sector, places
        Its code, whether it is public or private, and how many it admits.
    floors, ceilings
        By reserve in the order of the rules: places kept for the group (0: none), most that it may take (`None`: no
        limit).
    """

    school: str
    sector: str
    places: int
    floors: tuple[int, ...]
    ceilings: tuple[int | None, ...]


def school_plans(district: District, rules: Rules) -> tuple[SchoolPlan, ...]:
    """Return the plan of every school that offers places at the round's stage, in the order of their codes.

    A number of the table ``place_reserves`` comes before the share that the rules give; a share is rounded down to
    whole places.
    """
    own = {
        (row["school"], row["reserve"]): row
        for row in district.table("place_reserves")
        .filter(pl.col("stage") == rules.stage)
        .iter_rows(named=True)
    }
    places = (
        district.table("places")
        .filter(pl.col("stage") == rules.stage)
        .drop_nulls(["school", "places"])
        .join(sectors(district), on="school", how="left")
        .sort("school")
    )
    plans = []
    for row in places.iter_rows(named=True):
        floors, ceilings = [], []
        for reserve in rules.reserves:
            given = own.get((row["school"], reserve.id), {})
            is_here = row["sector"] in reserve.sectors
            floors.append(
                _first(given.get("floor"), _share(reserve.floor_percent, row, is_here=is_here)) or 0
            )
            ceilings.append(
                _first(given.get("ceiling"), _share(reserve.ceiling_percent, row, is_here=is_here))
            )
        plans.append(
            SchoolPlan(
                school=row["school"],
                sector=row["sector"] or "public",
                places=row["places"],
                floors=tuple(floors),
                ceilings=tuple(ceilings),
            )
        )
    return tuple(plans)


def _share(percent: float | None, row: dict[str, int], *, is_here: bool) -> int | None:
    return None if percent is None or not is_here else int(row["places"] * percent // 100)


def _first(*numbers: int | None) -> int | None:
    return next((number for number in numbers if number is not None), None)
