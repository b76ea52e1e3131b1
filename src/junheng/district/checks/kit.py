"""What every check is made of: a stable code, a severity, a sentence, and a function from records to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from junheng.district.checks.records import AT, Records
from junheng.district.columns import table
from junheng.errors import Problem, Severity
from junheng.text import Text

MOST_PROBLEMS = 1000
"""Of one check so many problems are given one by one, then one more says how many there are."""
MOST_NAMED = 8
"""Of many codes so many are named in one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    table
        Table in which it stands.
    at
        Position of the row in the table's frame; `None` for the table as a whole.
    column
        Column of the cell, or `None`.
    key
        The record's own key where it helps to find it.
    found, expected, remedy
        As in `Problem`.
    """

    table: str
    at: int | None
    column: str | None = None
    key: str | None = None
    found: Text
    expected: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Check:
    """One named check.

    Attributes
    ----------
    code
        Stable name, given in every problem that it finds.
    severity
        ``error`` where results would be wrong or ambiguous, else ``warning``.
    text
        What it looks for, in one line.
    find
        Returns the findings in the order of the rows.
    is_cell
        Whether it looks at single cells. The readers do that with the cell's own wording, so that such a
        check is only run on a District built in memory.
    """

    code: str
    severity: Severity
    text: Text
    find: Callable[[Records], Iterable[Finding]]
    is_cell: bool = False

    def problems(self, records: Records) -> Iterator[Problem]:
        """Yield the problems that the check finds; beyond `MOST_PROBLEMS` only their number."""
        findings = iter(self.find(records))
        for finding in islice(findings, MOST_PROBLEMS):
            yield self._problem(records, finding)
        rest = list(findings)
        if rest:
            more = Text("另有 {n} 处同类问题，首处：{found}", "{n} more of the same, first: {found}")
            yield self._problem(records, rest[0], found=more.format(n=len(rest), found=rest[0].found))

    def _problem(self, records: Records, finding: Finding, *, found: Text | None = None) -> Problem:
        return Problem(
            code=self.code,
            severity=self.severity,
            place=records.place(finding.table, finding.at, finding.column, finding.key),
            found=finding.found if found is None else found,
            expected=finding.expected,
            remedy=finding.remedy,
        )


def check(
    code: str, severity: Severity, zh: str, en: str, *, is_cell: bool = False
) -> Callable[[Callable[[Records], Iterable[Finding]]], Check]:
    """Turn a function from records to findings into a `Check`."""

    def wrap(find: Callable[[Records], Iterable[Finding]]) -> Check:
        return Check(code, severity, Text(zh, en), find, is_cell)

    return wrap


def each(
    rows: pl.DataFrame,
    table_name: str,
    column: str,
    *,
    key: tuple[str, ...] = (),
    found: Text,
    expected: Text,
    remedy: Text,
    **more: object,
) -> Iterator[Finding]:
    """Yield a finding for each of the rows that a check looks for.

    Parameters
    ----------
    rows
        With their position (`AT`), in the order of the findings.
    key
        Columns that make up the record's own key, where it helps to find it.
    found, expected, remedy
        Their ``{placeholders}`` are filled from the row's cells, and from ``more``.
    """
    for row in rows.iter_rows(named=True):
        yield Finding(
            table=table_name,
            at=row[AT],
            column=column,
            key="/".join(str(row[name]) for name in key if row[name] is not None) or None,
            found=found.format(**row, **more),
            expected=expected.format(**row, **more),
            remedy=remedy.format(**row, **more),
        )


def number(value: Any) -> str:
    """Return a number as people write it: whole numbers without a point, others with up to six digits."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else f"{value:.6g}"


def label(table_name: str, column: str) -> Text:
    """Return what people call a column."""
    return table(table_name).column(column).label


def listed(codes: Sequence[str]) -> Text:
    """Return codes as one list, cut where there are many."""
    named = Text("、".join(codes[:MOST_NAMED]), ", ".join(codes[:MOST_NAMED]))
    if len(codes) <= MOST_NAMED:
        return named
    return Text("{named}等 {n} 个", "{named} and others, {n} in all").format(named=named, n=len(codes))


def either(texts: Sequence[Text]) -> Text:
    """Return texts as one list with the separator of each language."""
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def quantity(table_name: str, column: str, value: Any) -> Text:
    """Return a column's label with a value and its unit, such as ``在校生数 830 人``.

    Where a language calls both the same, as English does pupils, it is said once: ``830 pupils``.
    """
    called, unit = label(table_name, column), table(table_name).column(column).unit.text
    return Text(
        *(
            f"{number(value)} {of}" if name == of else f"{name} {number(value)} {of}".rstrip()
            for name, of in zip(called, unit, strict=True)
        )
    )
