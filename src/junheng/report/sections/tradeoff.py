"""The curve of choices: how far children walk on average against how many change school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from junheng.plans.compare import APART
from junheng.report import numbers, svg
from junheng.report.loop import LoopReport
from junheng.report.page_text import both_spans
from junheng.text import Text

_WIDTH, _HEIGHT = 380.0, 290.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 14.0, 14.0, 44.0


@dataclass(frozen=True, slots=True)
class Point:
    """One choice: pupils moved, mean distance, and whatever else is known."""

    moved: float
    mean_km: float
    bound: str
    pupil_km: str
    over: str
    label: Text
    apart: str = ""
    is_on_line: bool = True


@dataclass(frozen=True, slots=True)
class Curve:
    """The choices of the curve, and the plans that stand beside it."""

    points: tuple[Point, ...]
    plans: tuple[Point, ...]
    has_bound: bool
    has_over: bool
    has_apart: bool


def curve(report: LoopReport) -> Curve | None:
    """Return the curve, or `None` where none was computed."""
    frame = report.frontier
    if frame is None or frame.is_empty():
        return None
    rows = [row for row in frame.sort("moved").iter_rows(named=True) if row["mean_km"] is not None]
    has_apart = APART in frame.columns
    fewest_over = min((row["over"] for row in rows if row.get("over") is not None), default=None)
    points = tuple(
        Point(
            moved=float(row["moved"]),
            mean_km=float(row["mean_km"]),
            bound=numbers.show(row.get("moved_bound"), "pupil"),
            pupil_km=numbers.show(row.get("pupil_km"), "pupil km"),
            over=numbers.show(row.get("over"), "pupil"),
            label=Text.same(str(row.get("label") or row.get("number") or "")),
            apart=numbers.share(row[APART]) if has_apart else "",
            # The line joins the choices that nothing beats in overflow, moves and distance alone.
            is_on_line=row.get("over") in (None, fewest_over) and not _is_beside(row, rows),
        )
        for row in rows
    )
    return Curve(
        points=points,
        plans=tuple(_plans(report.comparison)),
        has_bound="moved_bound" in frame.columns,
        has_over="over" in frame.columns,
        has_apart=has_apart,
    )


def _is_beside(row: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether another choice with no more over is better in moves and distance, but for the balance."""
    return any(
        (other["moved"], other["mean_km"]) != (row["moved"], row["mean_km"])
        and other["moved"] <= row["moved"]
        and other["mean_km"] <= row["mean_km"]
        and (other.get("over") or 0) <= (row.get("over") or 0)
        for other in rows
    )


def _plans(comparison: pl.DataFrame | None) -> list[Point]:
    if comparison is None:
        return []
    return [
        Point(
            moved=float(row["moved"]),
            mean_km=float(row["mean_km"]),
            bound="",
            pupil_km="",
            over=numbers.show(row["over"], "pupil"),
            label=Text(row["zh"], row["en"]),
        )
        for row in comparison.iter_rows(named=True)
        if row["moved"] is not None and row["mean_km"] is not None
    ]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From figures to places in the picture."""

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def over(cls, points: tuple[Point, ...]) -> _Scale:
        moved, km = [p.moved for p in points], [p.mean_km for p in points]
        low, high = min(km), max(km)
        room = 0.12 * (high - low) or 0.05 * high or 1.0
        return cls((0.0, 1.08 * max(moved) or 1.0), (low - room, high + room))

    def at(self, moved: float, km: float) -> tuple[float, float]:
        (x0, x1), (y0, y1) = self.x, self.y
        return (
            _LEFT + (_WIDTH - _LEFT - _RIGHT) * (moved - x0) / (x1 - x0),
            _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (km - y0) / (y1 - y0),
        )


def chart(found: Curve) -> Markup:
    """Draw the curve with its axes and the plans numbered beside it, as in the table under it."""
    scale = _Scale.over((*found.points, *found.plans))
    line = " ".join(
        ("L" if i else "M") + " ".join(svg.number(v) for v in scale.at(p.moved, p.mean_km))
        for i, p in enumerate(p for p in found.points if p.is_on_line)
    )
    parts = [*_axes(scale), svg.element("path", class_="curve", d=line)]
    for point in found.points:
        x, y = scale.at(point.moved, point.mean_km)
        tip = Text(
            "改换 {moved} 人，平均 {km} 公里，超出学位 {over} 人",
            "{moved} pupils moved, mean {km} km, {over} over capacity",
        ).format(
            moved=numbers.show(point.moved, "pupil"), km=numbers.show(point.mean_km, "km"), over=point.over
        )
        if found.has_apart:
            tip = tip.joined(
                "", Text("，占比最多相差 {n}", ", shares {n} apart at most").format(n=point.apart)
            )
        kind = "on-curve" if point.is_on_line else "off-curve"
        parts.append(
            svg.element("circle", class_=kind, cx=x, cy=y, r=4, data_tip_zh=tip.zh, data_tip_en=tip.en)
        )
    for number, plan in enumerate(found.plans):
        x, y = scale.at(plan.moved, plan.mean_km)
        name = f"{number}" if number else "0"
        parts.append(
            svg.element(
                "g",
                svg.element("circle", cx=x, cy=y, r=9),
                svg.element("text", name, x=x, y=y + 4),
                class_="plan-mark",
                data_tip_zh=plan.label.zh,
                data_tip_en=plan.label.en,
            )
        )
    view = {svg.VIEW_BOX: f"0 0 {svg.number(_WIDTH)} {svg.number(_HEIGHT)}"}
    return svg.element(
        "svg", *parts, class_="curve-chart", role="img", aria_labelledby="curve-caption", **view
    )


def _axes(scale: _Scale) -> list[Markup]:
    parts = []
    bottom = _HEIGHT - _BOTTOM
    for km in svg.nice_ticks(*scale.y):
        _, y = scale.at(0, km)
        parts.append(svg.element("line", class_="grid", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y))
        parts.append(
            svg.element(
                "text", numbers.show(km, "km"), class_="tick", x=_LEFT - 6, y=y + 4, text_anchor="end"
            )
        )
    for moved in svg.nice_ticks(*scale.x):
        x, _ = scale.at(moved, scale.y[0])
        parts.append(svg.element("line", class_="grid", x1=x, x2=x, y1=bottom, y2=bottom + 4))
        parts.append(
            svg.element(
                "text", numbers.show(moved, "pupil"), class_="tick", x=x, y=bottom + 18, text_anchor="middle"
            )
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    x_title = both_spans(Text("改换学校的学生（人）", "pupils moved"), tag="tspan")
    y_title = both_spans(Text("平均上学距离（公里）", "mean distance (km)"), tag="tspan")
    turned = f"translate(13 {svg.number((_TOP + bottom) / 2)}) rotate(-90)"
    return [
        *parts,
        svg.element("text", x_title, class_="title", x=middle, y=_HEIGHT - 8, text_anchor="middle"),
        svg.element("text", y_title, class_="title", transform=turned, text_anchor="middle"),
    ]
