"""What the map tells when a home or a school is pointed at: the data block that its script reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from junheng.measure.assessment import Assessment
from junheng.plans.actions.assign_home import AssignHome
from junheng.report import numbers
from junheng.report.drawing import Drawing
from junheng.report.facts import Names
from junheng.report.loop import LoopReport
from junheng.text import Text

Loads = Mapping[str, Mapping[str, Any]]
"""Rows of ``places.schools`` by school."""


def data(
    report: LoopReport,
    drawing: Drawing,
    schools: Sequence[str],
    *,
    assignments: Sequence[Mapping[str, str]],
    loads: Sequence[Loads],
) -> dict[str, Any]:
    """Return what the map tells when a home or a school is pointed at.

    ``schools``: name, capacity, then children and utilisation per layer. ``homes``: name, children, number of
    the reason (or null), then school number, km, and whether it is beyond the radius per layer.
    """
    names = Names.of(report.before.district)
    number = {code: j for j, code in enumerate(schools)}
    access = [_access(one, report.stage) for one in (report.before, report.after) if one is not None]
    reasons: dict[Text, int] = {}
    reason_of = {
        action.home: reasons.setdefault(action.text, len(reasons))
        for action in (() if report.chosen is None else report.chosen.of(AssignHome))
        if action.stage == report.stage and action.text.zh
    }
    homes = []
    for code in drawing.homes:
        facts: list[Any] = [names.home(code), access[0].get(code, {}).get("children"), reason_of.get(code)]
        for one, own in zip(assignments, access, strict=True):
            row = own.get(code, {})
            facts += [number.get(one.get(code, "")), _km(row.get("km")), int(bool(row.get("is_beyond")))]
        homes.append(facts)
    return {
        "unitsPerKm": round(drawing.grid.units_per_km, 4),
        "schools": [_school_facts(names.school(code), code, loads) for code in schools],
        "homes": homes,
        "reasons": [list(text) for text in reasons],
    }


def _access(found: Assessment, stage: str) -> dict[str, dict[str, Any]]:
    rows = found.places.homes.filter(pl.col("stage") == stage)
    return {row["home"]: row for row in rows.iter_rows(named=True)}


def _km(value: float | None) -> str | None:
    return None if value is None or not np.isfinite(value) else numbers.show(value, "km")


def _school_facts(name: str, code: str, loads: Sequence[Loads]) -> list[Any]:
    own = [load.get(code, {}) for load in loads]
    facts: list[Any] = [name, numbers.show(own[0].get("capacity"), "pupil")]
    for row in own:
        facts += [numbers.show(row.get("zoned"), "pupil"), numbers.share(row.get("zoned_utilisation"))]
    return facts
