"""Day cells: a day of the calendar in the usual spellings, kept as ISO text."""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date, datetime

import polars as pl

from junheng.district.intake.finding import Finding, RawColumn, ReadColumn, saying
from junheng.district.intake.wording import MEND_FORMULA, expectation, is_error_text, plain
from junheng.text import Text

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""A year outside is a slip of the keyboard, not a day in anybody's life."""

_SPELLING = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[ T]00:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
_TO_DATE = Text(
    "写作 2020-05-01；或把单元格格式设为“日期”后重新填写",
    "Write 2020-05-01, or set the format of the cell to Date and type it again",
)


def read_dates(raw: RawColumn) -> ReadColumn:
    """Read a column of days: date cells, or text as in 2020-05-01, 2020/5/1, 2020.5.1, 2020年5月1日, 20200501.

    Two-digit years, days before months and spreadsheet serial numbers are refused, for they can mean several
    days. The values are ISO texts, which sort as the days do.
    """
    days = {value: _day_of(value) for value in set(map(_hashable, raw.values))}
    series = pl.Series(raw.column.name, [days[_hashable(value)][0] for value in raw.values], dtype=pl.String)
    findings = []
    for code in sorted({code for _, code in days.values() if code is not None}):
        indexes = [at for at, value in enumerate(raw.values) if days[_hashable(value)][1] == code]
        remedy = MEND_FORMULA if code == "formula-error" else _TO_DATE
        findings.append(
            Finding(code=code, indexes=indexes, word=saying(raw, expectation(raw.column), remedy))
        )
    return ReadColumn(series, tuple(findings))


def is_day(text: str) -> bool:
    """Say whether a text is a day as tables keep it: ISO, of a plausible year.

    >>> is_day("2020-02-29"), is_day("2021-02-29"), is_day("2020-2-9")
    (True, False, False)
    """
    return _day_of(text)[0] == text


def _hashable(value: object) -> Hashable:
    """Keep ``True`` apart from the number 1."""
    return ("flag", value) if isinstance(value, bool) else value


def _day_of(value: Hashable) -> tuple[str | None, str | None]:
    """Return the ISO text of a cell and, where it is no day, the code of the check."""
    if isinstance(value, datetime):
        if value.time() != datetime.min.time():
            return None, "not-a-day"
        value = value.date()
    if isinstance(value, date):
        return _kept(value.year, value.month, value.day)
    text = plain(value).strip() if value is not None else ""
    if not text:
        return None, None
    if is_error_text(text):
        return None, "formula-error"
    match = _SPELLING.fullmatch(text)
    if match is None:
        return None, "not-a-day"
    year, month, day = (int(part) for part in match.groups() if part is not None)
    return _kept(year, month, day)


def _kept(year: int, month: int, day: int) -> tuple[str | None, str | None]:
    try:
        found = date(year, month, day)
    except ValueError:
        return None, "not-a-day"
    return (found.isoformat(), None) if FIRST_YEAR <= year <= LAST_YEAR else (None, "not-a-day")
