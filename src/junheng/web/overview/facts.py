"""What the records say against the standard: measured once for each state of the records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from junheng.measure.assessment import VERDICTS, Assessment, assess
from junheng.report import numbers
from junheng.report.facts import Names, stage_label
from junheng.report.loop import LoopReport
from junheng.report.sections import shortfalls, variation
from junheng.report.words import MISSING, SHORT_NAMES
from junheng.standards.standard import Standard
from junheng.text import Text
from junheng.units import UNITS
from junheng.web.listing import Column, Mark
from junheng.web.registry.models import Year
from junheng.web.registry.store import give
from junheng.web.remember import made_once
from junheng.web.standard import standard

SCHOOL_AND_STAGE = (Column("name", Text("学校", "school")), Column("stage", Text("学段", "stage")))
"""With these a table of school stages begins."""
TONES = {
    "pass": "ok",
    "met": "ok",
    "near": "near",
    "fail": "bad",
    "below": "bad",
}
_WAN = 10_000
"""Money of a district is spoken of in 万元."""


def verdict_mark(verdict: str) -> Mark:
    """Return a verdict with its colour."""
    return Mark(VERDICTS[verdict], TONES.get(verdict, "none"))


def measured(year: int) -> Assessment:
    """Measure the records of a year as they are now."""
    revision = Year.objects.values_list("revision", flat=True).get(pk=year)
    return _measured(year, revision, standard())


@made_once(maxsize=3)
def _measured(year: int, revision: str, norms: Standard) -> Assessment:
    return assess(give(year), norms)


def told(found: Assessment) -> LoopReport:
    """Return the assessment as what the report's sections read."""
    return LoopReport(before=found, stage="primary")


@dataclass(frozen=True, slots=True)
class Card:
    """One figure at a glance."""

    label: Text
    figure: str
    whole: str
    tone: str
    note: Text | None = None


def cards(found: Assessment) -> list[Card]:
    """Return the figures at the top: schools that pass, coefficients over their limit, places."""
    result = [
        Card(
            Text("{stage}达标", "{stage} schools that pass").format(stage=stage_label(one.stage)),
            str(one.n_pass),
            str(one.n),
            TONES.get(one.verdict, "none"),
            Text("未评 {n} 所", "{n} not assessed").format(n=one.n_not_assessed)
            if one.n_not_assessed
            else None,
        )
        for one in found.balance.passing
    ]
    judged = found.balance.variation.filter(pl.col("verdict").is_in(["pass", "fail"]))
    n_over = int((judged["verdict"] == "fail").sum())
    result.append(
        Card(
            Text("差异系数超限", "coefficients over their limit"),
            str(n_over),
            str(judged.height),
            "bad" if n_over else "ok",
        )
    )
    for row in found.places.district.iter_rows(named=True):
        stage = stage_label(row["stage"])
        over = row["over"]
        result.append(
            Card(
                Text("{stage}超出学位", "{stage} children over capacity").format(stage=stage),
                numbers.show(over, "pupil"),
                "",
                "none" if over is None else "bad" if over else "ok",
                Text(
                    "核定学位 {places}，学区内适龄 {children}",
                    "{places} places, {children} children living there",
                ).format(
                    places=numbers.show(row["capacity"], "pupil"),
                    children=numbers.show(row["children"], "child"),
                ),
            )
        )
    return [*result, *budget_cards(found)]


def budget_cards(found: Assessment) -> list[Card]:
    """Return the money of the year: for meeting the standard, and for building; what is not recorded has no card."""
    budgets = found.district.table("budgets")
    later = budgets.filter(pl.col("year") > found.district.year.start).height
    note = Text("另有以后 {n} 个学年的预算", "budgets of later years: {n}").format(n=later) if later else None
    labels = {
        "yuan": Text("本学年达标资金（万元）", "this year for meeting the standard (10,000 yuan)"),
        "building_yuan": Text("本学年建设资金（万元）", "this year for building (10,000 yuan)"),
    }
    own = budgets.filter(pl.col("year") == found.district.year.start)
    return [
        Card(label, numbers.decimal(value / _WAN, 1), "", "none", note)
        for name, label in labels.items()
        for value in own[name].drop_nulls().to_list()
    ]


def school_rows(found: Assessment, opened: frozenset[str] | None) -> list[dict[str, Any]]:
    """Return one row a school stage: verdict, indicators met, places; of the schools that a person sees."""
    names = Names.of(found.district)
    places = {(row["school"], row["stage"]): row for row in found.places.schools.iter_rows(named=True)}
    rows = []
    for row in found.balance.stages.iter_rows(named=True):
        if opened is not None and row["school"] not in opened:
            continue
        own = places.get((row["school"], row["stage"]), {})
        rows.append(
            {
                "school": row["school"],
                "name": names.school(row["school"]),
                "stage": stage_label(row["stage"]),
                "verdict": verdict_mark(row["verdict"]),
                "met": row["n_met"],
                "unmet": row["n_near"] + row["n_below"],
                "pupils": row["pupils"],
                "capacity": own.get("capacity"),
                "utilisation": _percent(own.get("utilisation")),
            }
        )
    return rows


def waiting_rows(found: Assessment, opened: frozenset[str] | None) -> list[dict[str, Any]]:
    """Return the schools of which no stage is filed: there is nothing to judge, and they are not left out."""
    filed = set(found.balance.stages["school"].to_list())
    return [
        {"school": code, "name": name, "stage": None, "verdict": verdict_mark("not_assessed")}
        for code, name in Names.of(found.district).schools.items()
        if code not in filed and (opened is None or code in opened)
    ]


def indicator_rows(found: Assessment, school: str) -> list[dict[str, Any]]:
    """Return the seven indicators of a school, stage by stage, with what is missing in real things."""
    rows = []
    for row in found.balance.indicators.filter(pl.col("school") == school).iter_rows(named=True):
        unit = found.standard.on(found.on).value(row["rule"], stage=row["stage"]).unit
        lacks = row["verdict"] in ("near", "below") and row["missing"] is not None
        lack = (
            MISSING[row["rule"]].format(n=numbers.shortage(row["missing"], row["missing_unit"]))
            if lacks
            else None
        )
        rows.append(
            {
                "code": row["rule"].rpartition(".")[2],
                "name": SHORT_NAMES[row["rule"]],
                "title": found.standard.rule(row["rule"]).title,
                "stage": stage_label(row["stage"]),
                "value": numbers.show(row["value"], unit),
                "threshold": numbers.limit(row["threshold"], unit)
                if row["threshold"] is not None
                else numbers.ABSENT,
                "unit": UNITS[unit].text,
                "verdict": verdict_mark(row["verdict"]),
                "missing": lack,
                "flips": bool(row["rounding_flips"]),
            }
        )
    return rows


def places_rows(found: Assessment, school: str) -> list[dict[str, Any]]:
    """Return places, pupils, children of the zone and class sizes of a school, stage by stage."""
    classes = {
        row["stage"]: row
        for row in found.places.classes.filter(pl.col("school") == school).iter_rows(named=True)
    }
    rows = []
    for row in found.places.schools.filter(pl.col("school") == school).iter_rows(named=True):
        size = classes.get(row["stage"], {})
        rows.append(
            {
                "stage": stage_label(row["stage"]),
                "capacity": row["capacity"],
                "pupils": row["pupils"],
                "utilisation": _percent(row["utilisation"]),
                "zoned": row["zoned"],
                "over": row["zoned_over"],
                "mean": numbers.decimal(size.get("mean"), 1) if size else None,
                "largest": size.get("largest"),
                "limit": size.get("limit"),
                "verdict": verdict_mark(size["verdict"]) if size else None,
            }
        )
    return rows


def panels(found: Assessment) -> tuple[variation.Panel, ...]:
    """Return the coefficients of variation against their limits, stage by stage."""
    return variation.section(told(found)).panels


def lacks(found: Assessment) -> tuple[shortfalls.Shortfall, ...]:
    """Return what every school stage lacks."""
    return shortfalls.section(told(found)).shortfalls


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
