"""Render a report as one HTML page, or write it to a file."""

from __future__ import annotations

from pathlib import Path

from junheng.report.loop import LoopReport
from junheng.report.page import page, write_page
from junheng.report.sections import (
    capacity,
    header,
    layout,
    national,
    planned,
    provenance,
    shortfalls,
    variation,
    works,
    years,
    zones,
)
from junheng.text import Language


def render(report: LoopReport, *, language: Language = "zh") -> str:
    """Return the report as one HTML page in both languages; the same report gives the same bytes.

    Parameters
    ----------
    language
        The language that is shown first; the page has a switch.
    """
    sections = {
        "header": header.section(report),
        "shortfalls": shortfalls.section(report),
        "variation": variation.section(report),
        "national": national.section(report),
        "capacity": capacity.section(report),
        "zones": zones.section(report),
        "planned": planned.section(report),
        "layout": layout.section(report),
        "years": years.section(report),
        "works": works.section(report),
        "provenance": provenance.section(report),
    }
    return page(sections, language=language, template="loop.html")


def write_html(report: LoopReport, path: Path, *, language: Language = "zh") -> None:
    """Write the report to a file, whole or not at all."""
    write_page(render(report, language=language), path)
