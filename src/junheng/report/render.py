"""Render a report as one HTML page, or write it to a file."""

from __future__ import annotations

from pathlib import Path

from junheng.errors import UsageError
from junheng.report.loop import LoopReport
from junheng.report.page import page
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
from junheng.text import LANGUAGES, Language, Text


def render(report: LoopReport, *, language: Language = "zh") -> str:
    """Return the report as one HTML page in both languages; the same report gives the same bytes.

    Parameters
    ----------
    language
        The language that is shown first; the page has a switch.
    """
    if language not in LANGUAGES:
        raise UsageError(
            Text(f"没有语言“{language}”：应为 zh 或 en", f"no language “{language}”: use zh or en")
        )
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
    return page(sections, language=language)


def write_html(report: LoopReport, path: Path, *, language: Language = "zh") -> None:
    """Write the report to a file, whole or not at all."""
    text = render(report, language=language)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
