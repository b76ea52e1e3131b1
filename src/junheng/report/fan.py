"""A fan: the years that were, the years to come with their intervals, and the places that there are."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from markupsafe import Markup

from junheng.report.svg import VIEW_BOX, element, nice_ticks, number

WIDTH, HEIGHT = 320.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 38.0, 6.0, 8.0, 20.0
_HEADROOM = 1.05


def fan(
    past: Sequence[tuple[int, float]], rows: pl.DataFrame, *, places: float | None, labelled_by: str
) -> Markup:
    """Return the chart of one school.

    Parameters
    ----------
    past
        Years and pupils, ascending.
    rows
        Years to come: ``year, mean, q025, q10, q90, q975``.
    places
        Drawn as a line; `None` where they are not known.
    labelled_by
        The element of the page that names the chart, for those who cannot see it.
    """
    years = [year for year, _ in past] + rows["year"].to_list()
    tops = [pupils for _, pupils in past] + rows["q975"].to_list() + ([] if places is None else [places])
    scale = _Scale(min(years), max(years), max(*tops, 1.0) * _HEADROOM)
    # The fan opens at the last count, which is known.
    start = past[-1] if past else (rows["year"][0], rows["mean"][0])
    parts = [*_grid(scale)]
    for kind, low, high in (("fan95", "q025", "q975"), ("fan80", "q10", "q90")):
        upper = [start, *rows.select("year", high).iter_rows()]
        lower = [start, *rows.select("year", low).iter_rows()]
        parts.append(element("path", class_=kind, d=scale.line([*upper, *reversed(lower)]) + "Z"))
    if places is not None:
        y = scale.y(places)
        parts.append(element("line", class_="places", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y))
    parts.append(element("path", class_="past", d=scale.line(past)))
    parts.append(
        element("path", class_="ahead", d=scale.line([start, *rows.select("year", "mean").iter_rows()]))
    )
    view = {VIEW_BOX: f"0 0 {number(WIDTH)} {number(HEIGHT)}"}
    return element("svg", *parts, class_="fan", role="img", aria_labelledby=labelled_by, **view)


class _Scale:
    def __init__(self, first: int, last: int, top: float) -> None:
        self.first, self.last, self.top = first, max(last, first + 1), top

    def x(self, year: float) -> float:
        return _LEFT + (year - self.first) / (self.last - self.first) * (WIDTH - _LEFT - _RIGHT)

    def y(self, pupils: float) -> float:
        return HEIGHT - _BOTTOM - pupils / self.top * (HEIGHT - _TOP - _BOTTOM)

    def line(self, points: Sequence[tuple[int, float]]) -> str:
        joined = "L".join(f"{number(self.x(year))} {number(self.y(pupils))}" for year, pupils in points)
        return f"M{joined}" if joined else ""


def _grid(scale: _Scale) -> list[Markup]:
    parts = []
    for pupils in nice_ticks(0, scale.top, n=3):
        y = scale.y(pupils)
        parts.append(element("line", class_="grid", x1=_LEFT, x2=WIDTH - _RIGHT, y1=y, y2=y))
        parts.append(element("text", f"{pupils:,.0f}", x=_LEFT - 4, y=y + 4, text_anchor="end"))
    for year in (scale.first, scale.last):
        anchor = "start" if year == scale.first else "end"
        parts.append(element("text", str(year), x=scale.x(year), y=HEIGHT - 5, text_anchor=anchor))
    return parts
