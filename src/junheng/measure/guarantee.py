"""Government guarantee, school by school: the items that the records themselves can prove (G3, G4, G5).

The other items are declared by the bureau; `junheng.measure.indicators` puts both together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.resources import COMPULSORY
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value

SCHEMA = {
    "rule": pl.String(),
    "school": pl.String(),
    "stage": pl.String(),
    "value": pl.Float64(),
    "threshold": pl.Float64(),
    "verdict": pl.String(),
    "missing": pl.Float64(),
    "missing_unit": pl.String(),
    "waiver": pl.String(),
    "decided_by": pl.String(),
    "needs": pl.String(),
}

EXCLUDED_KINDS = ("special", "vocational", "kindergarten")


def guarantee(
    district: District, standard: StandardOnDate, class_sizes: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Value, ...]]:
    """Judge music and art rooms, school size and class size of every school with compulsory stages.

    Parameters
    ----------
    class_sizes
        The frame ``classes`` of `junheng.measure.places.Places`.

    Returns
    -------
    tuple
        A frame with the columns of `SCHEMA`, and the values of the standard that were used. ``missing`` is in
        real units: rooms to build, square metres by which the smallest room is short, pupils or classes too many.
    """
    used: list[Value] = []
    rows: list[dict[str, Any]] = []
    for school in _schools(district):
        rows += [*_rooms(school, standard, used), *_size(school, standard, used)]
    rows += list(_class_sizes(district, class_sizes))
    return pl.DataFrame(rows, schema=SCHEMA), tuple(dict.fromkeys(used))


def _schools(district: District) -> Iterator[dict[str, Any]]:
    """Yield each school with its compulsory pupils, classes and premises; absent figures are `None`."""
    stages = district.table("stages").filter(pl.col("stage").is_in(COMPULSORY))
    summed = stages.group_by("school", maintain_order=True).agg(
        stage=pl.col("stage").first(),
        pupils=pl.col("pupils").sum(),
        classes=pl.when(pl.col("classes").null_count() == 0).then(pl.col("classes").sum()),
        migrant_pupils=pl.when(pl.col("migrant_pupils").null_count() == 0).then(
            pl.col("migrant_pupils").sum()
        ),
    )
    largest = district.table("classes").group_by("school").agg(largest_class=pl.col("pupils").max())
    joined = (
        district.table("schools")
        .filter(~pl.col("kind").is_in(EXCLUDED_KINDS))
        .join(summed, on="school", how="inner", maintain_order="left")
        .join(district.table("premises"), on="school", how="left", maintain_order="left")
        .join(largest, on="school", how="left", maintain_order="left")
    )
    yield from joined.iter_rows(named=True)


def _facts(school: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what the conditions of waivers ask for; what is not recorded is `None`."""
    migrant, pupils = school["migrant_pupils"], school["pupils"]
    urban_rural = school["urban_rural"]
    is_rural = None if urban_rural is None else float(urban_rural in {"township_centre", "village"})
    return {
        "built_year": school["built_year"],
        "migrant_share": None if migrant is None or not pupils else 100 * migrant / pupils,
        "largest_class": school["largest_class"],
        "is_rural": is_rural,
    }


def _rooms(
    school: Mapping[str, Any], standard: StandardOnDate, used: list[Value]
) -> Iterator[dict[str, Any]]:
    per_room = standard.value("guarantee.G3.classes_per_room", stage=school["stage"])
    used.append(per_room)
    for art in ("music", "art"):
        rooms, area = school[f"{art}_rooms"], school[f"smallest_{art}_room_m2"]
        rule = f"guarantee.G3.{art}_room_area"
        wanted = standard.relaxed(rule, stage=school["stage"], facts=_facts(school))
        used.append(wanted)
        row = _row(rule, school, wanted, value=area)
        if school["classes"] is None or rooms is None or (rooms > 0 and area is None):
            absent = "stages.classes" if school["classes"] is None else f"premises.{art}_rooms"
            yield row | {"verdict": "not_assessed", "needs": absent}
            continue
        short = max(0, ceil(school["classes"] / per_room.number) - rooms)
        is_met = short == 0 and (rooms == 0 or wanted.meets(area))
        missing, unit = (short, "room") if short else (max(0.0, wanted.number - (area or 0)), "m2")
        yield row | {
            "verdict": "met" if is_met else "below",
            "missing": 0.0 if is_met else float(missing),
            "missing_unit": unit,
        }


def _size(school: Mapping[str, Any], standard: StandardOnDate, used: list[Value]) -> Iterator[dict[str, Any]]:
    limit = standard.relaxed("guarantee.G4", stage=school["stage"], kind=school["kind"], facts=_facts(school))
    used.append(limit)
    is_met = limit.meets(school["pupils"])
    yield _row("guarantee.G4", school, limit, value=school["pupils"]) | {
        "verdict": "met" if is_met else "below",
        "missing": 0.0 if is_met else school["pupils"] - limit.number,
        "missing_unit": "pupil",
    }


def _class_sizes(district: District, class_sizes: pl.DataFrame) -> Iterator[dict[str, Any]]:
    wanted = (
        district.table("stages")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .select("school", "stage")
        .join(class_sizes, on=["school", "stage"], how="left", maintain_order="left")
        .join(district.table("schools").select("school", "kind"), on="school", maintain_order="left")
        .filter(~pl.col("kind").is_in(EXCLUDED_KINDS))
    )
    for row in wanted.iter_rows(named=True):
        is_known = row["largest"] is not None
        yield {
            "rule": "guarantee.G5",
            "school": row["school"],
            "stage": row["stage"],
            "value": row["largest"],
            "threshold": row["limit"],
            "verdict": row["verdict"] if is_known else "not_assessed",
            "missing": row["n_over"],
            "missing_unit": "class",
            "decided_by": row["decided_by"],
            "needs": None if is_known else "classes",
        }


def _row(rule: str, school: Mapping[str, Any], limit: Value, *, value: float | None) -> dict[str, Any]:
    return {
        "rule": rule,
        "school": school["school"],
        "stage": None,
        "value": value,
        "threshold": limit.number,
        "waiver": limit.waiver,
        "decided_by": limit.scope.code or limit.scope.level,
        "needs": None,
    }
