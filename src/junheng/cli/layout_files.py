"""The files of a layout plan: tables, maps and a report of every planned year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from junheng.district.geojson import write_geojson
from junheng.district.model import District
from junheng.planners.layout.outcome import demand_table
from junheng.planners.layout.planner import LayoutResult
from junheng.progress import Progress
from junheng.report.layout import layout_reports
from junheng.report.render import write_html
from junheng.standards.standard import Standard
from junheng.text import Language, Text


def reasons_of(found: LayoutResult) -> list[dict[str, Any]]:
    """Return why each site does not do something else, as rows."""
    return [
        {
            "site": one.site,
            "kind": one.kind,
            "code": one.code,
            "text": one.text._asdict(),
            "least_yuan": one.least_yuan,
            "yuan": one.yuan,
            "unserved": one.unserved,
        }
        for one in found.why_not
    ]


def write_tables(found: LayoutResult, folder: Path, *, district: District, standard: Standard) -> list[Path]:
    """Write schedule, investment, years, sites, handover, why not and the children that were planned for as CSV."""
    on = standard.on(date.fromisoformat(found.plan.standard_date))
    folder.mkdir(parents=True, exist_ok=True)
    frames: Mapping[str, pl.DataFrame] = {
        "schedule": found.schedule,
        "investment": found.investment,
        "years": found.years,
        "sites": found.sites,
        "handover": found.handover,
        "why_not": _flat(reasons_of(found)),
        "demand": demand_table(found.problem, district, on),
    }
    for name, frame in frames.items():
        frame.write_csv(folder / f"{name}.csv", include_bom=True)
    return [folder / f"{name}.csv" for name in frames]


def _flat(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return rows with a column for each language of the text."""
    flat = [{**{k: v for k, v in row.items() if k != "text"}, **row["text"]} for row in rows]
    columns = ["site", "kind", "code", "zh", "en", "least_yuan", "yuan", "unserved"]
    return pl.DataFrame(flat, infer_schema_length=None).select(columns) if flat else pl.DataFrame()


def write_maps(found: LayoutResult, folder: Path, *, district: District) -> list[Path]:
    """Write the homes with their schools as they are, and as they will be in every planned year."""
    files = [folder / "map-now.geojson"]
    write_geojson(district, files[0])
    for year in found.problem.years:
        files.append(folder / f"map-{year}.geojson")
        write_geojson(found.district_in(district, year), files[-1])
    return files


def write_reports(
    found: LayoutResult,
    folder: Path,
    *,
    district: District,
    standard: Standard,
    language: Language,
    prices: pl.DataFrame | None,
    progress: Progress,
) -> list[Path]:
    """Write a report a planned year: its children in today's schools and in the planned ones; maps of all years."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for year, report in layout_reports(found, district, standard, years=found.problem.years, prices=prices):
        progress(Text(f"写出 {year} 学年报告", f"writing the report of {year}"))
        files.append(folder / f"report-{year}.html")
        write_html(report, files[-1], language=language)
    return files
