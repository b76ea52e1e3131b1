"""Government guarantee, school by school: the items that the records themselves can prove (G3, G4, G5).

The other items are declared by the bureau; `junheng.measure.indicators` puts both together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.norms import norms_of, scope_of
from junheng.measure.resources import KINDS
from junheng.measure.seven import COMPULSORY
from junheng.measure.waived import is_rural
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value, is_looser

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
    for school in _schools(district, standard):
        rows += [*_rooms(school, standard, used), *_size(school, standard, used)]
    rows += list(_class_sizes(district, standard, class_sizes))
    return pl.DataFrame(rows, schema=SCHEMA), tuple(dict.fromkeys(used))


def _schools(district: District, standard: StandardOnDate) -> Iterator[dict[str, Any]]:
    """Yield each school with its compulsory pupils, classes and premises; absent figures are `None`."""
    stages = district.table("stages").filter(pl.col("stage").is_in(COMPULSORY))
    summed = stages.group_by("school").agg(
        "stage", *(_total(column) for column in ("pupils", "classes", "migrant_pupils"))
    )
    classes = district.table("classes").filter(pl.col("stage").is_in(COMPULSORY))
    largest = classes.group_by("school").agg(largest_class=pl.col("pupils").max())
    joined = (
        _judged_schools(district, standard)
        .join(summed, on="school", how="inner", maintain_order="left")
        .join(district.table("premises"), on="school", how="left", maintain_order="left")
        .join(largest, on="school", how="left", maintain_order="left")
    )
    yield from joined.iter_rows(named=True)


def _total(column: str) -> pl.Expr:
    """Return the sum over a school's stages, null where one of them is absent."""
    return pl.when(pl.col(column).null_count() == 0).then(pl.col(column).sum()).alias(column)


def _judged_schools(district: District, standard: StandardOnDate) -> pl.DataFrame:
    """Return the schools of the kinds that the assessment does not leave out."""
    left_out = [kind for kind, is_out in zip(KINDS, norms_of(standard).is_left_out, strict=False) if is_out]
    return district.table("schools").filter((~pl.col("kind").is_in(left_out)).fill_null(value=True))


def _facts(school: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what the conditions of waivers ask for; what is not recorded is `None`."""
    migrant, pupils = school["migrant_pupils"], school["pupils"]
    return {
        "built_year": school["built_year"],
        "migrant_share": None if migrant is None or not pupils else 100 * migrant / pupils,
        "largest_class": school["largest_class"],
        "is_rural": is_rural(school["urban_rural"]),
    }


def _limit(rule: str, school: Mapping[str, Any], standard: StandardOnDate, *, kind: str | None) -> Value:
    """Return a school's limit with the waivers that apply; of several stages the one that asks most."""
    facts = _facts(school)
    limits = [
        standard.relaxed(rule, stage=stage, kind=kind, facts=facts)
        for stage in COMPULSORY
        if stage in school["stage"]
    ]
    strictest = limits[0]
    for limit in limits[1:]:
        strictest = limit if is_looser(strictest.number, than=limit) else strictest
    return strictest


def _rooms(
    school: Mapping[str, Any], standard: StandardOnDate, used: list[Value]
) -> Iterator[dict[str, Any]]:
    """Judge music and art rooms: enough of them for the classes, and none too small."""
    per_room = min(
        (standard.value("guarantee.G3.classes_per_room", stage=stage) for stage in school["stage"]),
        key=lambda value: value.number,
    )
    used.append(per_room)
    for art in ("music", "art"):
        wanted = _limit(f"guarantee.G3.{art}_room_area", school, standard, kind=None)
        used.append(wanted)
        yield _row(wanted, school, value=school[f"smallest_{art}_room_m2"]) | _judged_rooms(
            school, art, wanted, classes_per_room=per_room.number
        )


def _judged_rooms(
    school: Mapping[str, Any], art: str, wanted: Value, *, classes_per_room: float
) -> dict[str, Any]:
    """Judge the rooms of one art by their number and the smallest one's area; what is known to fail decides."""
    classes, rooms, area = school["classes"], school[f"{art}_rooms"], school[f"smallest_{art}_room_m2"]
    if classes is not None and rooms is not None and (short := ceil(classes / classes_per_room) - rooms) > 0:
        return {"verdict": "below", "missing": float(short), "missing_unit": "room"}
    needed = {"stages.classes": classes, f"premises.{art}_rooms": rooms}
    if rooms != 0:  # a school without such rooms has none that is too small
        needed[f"premises.smallest_{art}_room_m2"] = area
        if area is not None and not wanted.meets(area):
            return {"verdict": "below", "missing": wanted.number - area, "missing_unit": "m2"}
    absent = [name for name, figure in needed.items() if figure is None]
    if absent:
        return {"verdict": "not_assessed", "needs": ", ".join(absent)}
    return {"verdict": "met", "missing": 0.0, "missing_unit": "room"}


def _size(school: Mapping[str, Any], standard: StandardOnDate, used: list[Value]) -> Iterator[dict[str, Any]]:
    limit = _limit("guarantee.G4", school, standard, kind=school["kind"])
    used.append(limit)
    pupils = school["pupils"]
    row = _row(limit, school, value=pupils)
    if pupils is None:
        yield row | {"verdict": "not_assessed", "needs": "stages.pupils"}
        return
    is_met = limit.meets(pupils)
    yield row | {
        "verdict": "met" if is_met else "below",
        "missing": 0.0 if is_met else pupils - limit.number,
        "missing_unit": "pupil",
    }


def _class_sizes(
    district: District, standard: StandardOnDate, class_sizes: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    wanted = (
        district.table("stages")
        .filter(pl.col("stage").is_in(COMPULSORY))
        .select("school", "stage")
        .join(
            _judged_schools(district, standard).select("school"),
            on="school",
            how="semi",
            maintain_order="left",
        )
        .join(class_sizes, on=["school", "stage"], how="left", maintain_order="left")
    )
    for row in wanted.iter_rows(named=True):
        verdict = row["verdict"] or "not_assessed"
        is_known = verdict != "not_assessed"
        yield {
            "rule": "guarantee.G5",
            "school": row["school"],
            "stage": row["stage"],
            "value": row["largest"],
            "threshold": row["limit"],
            "verdict": verdict,
            "missing": row["n_over"] if is_known else None,
            "missing_unit": "class",
            "decided_by": row["decided_by"],
            "needs": None if is_known else "classes",
        }


def _row(limit: Value, school: Mapping[str, Any], *, value: float | None) -> dict[str, Any]:
    return {
        "rule": limit.rule,
        "school": school["school"],
        "stage": None,
        "value": value,
        "threshold": limit.number,
        "waiver": limit.waiver,
        "decided_by": scope_of(limit),
        "needs": None,
    }
