"""Runs every check and lists them all."""

from __future__ import annotations

from collections.abc import Mapping

from junheng.district.checks import (
    adding,
    cells,
    children,
    graph,
    history,
    keys,
    newcomers,
    personnel,
    points,
    polygons,
    roster,
    staffing,
    zones,
)
from junheng.district.checks.kit import Check
from junheng.district.checks.records import Records
from junheng.district.model import District
from junheng.district.source import SourceTable, sources_of
from junheng.errors import Problem

_CHECKS: tuple[Check, ...] = (
    *cells.CHECKS,
    *keys.CHECKS,
    *adding.CHECKS,
    *staffing.CHECKS,
    *points.CHECKS,
    *polygons.CHECKS,
    *graph.CHECKS,
    *children.CHECKS,
    *zones.CHECKS,
    *history.CHECKS,
    *roster.CHECKS,
    *personnel.CHECKS,
    *newcomers.CHECKS,
)


def registry() -> tuple[Check, ...]:
    """Return every check in the order in which they run."""
    return _CHECKS


def check_tables(sources: Mapping[str, SourceTable]) -> list[Problem]:
    """Return every problem of tables that were read from a file.

    Single cells (type, range, choice, required) are not looked at again: the readers did, and wrong cells
    are null here.

    Parameters
    ----------
    sources
        Tables by name, with the place of each row in the file.
    """
    records = Records(sources)
    return [problem for one in _CHECKS if not one.is_cell for problem in one.problems(records)]


def check(district: District) -> list[Problem]:
    """Return every problem of a District, its single cells included; rows as its workbook would number them."""
    records = Records(sources_of(district))
    return [problem for one in _CHECKS for problem in one.problems(records)]
