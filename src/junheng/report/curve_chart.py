"""The curve of choices as a drawing, for the report and for the planning desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from junheng.report import numbers, svg
from junheng.report.curve import Curve, Point
from junheng.report.page_text import both_spans
from junheng.text import Language, Text

_WIDTH, _HEIGHT = 380.0, 290.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 14.0, 14.0, 44.0
_DOT, _MARK, _REACH = 4.0, 9.0, 12.0
"""Radii: of a choice, of a plan beside the curve, and of what a finger may miss a choice by."""
_LETTER = 7.0
"""Half of a number's height, and about the width of a digit."""


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
        most = max(moved) or 1.0
        # Room at the left: today's zones, in which nobody moves, would lie on the axis and hide its figures.
        return cls((-0.06 * most, 1.08 * most), (low - room, high + room))

    def at(self, point: Point) -> tuple[float, float]:
        return self.spot(point.moved, point.mean_km)

    def spot(self, moved: float, km: float) -> tuple[float, float]:
        (x0, x1), (y0, y1) = self.x, self.y
        return (
            _LEFT + (_WIDTH - _LEFT - _RIGHT) * (moved - x0) / (x1 - x0),
            _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * (km - y0) / (y1 - y0),
        )


def chart(found: Curve, *, language: Language | None = None, chosen: str = "") -> Markup:
    """Draw the curve with its axes and the plans beside it, each with its mark.

    Parameters
    ----------
    language
        Of the words in the drawing; `None` for both, of which the page shows one.
    chosen
        Mark of the choice that is pointed out.
    """
    scale = _Scale.over((*found.points, *found.plans))
    line = " ".join(
        ("L" if i else "M") + " ".join(svg.number(v) for v in scale.at(p))
        for i, p in enumerate(p for p in found.points if p.is_on_line)
    )
    is_linked = any(point.href for point in found.points)
    view = {svg.VIEW_BOX: f"0 0 {svg.number(_WIDTH)} {svg.number(_HEIGHT)}"}
    return svg.element(
        "svg",
        *_axes(scale, language),
        svg.element("path", class_="curve", d=line),
        *(_choice(scale.at(p), p, language, has_apart=found.has_apart) for p in found.points),
        *(_plan(scale.at(plan), plan, language) for plan in found.plans),
        *_numbered(scale, found, chosen=chosen),
        class_="curve-chart",
        # What has links in it is no image for a screen reader.
        role="group" if is_linked else "img",
        aria_labelledby="curve-caption",
        **view,
    )


def _told(point: Point, *, has_apart: bool) -> Text:
    told = Text(
        "改换 {moved} 人，平均 {km} 公里，超出学位 {over} 人",
        "{moved} pupils moved, mean {km} km, {over} over capacity",
    ).format(moved=numbers.show(point.moved, "pupil"), km=numbers.show(point.mean_km, "km"), over=point.over)
    if not has_apart:
        return told
    return told.joined("", Text("，占比最多相差 {n}", ", shares {n} apart at most").format(n=point.apart))


def _tip(text: Text, language: Language | None) -> dict[str, str]:
    """Return what a script shows of both languages; in one language, the browser itself does (`_title`)."""
    return {"data_tip_zh": text.zh, "data_tip_en": text.en} if language is None else {}


def _title(text: Text, language: Language | None) -> list[Markup]:
    return [] if language is None else [svg.element("title", text.in_(language))]


def _words(text: Text, language: Language | None) -> Markup | str:
    return both_spans(text, tag="tspan") if language is None else text.in_(language)


def _choice(at: tuple[float, float], point: Point, language: Language | None, *, has_apart: bool) -> Markup:
    told, (x, y) = _told(point, has_apart=has_apart), at
    kind = "on-curve" if point.is_on_line else "off-curve"
    dot = svg.element("circle", class_=kind, cx=x, cy=y, r=_DOT, **_tip(told, language))
    if not point.href:
        return dot
    told = Text.same(f"{point.mark}: ").joined("", told)
    # By keyboard the choices are gone through in the list below the drawing, which has room for a finger.
    return svg.element(
        "a",
        *_title(told, language),
        svg.element("circle", class_="reach", cx=x, cy=y, r=_REACH),
        dot,
        href=point.href,
        tabindex="-1",
        aria_label=told.in_(language or "zh"),
    )


def _plan(at: tuple[float, float], plan: Point, language: Language | None) -> Markup:
    x, y = at
    return svg.element(
        "g",
        *_title(plan.label, language),
        svg.element("circle", cx=x, cy=y, r=_MARK),
        svg.element("text", plan.mark, x=x, y=y + 4),
        class_="plan-mark",
        **_tip(plan.label, language),
    )


def _numbered(scale: _Scale, found: Curve, *, chosen: str) -> list[Markup]:
    """Write the number of each choice beside it where there is room, and always that of the chosen one."""
    dots = [scale.at(point) for point in (*found.points, *found.plans)]
    taken = [(x, y, _DOT) for x, y in dots[: len(found.points)]]
    taken += [(x, y, _MARK) for x, y in dots[len(found.points) :]]
    parts = []
    for point in sorted(found.points, key=lambda one: one.mark != chosen):
        x, y = scale.at(point)
        is_chosen = bool(chosen) and point.mark == chosen
        if is_chosen:
            parts.append(svg.element("circle", class_="chosen", cx=x, cy=y, r=_DOT + 4))
        spot = _free((x, y), point.mark, taken, is_needed=is_chosen)
        if point.mark and spot is not None:
            taken.append((*spot, _LETTER))
            parts.append(
                svg.element(
                    "text",
                    point.mark,
                    class_="number",
                    x=spot[0],
                    y=spot[1] + 4,
                    text_anchor="middle",
                    aria_hidden="true",
                )
            )
    return parts


def _free(
    at: tuple[float, float], mark: str, taken: Sequence[tuple[float, float, float]], *, is_needed: bool
) -> tuple[float, float] | None:
    """Return a spot beside a choice where its number covers nothing; `None` where there is none."""
    x, y = at
    # Close by; or farther off, where the choice lies under the mark of a plan.
    spots = [
        (x + right * (off + _LETTER * (len(mark) - 1) / 2), y + down * off)
        for off in (_DOT + _LETTER + 3, _MARK + _LETTER + 1)
        for right, down in ((0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1))
    ]
    free = (
        (x1, y1)
        for x1, y1 in spots
        if y1 < _HEIGHT - _BOTTOM
        and all(abs(x1 - x2) >= _LETTER + r or abs(y1 - y2) >= _LETTER + r for x2, y2, r in taken)
    )
    return next(free, spots[0] if is_needed else None)


def _axes(scale: _Scale, language: Language | None) -> list[Markup]:
    parts = []
    bottom = _HEIGHT - _BOTTOM
    for km in svg.nice_ticks(*scale.y):
        _, y = scale.spot(0, km)
        parts.append(svg.element("line", class_="grid", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=y, y2=y))
        parts.append(
            svg.element(
                "text", numbers.show(km, "km"), class_="tick", x=_LEFT - 6, y=y + 4, text_anchor="end"
            )
        )
    for moved in svg.nice_ticks(*scale.x):
        x, _ = scale.spot(moved, scale.y[0])
        parts.append(svg.element("line", class_="grid", x1=x, x2=x, y1=bottom, y2=bottom + 4))
        parts.append(
            svg.element(
                "text", numbers.show(moved, "pupil"), class_="tick", x=x, y=bottom + 18, text_anchor="middle"
            )
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    x_title = _words(Text("改换学校的学生（人）", "pupils moved"), language)
    y_title = _words(Text("平均上学距离（公里）", "mean distance (km)"), language)
    turned = f"translate(13 {svg.number((_TOP + bottom) / 2)}) rotate(-90)"
    return [
        *parts,
        svg.element("text", x_title, class_="title", x=middle, y=_HEIGHT - 8, text_anchor="middle"),
        svg.element("text", y_title, class_="title", transform=turned, text_anchor="middle"),
    ]
