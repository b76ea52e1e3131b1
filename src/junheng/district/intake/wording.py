"""How the value of a cell, and what a column expects, are put into words."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence

from junheng.district.columns import Column
from junheng.text import Text

SHOWN_CHARACTERS = 40
"""A found value longer than this is cut when it is shown; a message must stay readable."""


_ERROR_TEXT = re.compile(r"#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)")

MEND_FORMULA = Text(
    "公式出错：改正公式，或把结果粘贴为数值", "The formula failed: mend it, or paste its result as a value"
)


def is_error_text(text: str) -> bool:
    """Say whether a text is what a failed formula shows, such as ``#DIV/0!``: a CSV keeps only that.

    >>> is_error_text("#N/A"), is_error_text("#1")
    (True, False)
    """
    return _ERROR_TEXT.fullmatch(text.strip()) is not None


def plain(value: object) -> str:
    """Return the value of a cell as its text: whole numbers without a point, dates in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".0f") if value.is_integer() and abs(value) < 1e21 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def shown(value: object) -> Text:
    """Return the value of a cell in quotation marks, cut to a readable length."""
    wording = " ".join(plain(value).split())
    if len(wording) > SHOWN_CHARACTERS:
        wording = wording[:SHOWN_CHARACTERS] + "…"
    return Text.same(f"“{wording}”")


def listed(items: Iterable[Text]) -> Text:
    """Return the items as one list, with the separator of each language."""
    every = list(items)
    return Text("、".join(item.zh for item in every), ", ".join(item.en for item in every))


def expectation(column: Column) -> Text:
    """Return what a column expects, in words: kind of value, range and unit."""
    if column.type == "enum":
        choices = listed(choice.text for choice in column.choices)
        return Text("下列之一：{choices}", "one of: {choices}").format(choices=choices)
    if column.type == "geometry":
        return Text("WKT 文本的 POLYGON 或 MULTIPOLYGON", "a POLYGON or MULTIPOLYGON as WKT text")
    if column.type == "date":
        return Text("日期，如 2020-05-01", "a day such as 2020-05-01")
    if column.type == "text":
        return Text("文本", "text")
    kind = Text("整数", "a whole number") if column.type == "integer" else Text("数字", "a number")
    unit = Text("", "")
    if column.unit.text.zh:
        unit = Text("（{unit}）", " ({unit})").format(unit=column.unit.text)
    return Text("{kind}{range}{unit}", "{kind}{range}{unit}").format(
        kind=kind, range=_range(column), unit=unit
    )


def _range(column: Column) -> Text:
    low, high = column.minimum, column.maximum
    if low is None and high is None:
        return Text("", "")
    if high is None:
        return Text(f"，不小于 {low:g}", f" of at least {low:g}")
    if low is None:
        return Text(f"，不大于 {high:g}", f" of at most {high:g}")
    return Text(f"，{plain(low)} 至 {plain(high)}", f" from {plain(low)} to {plain(high)}")


def row_ranges(rows: Sequence[int]) -> str:
    """Return row numbers in ascending order as ranges, such as ``2-5, 9``."""
    ranges: list[list[int]] = []
    for row in rows:
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)
