"""Refusing a file as a whole, with the way to mend it."""

from __future__ import annotations

from junheng.errors import InputError, Place, Problem
from junheng.text import Text

SAVE_AGAIN = Text(
    "在 Excel 或 WPS 中打开，另存为新的 .xlsx 文件后再试",
    "Open it in Excel or WPS, save it as a new .xlsx file and try again",
)
WORKBOOK = Text("一个 .xlsx 工作簿", "an .xlsx workbook")


def refusal(
    file: str,
    code: str,
    *,
    found: Text,
    expected: Text = WORKBOOK,
    remedy: Text = SAVE_AGAIN,
    sheet: str | None = None,
) -> InputError:
    """Return the error that refuses a file (or one of its sheets) before anything in it is used."""
    problem = Problem(
        code=code,
        severity="error",
        place=Place(file=file, sheet=sheet),
        found=found,
        expected=expected,
        remedy=remedy,
    )
    return InputError([problem])
