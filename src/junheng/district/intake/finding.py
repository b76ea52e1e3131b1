"""What is wrong with some cells of one column, and how it becomes problems of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from junheng.district.columns import Column
from junheng.district.intake.wording import row_ranges, shown
from junheng.errors import Place, Problem, Severity
from junheng.text import Text

MOST_PROBLEMS_PER_COLUMN = 2000
"""Of one check in one column so many problems are given one by one; one more names all remaining rows.
A column of a million wrong cells would otherwise take gigabytes to describe."""


class Wording(NamedTuple):
    """What stands in a cell, what should, and how to mend it."""

    found: Text
    expected: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class RawColumn:
    """The cells of one column as they stand in the file.

    Attributes
    ----------
    column
        The column of the column table.
    place
        File, sheet and header.
    values
        One value a row: ``str``, ``float``, ``int``, ``bool``, a date or time; ``""`` for an empty cell.
    rows
        Row numbers in the file, ascending, one a value.
    is_typed
        Whether the file keeps numbers apart from text: a workbook does, a CSV does not.
    """

    column: Column
    place: Place
    values: Sequence[object]
    rows: Sequence[int]
    is_typed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check that some cells of a column failed.

    Attributes
    ----------
    code, severity
        As in `Problem`.
    indexes
        Positions of the cells, ascending.
    word
        Gives the wording for one position.
    is_one_problem
        Whether all cells make one problem (for a warning about a habit) rather than one each.
    """

    code: str
    indexes: Sequence[int]
    word: Callable[[int], Wording]
    severity: Severity = "error"
    is_one_problem: bool = False


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column read: values of the right type, null where a cell is empty or wrong, and what was found."""

    series: pl.Series
    findings: tuple[Finding, ...] = ()

    @property
    def wrong(self) -> frozenset[int]:
        """Positions of cells that have a value which could not be used."""
        return frozenset(
            index for finding in self.findings if finding.severity == "error" for index in finding.indexes
        )


def problems_of(raw: RawColumn, findings: Iterable[Finding]) -> list[Problem]:
    """Return the problems of one column in the order of its rows within each check."""
    return [problem for finding in findings if finding.indexes for problem in _problems(raw, finding)]


def _problems(raw: RawColumn, finding: Finding) -> list[Problem]:
    if finding.is_one_problem:
        return [_together(raw, finding, finding.indexes)]
    single = finding.indexes[:MOST_PROBLEMS_PER_COLUMN]
    rest = finding.indexes[MOST_PROBLEMS_PER_COLUMN:]
    problems = [_problem(raw, finding, index, finding.word(index)) for index in single]
    return [*problems, _together(raw, finding, rest)] if rest else problems


def _together(raw: RawColumn, finding: Finding, indexes: Sequence[int]) -> Problem:
    wording = finding.word(indexes[0])
    rows = row_ranges([int(raw.rows[index]) for index in indexes])
    found = Text(
        "{n} 个单元格（第 {rows} 行），如 {found}", "{n} cell(s) (rows {rows}) such as {found}"
    ).format(n=len(indexes), rows=rows, found=wording.found)
    return _problem(raw, finding, indexes[0], wording._replace(found=found))


def _problem(raw: RawColumn, finding: Finding, index: int, wording: Wording) -> Problem:
    return Problem(
        code=finding.code,
        severity=finding.severity,
        place=replace(raw.place, row=int(raw.rows[index])),
        found=wording.found,
        expected=wording.expected,
        remedy=wording.remedy,
    )


def saying(raw: RawColumn, expected: Text, remedy: Text) -> Callable[[int], Wording]:
    """Return a wording that shows the cell's own value and says the same otherwise."""
    return lambda index: Wording(shown(raw.values[index]), expected, remedy)
