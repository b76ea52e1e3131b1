"""Do the children fit: places against pupils and zoned children, access by stage, classes that are too large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY
from junheng.report import numbers, svg
from junheng.report.facts import Names, stage_label
from junheng.report.loop import LoopReport, better
from junheng.report.sections import class_sizes
from junheng.text import Text

_KEY = ["school", "stage"]
_FULL = 1.6
"""The dot plot reaches to 160% of the places; what lies beyond stands at its end."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A figure of ``places.district``: ``up`` is 1 if more is better, -1 if less is, 0 if neither."""

    name: str
    label: Text
    unit: str
    up: int


_MEASURES: tuple[_Kind, ...] = (
    _Kind("children", Text("已划片的学生", "children with a catchment"), "child", 0),
    _Kind("unzoned", Text("未划片的学生", "children without a catchment"), "child", -1),
    _Kind("capacity", Text("核定学位", "places"), "pupil", 0),
    _Kind("over", Text("超出学位的学生", "children over capacity"), "pupil", -1),
    _Kind("max_utilisation", Text("最高学位使用率", "highest utilisation"), "share", -1),
    _Kind("mean_km", Text("平均上学距离", "mean distance"), "km", -1),
    _Kind("p95_km", Text("95% 学生的上学距离以内", "95th-percentile distance"), "km", -1),
    _Kind("share_inside", Text("服务半径内的学生占比", "share inside the service radius"), "share", 1),
    _Kind("beyond", Text("服务半径以外的学生", "children beyond the radius"), "child", -1),
    _Kind("cut_off_homes", Text("与学校不连片的居住单元", "homes cut off from their school"), "count", -1),
    _Kind("cut_off", Text("其中的学生", "children in them"), "child", -1),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of one stage before and after; ``better`` is 1, -1, 0, or `None` where nothing is judged."""

    label: Text
    before: str
    after: str | None
    change: Text | None
    better: int | None


@dataclass(frozen=True, slots=True)
class StageTable:
    """The figures of one stage."""

    stage: Text
    stage_code: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class School:
    """Places and loads of one school stage, as shown, with the numbers to sort by."""

    school: str
    stage: Text
    stage_code: str
    capacity: str
    pupils: str
    zoned: str
    zoned_after: str | None
    use: str
    use_after: str | None
    over: str
    over_after: str | None
    is_over: bool
    km: str
    km_after: str | None
    beyond: str
    beyond_after: str | None
    dots: Markup
    order: tuple[float, ...]
    """Sort keys: capacity, pupils, zoned, utilisation, over, km, beyond; -1 for absent."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """The facts of this section."""

    stages: tuple[StageTable, ...]
    schools: tuple[School, ...]
    classes: tuple[class_sizes.Classes, ...]
    has_after: bool
    has_classes: bool
    n_classes: int
    n_over: int
    n_large: int
    n_very_large: int
    large: str
    very_large: str
    distance_method: str | None


def section(report: LoopReport) -> Capacity:
    """Gather the facts of this section."""
    now, after = report.before, report.after
    classes = now.places.classes
    today = now.standard.on(now.on)
    return Capacity(
        stages=tuple(_stages(now, after, first=report.stage)),
        schools=tuple(_schools(now, after, first=report.stage)),
        classes=tuple(class_sizes.crowded(now)),
        has_after=after is not None,
        has_classes=classes.height > 0,
        n_classes=int(classes["n_classes"].sum()),
        n_over=int(classes["n_over"].sum()),
        n_large=int(classes["n_large"].sum()),
        n_very_large=int(classes["n_very_large"].sum()),
        large=numbers.limit(today.value("size.class.large").number, "pupil"),
        very_large=numbers.limit(today.value("size.class.very_large").number, "pupil"),
        distance_method=now.places.distance_method,
    )


def _shown(value: float | None, unit: str) -> str:
    return numbers.share(value) if unit == "share" else numbers.show(value, unit)


def _stages(now: Assessment, after: Assessment | None, *, first: str) -> Iterator[StageTable]:
    for stage in sorted(COMPULSORY, key=lambda name: name != first):
        old = _stage_row(now, stage)
        if old is None:
            continue
        new = None if after is None else _stage_row(after, stage)
        yield StageTable(stage_label(stage), stage, tuple(_measure(old, new, kind) for kind in _MEASURES))


def _stage_row(found: Assessment, stage: str) -> dict[str, Any] | None:
    rows = found.places.district.filter(pl.col("stage") == stage)
    return rows.row(0, named=True) if rows.height else None


def _measure(old: dict[str, Any], new: dict[str, Any] | None, kind: _Kind) -> Measure:
    first, second = old[kind.name], None if new is None else new[kind.name]
    return Measure(
        label=kind.label.joined("", _IN_BRACKETS.get(kind.unit, Text("", ""))),
        before=_shown(first, kind.unit),
        after=None if new is None else _shown(second, kind.unit),
        change=None if first is None or second is None else _change(second - first, kind.unit),
        better=None if kind.up == 0 else better(first, second, up=kind.up),
    )


_IN_BRACKETS = {
    "km": Text("（公里）", " (km)"),
    "child": Text("（人）", " "),
    "pupil": Text("（人）", " "),
    "count": Text("（个）", " "),
}


def _change(difference: float, unit: str) -> Text:
    if unit == "share":
        return Text.same(numbers.signed(100 * difference, "percent")).joined(" ", Text("个百分点", "points"))
    return Text.same(numbers.signed(difference, unit))


def _schools(now: Assessment, after: Assessment | None, *, first: str) -> list[School]:
    names = Names.of(now.district)
    joined = _with_access(now)
    later = (
        {}
        if after is None
        else {(r["school"], r["stage"]): r for r in _with_access(after).iter_rows(named=True)}
    )
    rows = []
    for place, row in enumerate(joined.iter_rows(named=True)):
        new = later.get((row["school"], row["stage"]))
        worst = max((x["zoned_utilisation"] or 0.0) for x in (row, new or row))
        rows.append(((row["stage"] != first, -worst, place), _school(row, new, names)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _with_access(found: Assessment) -> pl.DataFrame:
    return found.places.schools.join(
        found.places.access.select(*_KEY, "mean_km", "beyond"), on=_KEY, how="left", maintain_order="left"
    )


def _school(row: dict[str, Any], new: dict[str, Any] | None, names: Names) -> School:
    def later(column: str, unit: str) -> str | None:
        return None if new is None else _shown(new[column], unit)

    latest = new or row
    use, use_after = row["zoned_utilisation"], None if new is None else new["zoned_utilisation"]
    keys = ("capacity", "pupils", "zoned", "zoned_utilisation", "zoned_over", "mean_km", "beyond")
    return School(
        school=names.school(row["school"]),
        stage=stage_label(row["stage"]),
        stage_code=row["stage"],
        capacity=_shown(row["capacity"], "pupil"),
        pupils=_shown(row["pupils"], "pupil"),
        zoned=_shown(row["zoned"], "pupil"),
        zoned_after=later("zoned", "pupil"),
        use=numbers.share(use),
        use_after=None if new is None else numbers.share(use_after),
        over=_shown(row["zoned_over"], "pupil"),
        over_after=later("zoned_over", "pupil"),
        is_over=bool(latest["zoned_over"]),
        km=_shown(row["mean_km"], "km"),
        km_after=later("mean_km", "km"),
        beyond=_shown(row["beyond"], "pupil"),
        beyond_after=later("beyond", "pupil"),
        dots=svg.dots(use, use_after, limit=1.0, full=_FULL),
        order=tuple(-1.0 if latest[key] is None else float(latest[key]) for key in keys),
    )
