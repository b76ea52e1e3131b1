"""Workbooks of tests, without files."""

from __future__ import annotations

import io

import openpyxl


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    """Return a workbook as an upload gives it."""
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out
