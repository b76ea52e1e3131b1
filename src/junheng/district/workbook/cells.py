"""Cells that read back exactly and that no spreadsheet program takes for a formula."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from junheng.errors import UsageError
from junheng.text import Text

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so may be taken for a formula once it is edited or saved as CSV."""
MOST_UNITS = 32_767
"""UTF-16 units that Excel keeps in one cell."""


class _Exact(float):
    """A number that is always formatted as its shortest exact text.

    The writing library formats numbers with 16 significant digits, one too few for one number in two.
    """

    def __format__(self, _: str) -> str:
        return float.__repr__(self).removesuffix(".0")


def write_numbers(sheet: Any, column: int, values: Sequence[float | int | None], style: Any) -> None:
    """Write a column of numbers below the header; absent ones stay empty cells."""
    for row, value in enumerate(values, start=1):
        if value is not None:
            sheet.write_number(row, column, _Exact(value), style)


def write_texts(sheet: Any, column: int, values: Sequence[str | None], *, style: Any, quoted: Any) -> None:
    """Write a column of texts below the header; absent ones stay empty cells.

    Parameters
    ----------
    style, quoted
        Format of ordinary texts, and of those that could be taken for formulas: it has the quote prefix.

    Raises
    ------
    UsageError
        For a text that a cell cannot hold.
    """
    for row, value in enumerate(values, start=1):
        if value is not None:
            is_risky = value.startswith(FORMULA_STARTS)
            sheet.write_string(row, column, as_cell_text(value), quoted if is_risky else style)


def as_cell_text(text: str) -> str:
    """Return the text as the writing library must be given it.

    The library writes a text from ``<r>`` to ``</r>`` as it stands, taking it for its own formatted text; such a
    text is given as one formatted run with its characters escaped.
    """
    if len(text) > MOST_UNITS // 2 and len(text.encode("utf-16-le")) // 2 > MOST_UNITS:
        raise UsageError(
            Text(
                "文字有 {n} 个字符，超出 Excel 单元格的上限（“{start}…”）：改存为文件夹（CSV 或 Parquet）",
                "a text of {n} characters is longer than a cell of Excel holds (“{start}…”): write a folder instead",
            ).format(n=len(text), start=text[:30])
        )
    if any(character in "\ufffe\uffff" or "\ud800" <= character <= "\udfff" for character in text):
        raise UsageError(
            Text(
                "文字“{text}”含有工作簿不能保存的字符",
                "the text “{text}” has a character that no workbook can hold",
            ).format(text=ascii(text)[:60])
        )
    if text.startswith("<r>") and text.endswith("</r>"):
        return f'<r><t xml:space="preserve">{html.escape(text, quote=False)}</t></r>'
    return text
