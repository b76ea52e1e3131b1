"""The forecast as one HTML page: alerts of places first, then a fan of years for every school, then how it was made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from junheng import __version__
from junheng.district.columns import label_of
from junheng.forecast.alerts import COLOURS, SUBJECTS, alerts
from junheng.forecast.cohorts import COMPONENTS
from junheng.forecast.explain import whole_parts
from junheng.forecast.model import PARTS, SCENARIOS, Forecast
from junheng.report import numbers
from junheng.report.facts import Names
from junheng.report.fan import fan
from junheng.report.page import page, write_page
from junheng.text import Language, Text


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one line of a table as shown, the key to filter by, and numbers to sort by."""

    cells: tuple[Any, ...]
    key: str
    order: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class School:
    """One school's fan, and the parts of its number in every year that is forecast."""

    key: str
    name: str
    stage: Text
    chart: Markup
    why: Text
    years: tuple[int, ...]
    parts: tuple[tuple[Text, tuple[str, ...]], ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """The facts of the page."""

    name: str
    span: Text
    is_synthetic: bool
    version: str
    hash: str
    years: tuple[int, ...]
    counts: tuple[tuple[str, Text, int], ...]
    alerts: tuple[Row, ...]
    totals: tuple[Row, ...]
    schools: tuple[School, ...]
    scenarios: tuple[Text, ...]
    parts: tuple[Text, ...]
    stands_on: tuple[Text, ...]
    notices: tuple[Text, ...]


def render_forecast(forecast: Forecast, *, language: Language = "zh") -> str:
    """Return the page in both languages; the same forecast gives the same bytes."""
    return page({"f": facts(forecast)}, language=language, template="forecast.html")


def write_forecast_html(forecast: Forecast, path: Path, *, language: Language = "zh") -> None:
    """Write the page to a file, whole or not at all."""
    write_page(render_forecast(forecast, language=language), path)


def facts(forecast: Forecast) -> ForecastPage:
    """Gather what the page shows."""
    names = Names.of(forecast.district)
    warned = alerts(forecast, forecast.standard)
    counts = Counter(warned["colour"].to_list())
    return ForecastPage(
        name=forecast.district.name,
        span=Text(
            "依据 {year} 学年的记录，预测至 {last} 学年。", "From the records of {year}, up to {last}."
        ).format(year=forecast.district.year, last=forecast.years[-1]),
        is_synthetic=forecast.district.is_synthetic,
        version=__version__,
        hash=numbers.short_hash(forecast.district.hash),
        years=forecast.years,
        counts=tuple((code, text, counts[code]) for code, text in COLOURS.items()),
        alerts=tuple(_alert(row, names) for row in warned.iter_rows(named=True) if row["colour"] != "green"),
        totals=tuple(_total(row) for row in forecast.totals.iter_rows(named=True)),
        schools=tuple(_schools(forecast, names)),
        scenarios=tuple(SCENARIOS.values()),
        parts=tuple(PARTS[name] for name in COMPONENTS),
        stands_on=tuple(forecast.stands_on()),
        notices=tuple(notice.describe() for notice in forecast.notices),
    )


def _alert(row: dict[str, Any], names: Names) -> Row:
    return Row(
        cells=(
            row["colour"],
            COLOURS[row["colour"]],
            names.school(row["school"]),
            label_of("stage", row["stage"]),
            SUBJECTS[row["of"]],
            row["year"],
            numbers.show(row["places"], "pupil"),
            numbers.show(row["mean"], "pupil"),
            numbers.signed(row["over"], "pupil"),
            numbers.share(row["probability"], decimals=0),
        ),
        key=f"{row['colour']} {row['of']}",
        order=(row["year"], row["places"], row["mean"], row["over"], row["probability"]),
    )


def _total(row: dict[str, Any]) -> Row:
    shown = ("mean", "q10", "q90", "q025", "q975", "low", "high")
    return Row(
        cells=(
            label_of("stage", row["stage"]),
            row["year"],
            *(numbers.show(row[name], "pupil") for name in shown),
        ),
        key=row["stage"],
        order=(),
    )


def _schools(forecast: Forecast, names: Names) -> list[School]:
    history = (
        forecast.district.table("rolls")
        .filter(pl.col("year") <= forecast.district.year.start)
        .group_by("school", "stage", "year")
        .agg(pl.col("pupils").sum())
        .sort("year")
    )
    past: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for school, stage, year, pupils in history.iter_rows():
        past.setdefault((school, stage), []).append((year, float(pupils)))
    found: list[School] = []
    for (school, stage), rows in forecast.schools.group_by("school", "stage", maintain_order=True):
        whole = [whole_parts([row[name] for name in COMPONENTS]) for row in rows.iter_rows(named=True)]
        sums, years = [sum(parts) for parts in whole], rows["year"].to_list()
        key = f"fan-{len(found)}"
        found.append(
            School(
                key=key,
                name=names.school(str(school)),
                stage=label_of("stage", str(stage)),
                chart=fan(
                    past.get((str(school), str(stage)), []),
                    rows,
                    places=rows["capacity"][-1],
                    labelled_by=key,
                ),
                why=Text("为什么 {year} 年是 {n}", "Why {n} in {year}").format(
                    year=years[-1], n=numbers.show(sums[-1], "pupil")
                ),
                years=tuple(years),
                parts=tuple(
                    (
                        forecast.part(name, str(stage)),
                        tuple(numbers.signed(float(parts[k]), "pupil") for parts in whole),
                    )
                    for k, name in enumerate(COMPONENTS)
                    if any(parts[k] != 0 for parts in whole)
                ),
                sums=tuple(numbers.show(n, "pupil") for n in sums),
            )
        )
    return found
