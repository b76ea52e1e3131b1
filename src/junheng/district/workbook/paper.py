"""How a sheet comes out of a printer: on A4, no wider than can be read, its headers and keys on every page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_A4 = 9
"""The paper's number in the file format."""
_INCHES = {"left": 0.4, "right": 0.4, "top": 0.6, "bottom": 0.6}
_PORTRAIT, _LANDSCAPE = 102, 148
"""Characters of the usual size that stand side by side between these margins."""
_SMALLEST = 0.6
"""To this share of its size a sheet is shrunk before it goes on to a second page on the right."""
_SHOWN_AND_PRINTED = 0
_FOOTER = "&L&A&R&P / &N"
"""Name of the sheet, page and number of pages: the same in every language."""


def set_up_paper(sheet: Any, widths: Sequence[float], *, headers: int = 1, keys: int = 0) -> None:
    """Set a sheet up for printing.

    Parameters
    ----------
    widths
        Of its columns, in characters.
    headers, keys
        Rows at its top, and columns at its left, that every page repeats.
    """
    sheet.set_paper(_A4)
    sheet.set_margins(**_INCHES)
    sheet.set_footer(_FOOTER)
    sheet.hide_gridlines(_SHOWN_AND_PRINTED)
    if sum(widths) > _PORTRAIT:
        sheet.set_landscape()
    sheet.fit_to_pages(pages_across(widths, keys=keys), 0)
    if headers:
        sheet.repeat_rows(0, headers - 1)
    if keys:
        sheet.repeat_columns(0, keys - 1)


def pages_across(widths: Sequence[float], *, keys: int) -> int:
    """Return how many landscape pages stand side by side: as few as letters that can be read allow."""
    repeated = sum(widths[:keys])
    page = _LANDSCAPE / _SMALLEST - repeated
    return max(1, math.ceil((sum(widths) - repeated) / page))
