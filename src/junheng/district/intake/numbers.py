"""Number cells: exact plain numbers are read; anything else is refused with the way to mend it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from junheng.district.columns import Column
from junheng.district.intake.finding import Finding, RawColumn, ReadColumn, Wording, saying
from junheng.district.intake.wording import MEND_FORMULA, expectation, is_error_text, shown
from junheng.errors import UsageError
from junheng.schoolyear import SchoolYear
from junheng.text import Text

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*(?:\d{1,2}\s*日?)?)?(?:[ T]\d{1,2}:\d{2}.*)?")
_SOME_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_NOTHING = frozenset(
    {"-", "--", "/", "\\", "—", "——", "无", "暂无", "没有", "空", "不详", "未知", "n/a", "na", "null"}
)
_ALWAYS_WHOLE = 2.0**53
"""Above this, not every whole number exists as a floating-point number."""


def read_numbers(raw: RawColumn) -> ReadColumn:
    """Read a column of whole numbers or of numbers.

    Text that is exactly a plain number ("45", "-1.5", "2e3") is read as that number; in a workbook, which keeps
    numbers apart from text, one warning a column says how many. Anything else in the cell is an error: units,
    full-width digits, thousands separators, approximations, dates, true/false. Numbers must be finite, in the
    column's range (angles excepted: their range is checked once their datum is known) and whole where the
    column counts things.
    """
    floats, findings = _floats(raw)
    series = pl.Series(raw.column.name, floats, dtype=pl.Float64, strict=False)
    is_wrong = np.zeros(len(series), dtype=bool)
    values = series.to_numpy()
    is_given = ~np.isnan(values)
    if is_given.sum() != len(series) - series.null_count():  # some are given, but are not numbers
        is_given = series.is_not_null().to_numpy()
    for code, fails, remedy in _checks(raw.column, values, is_given):
        failed = fails & ~is_wrong
        if failed.any():
            is_wrong |= failed
            word = saying(raw, expectation(raw.column), remedy)
            findings.append(Finding(code=code, indexes=np.flatnonzero(failed).tolist(), word=word))
    if is_wrong.any():
        series = series.scatter(np.flatnonzero(is_wrong), None)
    return ReadColumn(series.cast(raw.column.dtype), tuple(findings))


def _checks(column: Column, values: Floats, is_given: Flags) -> Iterator[tuple[str, Flags, Text]]:
    """Give for each check its code, the values that fail it, and the remedy; absent values fail none."""
    finite = np.isfinite(values)
    yield "not-finite", is_given & ~finite, Text("填写普通数字", "Write an ordinary number")
    if column.unit.code != "degree":
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        remedy = Text("核对数字、单位与列是否正确", "Check the figure, its unit and its column")
        yield "out-of-range", finite & ((values < low) | (values > high)), remedy
    if column.type == "integer":
        whole = (values == np.floor(values)) & (np.abs(values) <= _ALWAYS_WHOLE)
        yield (
            "not-whole",
            finite & ~whole,
            Text("填写整数；计数不能有小数", "Write a whole number; a count has no fraction"),
        )


def _floats(raw: RawColumn) -> tuple[Sequence[object], list[Finding]]:
    types = set(map(type, raw.values))
    if types <= {float, int}:
        return raw.values, []
    if types <= {float, int, str}:
        texts = {value for value in raw.values if type(value) is str}
        if texts <= {""}:
            return [None if value == "" else value for value in raw.values], []
    return _with_exceptions(raw)


def _with_exceptions(raw: RawColumn) -> tuple[list[object], list[Finding]]:
    values: list[object] = list(raw.values)
    as_text: list[int] = []
    by_code: dict[str, list[int]] = {}
    for index, value in enumerate(raw.values):
        if type(value) is float or type(value) is int:
            continue
        values[index] = None
        if type(value) is str:
            text = value.strip()
            if not text:
                continue
            if _PLAIN.fullmatch(text):
                values[index] = float(text)
                as_text.append(index)
                continue
        by_code.setdefault(_code(value), []).append(index)
    findings = [
        Finding(code=code, indexes=indexes, word=_words_for(raw)) for code, indexes in sorted(by_code.items())
    ]
    if raw.is_typed and as_text:
        findings.append(_numbers_as_text(raw, as_text))
    return values, findings


def _numbers_as_text(raw: RawColumn, indexes: list[int]) -> Finding:
    return Finding(
        code="number-as-text",
        severity="warning",
        indexes=indexes,
        is_one_problem=True,
        word=saying(
            raw,
            Text("数字格式的单元格", "cells that hold numbers"),
            Text(
                "已按数字读入；请在表格软件中选中整列，“转换为数字”",
                "They were read as numbers; select the column and convert the text to numbers",
            ),
        ),
    )


def _code(value: object) -> str:
    if isinstance(value, bool):
        return "true-false-in-number"
    if not isinstance(value, str):
        return "date-in-number"
    text = value.strip()
    if is_error_text(text):
        return "formula-error"
    return "date-as-text" if _DATE.fullmatch(text) else "text-in-number"


def _words_for(raw: RawColumn) -> Callable[[int], Wording]:
    expected = expectation(raw.column)

    def word(index: int) -> Wording:
        value = raw.values[index]
        return Wording(shown(value), expected, _remedy(raw.column, value))

    return word


def _remedy(column: Column, value: object) -> Text:
    code = _code(value)
    if column.unit.code == "year" and isinstance(value, str) and (year := _school_year(value)) is not None:
        return Text(f"只写起始年：{year}", f"Write only the year in which it begins: {year}")
    if code == "formula-error":
        return MEND_FORMULA
    if code in ("date-in-number", "date-as-text"):
        return Text(
            "单元格里是日期：把格式改为“常规”后重新填写数字",
            "The cell holds a date: set its format to General and type the number again",
        )
    if code == "true-false-in-number":
        return Text("填写数字；是填 1，否填 0", "Write a number; 1 for yes and 0 for no")
    return _remedy_for_text(str(value).strip())


def _remedy_for_text(text: str) -> Text:
    if text.casefold() in _NOTHING:
        return Text(
            "没有数据就留空；只有确实为零才填 0",
            "Leave the cell empty where there is no figure; 0 only if it is zero",
        )
    narrow = unicodedata.normalize("NFKC", text).strip()
    if _PLAIN.fullmatch(narrow):
        return Text("全角数字请改为半角：{n}", "Write the digits in half width: {n}").format(n=narrow)
    if _GROUPED.fullmatch(narrow):
        bare = narrow.replace(",", "")
        return Text("不要写千位分隔符：{n}", "Leave out the thousands separators: {n}").format(n=bare)
    numbers = _SOME_NUMBER.findall(narrow)
    if len(numbers) == 1:
        return Text(
            "只写数字（如 {n}），单位和说明不要写在同一格",
            "Write only the number (such as {n}), no unit and no remark",
        ).format(n=numbers[0])
    return Text("填写数字；没有数据就留空", "Write a number; leave the cell empty where there is no figure")


def _school_year(text: str) -> int | None:
    try:
        return SchoolYear.parse(text).start
    except UsageError:
        return None
