"""Which table a sheet or file is, and which column a header is, whatever language and width it is written in."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from functools import cache

from junheng.district.columns import Table, table, tables
from junheng.text import Text


def fold(name: str) -> str:
    """Return a name without differences of case, of full and half width, and of spacing.

    >>> fold(" Ｓchool　Code ")
    'school code'
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@cache
def _tables_by_wording() -> dict[str, str]:
    return {
        fold(wording): one.name for one in tables().values() for wording in _wordings(one.name, one.label)
    }


@cache
def _columns_by_wording(name: str) -> dict[str, str]:
    return {
        fold(wording): column.name
        for column in table(name)
        for wording in _wordings(column.name, column.label)
    }


def _wordings(name: str, label: Text) -> tuple[str, str, str]:
    return name, label.zh, label.en


def table_named(wording: str) -> str | None:
    """Return the table that a sheet or file name stands for: its Chinese or English label or its own name."""
    return _tables_by_wording().get(fold(wording))


def column_named(one: Table, wording: str) -> str | None:
    """Return the column that a header stands for: its Chinese or English label or its own name."""
    return _columns_by_wording(one.name).get(fold(wording))


def nearest(wording: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that looks most like a wording, or `None` when none looks alike."""
    by_fold = {fold(candidate): candidate for candidate in candidates}
    close = difflib.get_close_matches(fold(wording), list(by_fold), n=1)
    return by_fold[close[0]] if close else None
