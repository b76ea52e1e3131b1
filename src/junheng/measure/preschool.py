"""Preschool: enrolment, inclusive coverage and public share of the county, class sizes and staff of kindergartens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.district.model import District
from junheng.measure.norms import scope_of
from junheng.standards.lookup import StandardOnDate
from junheng.standards.value import Value

STAGE = "preschool"
INCLUSIVE = ("public", "inclusive_private")
"""Natures of kindergartens that are inclusive (普惠)."""
BANDS = ("small", "middle", "top", "mixed")
SESSIONS = ("full_day", "half_day")
"""Sessions for which the standard has staff ratios; boarding kindergartens are held to those of full days."""


@dataclass(frozen=True, eq=False)
class Preschool:
    """What was found about kindergartens.

    Attributes
    ----------
    county
        One row per rule of the county: ``rule, value, part, whole, threshold, verdict, missing, missing_unit, needs,
        decided_by``. ``part`` and ``whole`` are what the value is made of; ``missing`` is how many more of the part
        would meet the rule if the whole stayed; ``verdict`` is ``met``, ``below`` or ``not_assessed``.
    kindergartens
        One row per kindergarten and rule: ``kindergarten, rule, value, threshold, verdict, missing, missing_unit,
        needs, decided_by``; ``missing`` counts persons.
    classes
        One row per kindergarten class: ``kindergarten, class, band, children, limit, over, verdict``.
    figures
        Figures without a limit: ``name, value``: kindergartens, inclusive ones and their share in percent, children,
        places, certified share of teachers in percent; absent ones are null.
    values
        Every value of the standard that was used.
    """

    county: pl.DataFrame
    kindergartens: pl.DataFrame
    classes: pl.DataFrame
    figures: pl.DataFrame
    values: tuple[Value, ...]


def preschool(district: District, standard: StandardOnDate) -> Preschool:
    """Measure the kindergartens of a district against the standard of one day.

    Absent is not zero: a rule whose figures are not all recorded is ``not_assessed`` and names what it needs.
    """
    rows = district.table("kindergartens")
    classes, limits = _classes(district, standard)
    county_values = {
        name: standard.value(f"preschool.{name}", stage=STAGE)
        for name in ("gross_enrolment", "inclusive_coverage", "public_share", "children_per_teacher")
    }
    years = standard.value("preschool.years", stage=STAGE)
    entry = standard.value("schooling.entry_age")
    staff_values = _staff_values(standard)
    return Preschool(
        county=_county(district, rows, county_values, ages=(entry.number - years.number, entry.number - 1)),
        kindergartens=_kindergartens(rows, staff_values),
        classes=classes,
        figures=_figures(rows),
        values=(*county_values.values(), years, entry, *limits, *staff_values.values()),
    )


def preschool_children(district: District, *, ages: tuple[float, float]) -> int | None:
    """Return the children of the district's year whose age is in a range, ends included; `None` if not recorded.

    Every age of the range must be recorded somewhere: a district that lists only some ages does not know the sum.
    """
    children = district.table("children").filter(
        (pl.col("year") == district.year.start) & pl.col("age").is_between(*ages)
    )
    if children["age"].n_unique() < int(ages[1] - ages[0]) + 1:
        return None
    return int(children["children"].sum())


def _county(
    district: District, rows: pl.DataFrame, values: dict[str, Value], *, ages: tuple[float, float]
) -> pl.DataFrame:
    enrolled = None if not rows.height else int(rows["children"].sum())
    licensed = rows.filter(pl.col("licensed") == "yes")
    knows_licences = rows.height > 0 and rows["licensed"].null_count() == 0
    whole = int(licensed["children"].sum()) if knows_licences else None
    inclusive = licensed.filter(pl.col("nature").is_in(INCLUSIVE))["children"].sum()
    public = licensed.filter(pl.col("nature") == "public")["children"].sum()
    absent = "kindergartens.children" if knows_licences else "kindergartens.licensed"
    absent = absent if rows.height else "kindergartens"
    return pl.DataFrame(
        [
            _share(
                values["gross_enrolment"],
                enrolled,
                preschool_children(district, ages=ages),
                _enrolment_needs(rows),
            ),
            _share(values["inclusive_coverage"], int(inclusive) if knows_licences else None, whole, absent),
            _share(values["public_share"], int(public) if knows_licences else None, whole, absent),
            _per_teacher(values["children_per_teacher"], rows),
        ],
        schema=_COUNTY,
        orient="row",
    )


_COUNTY = {
    "rule": pl.String,
    "value": pl.Float64,
    "part": pl.Float64,
    "whole": pl.Float64,
    "threshold": pl.Float64,
    "verdict": pl.String,
    "missing": pl.Float64,
    "missing_unit": pl.String,
    "needs": pl.String,
    "decided_by": pl.String,
}


def _enrolment_needs(rows: pl.DataFrame) -> str:
    return "children" if rows.height else "kindergartens, children"


def _share(limit: Value, part: int | None, whole: int | None, needs: str) -> dict[str, Any]:
    """Return the row of a share in percent."""
    row: dict[str, Any] = {"rule": limit.rule, "part": part, "whole": whole, "threshold": limit.number}
    row |= {"missing_unit": "child", "decided_by": scope_of(limit)}
    if part is None or not whole:
        return row | {"verdict": "not_assessed", "needs": needs}
    value = 100 * part / whole
    is_met = limit.meets(value)
    missing = 0.0 if is_met else _whole(limit.number / 100 * whole - part)
    return row | {"value": value, "verdict": "met" if is_met else "below", "missing": missing}


def _per_teacher(limit: Value, rows: pl.DataFrame) -> dict[str, Any]:
    teachers = rows["teachers"]
    known = rows.height > 0 and teachers.null_count() == 0
    return _ratio_row(
        limit,
        int(rows["children"].sum()) if known else None,
        int(teachers.sum()) if known else None,
        "kindergartens.teachers" if rows.height else "kindergartens",
    )


def _ratio_row(limit: Value, children: int | None, persons: int | None, needs: str) -> dict[str, Any]:
    """Return the row of children per person; without a person there is no ratio, and the rule is not met."""
    row: dict[str, Any] = {"rule": limit.rule, "part": children, "whole": persons, "threshold": limit.number}
    row |= {"missing_unit": "person", "decided_by": scope_of(limit)}
    if children is None or persons is None:
        return row | {"verdict": "not_assessed", "needs": needs}
    value = children / persons if persons else None
    is_met = children == 0 if value is None else limit.meets(value)
    missing = 0.0 if is_met else _whole(children / limit.number - persons)
    return row | {"value": value, "verdict": "met" if is_met else "below", "missing": missing}


def _whole(number: float) -> float:
    """Return how many whole persons or children make good a shortage; the last bits of a division are nobody."""
    return float(-(-(number - 1e-9) // 1))


def _classes(district: District, standard: StandardOnDate) -> tuple[pl.DataFrame, tuple[Value, ...]]:
    limits = [standard.value(f"preschool.class_size.{band}", stage=STAGE) for band in BANDS]
    by_band = pl.DataFrame({"band": BANDS, "limit": [int(value.number) for value in limits]})
    found = (
        district.table("kindergarten_classes")
        .join(by_band, on="band", how="left", maintain_order="left")
        .with_columns(over=(pl.col("children") - pl.col("limit")).clip(lower_bound=0))
        .with_columns(verdict=pl.when(pl.col("over") == 0).then(pl.lit("met")).otherwise(pl.lit("below")))
    )
    return found, tuple(limits)


def _staff_values(standard: StandardOnDate) -> dict[str, Value]:
    found = {"carers_per_class": standard.value("preschool.carers_per_class", stage=STAGE)}
    for session in SESSIONS:
        for rule in (f"preschool.children_per_staff.{session}", f"preschool.children_per_carer.{session}"):
            found[rule.removeprefix("preschool.")] = standard.value(rule, stage=STAGE)
    return found


def _kindergartens(rows: pl.DataFrame, values: dict[str, Value]) -> pl.DataFrame:
    found = []
    for row in rows.iter_rows(named=True):
        session = "half_day" if row["session"] == "half_day" else "full_day"
        caring = None if None in (row["teachers"], row["carers"]) else row["teachers"] + row["carers"]
        for name, persons, needs in (
            (f"children_per_staff.{session}", row["staff"], "kindergartens.staff"),
            (f"children_per_carer.{session}", caring, "kindergartens.teachers, kindergartens.carers"),
        ):
            known = None if row["session"] is None else persons
            wanted = "kindergartens.session" if row["session"] is None else needs
            one = _ratio_row(values[name], row["children"], known, wanted)
            found.append({"kindergarten": row["kindergarten"]} | one)
        found.append(
            {"kindergarten": row["kindergarten"]} | _per_class(values["carers_per_class"], row, caring)
        )
    schema = {
        "kindergarten": pl.String,
        **{name: kind for name, kind in _COUNTY.items() if name not in ("part", "whole")},
    }
    return pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in found], schema=schema, orient="row"
    )


def _per_class(limit: Value, row: dict[str, Any], caring: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {"rule": limit.rule, "threshold": limit.number, "missing_unit": "person"}
    found["decided_by"] = scope_of(limit)
    if caring is None or not row["classes"]:
        needs = (
            "kindergartens.classes" if caring is not None else "kindergartens.teachers, kindergartens.carers"
        )
        return found | {"verdict": "not_assessed", "needs": needs}
    value = caring / row["classes"]
    is_met = limit.meets(value)
    missing = 0.0 if is_met else _whole(limit.number * row["classes"] - caring)
    return found | {"value": value, "verdict": "met" if is_met else "below", "missing": missing}


def _figures(rows: pl.DataFrame) -> pl.DataFrame:
    inclusive = rows.filter(pl.col("nature").is_in(INCLUSIVE)).height
    figures: dict[str, float | None] = {
        "kindergartens": rows.height or None,
        "inclusive_kindergartens": inclusive if rows.height else None,
        "inclusive_kindergartens_percent": 100 * inclusive / rows.height if rows.height else None,
        "children": _total(rows, "children"),
        "places": _total(rows, "capacity_children"),
        "certified_percent": _percent(_total(rows, "certified_teachers"), _total(rows, "teachers")),
    }
    return pl.DataFrame(
        {"name": list(figures), "value": pl.Series(list(figures.values()), dtype=pl.Float64)},
    )


def _total(rows: pl.DataFrame, column: str) -> int | None:
    return None if not rows.height or rows[column].null_count() else int(rows[column].sum())


def _percent(part: int | None, whole: int | None) -> float | None:
    return 100 * part / whole if part is not None and whole else None
