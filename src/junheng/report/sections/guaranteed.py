"""Government guarantee, school by school: music and art rooms, school size and class size that are not met."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from junheng.measure.assessment import Assessment
from junheng.report import numbers
from junheng.report.facts import Names, is_local, scope_label, stage_label
from junheng.text import Text
from junheng.units import UNITS

_GAPS = {
    "room": Text("差 {n} 间", "{n} short"),
    "m2": Text("最小一间差 {n} 平方米", "the smallest is {n} m² short"),
    "pupil": Text("超出 {n} 人", "{n} pupils too many"),
    "class": Text("{n} 个班超标", "{n} classes too large"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One rule that one school does not meet.

    ``stage`` is `None` for a rule of the whole school; ``is_value_short`` is false where the rooms are large
    enough and too few.
    """

    code: str
    title: Text
    school: str
    stage: Text | None
    value: str
    limit: str
    unit: Text
    gap: Text
    order: float
    is_value_short: bool
    waiver: Text | None
    is_local: bool
    scope: Text


def gaps(found: Assessment) -> tuple[Gap, ...]:
    """Return every guarantee that a school does not meet, rule by rule."""
    names = Names.of(found.district)
    failing = found.indicators.guarantee.filter(pl.col("verdict") == "below").sort(
        "rule", maintain_order=True
    )
    result = []
    for row in failing.iter_rows(named=True):
        rule = found.standard.rule(row["rule"])
        result.append(
            Gap(
                code=rule.indicator or rule.id,
                title=rule.title,
                school=names.school(row["school"]),
                stage=None if row["stage"] is None else stage_label(row["stage"]),
                value=numbers.show(row["value"], rule.unit),
                limit=numbers.limit(row["threshold"], rule.unit),
                unit=UNITS[rule.unit].text,
                gap=_GAPS[row["missing_unit"]].format(
                    n=numbers.shortage(row["missing"], row["missing_unit"])
                ),
                order=row["missing"],
                is_value_short=row["missing_unit"] != "room",
                waiver=None if row["waiver"] is None else found.standard.rule(row["waiver"]).title,
                is_local=is_local(row["decided_by"]),
                scope=scope_label(found.standard, row["decided_by"]),
            )
        )
    return tuple(result)
