"""Text and enumerated cells.

Columns of text repeat few values many times, so that every value is looked at once, not every cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Sequence

import polars as pl

from junheng.district.columns import Column
from junheng.district.intake.finding import Finding, RawColumn, ReadColumn, Wording, saying
from junheng.district.intake.names import fold, nearest
from junheng.district.intake.wording import MEND_FORMULA, expectation, is_error_text, plain, shown
from junheng.text import Text

LONGEST_TEXT = 32_767
"""Characters in one cell: the most that Excel itself keeps. Longer text is never a name or a code."""

_EXACT_CODE = 1e15
"""Spreadsheet programs keep 15 digits of a number; a longer code typed as a number has lost its end."""
_LONG_CODE = 6
"""From so many digits on, codes of one column usually have the same length, so that a shorter one is suspect."""
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+", re.ASCII)

_AS_TEXT = Text(
    "代码可能已丢失位数：把整列设为“文本”后重新填写",
    "Digits may be lost: set the column to Text and type the code again",
)
_SET_TO_TEXT = Text(
    "先把整列格式设为“文本”，再重新填写",
    "Set the format of the whole column to Text and type the value again",
)
_WHOLE_CODE = Text("完整的代码", "the whole code")


class _Flag:
    """A true/false cell: unlike `True`, it does not equal the number 1."""

    def __init__(self, wording: str) -> None:
        self.wording = wording


_TRUE, _FALSE = _Flag("yes"), _Flag("no")


def read_texts(raw: RawColumn) -> ReadColumn:
    """Read a column of text: spaces at both ends are removed, empty text is absent.

    A number becomes its digits (a school code typed as a number); where a leading zero or digits beyond the
    fifteenth may have been lost, a warning says so. Dates and true/false are errors: the spreadsheet program
    has turned what was typed (class "3-1", say) into something else.
    """
    values = _distinguishable(raw.values)
    is_code = raw.column.is_key or raw.column.refers_to is not None
    limit = None if raw.column.type == "geometry" else LONGEST_TEXT
    texts: dict[Hashable, str | None] = {}
    wrong: dict[str, set[Hashable]] = {}
    for value in set(values):
        texts[value], code = _text_of(value, is_code=is_code, limit=limit)
        if code is not None:
            wrong.setdefault(code, set()).add(value)
    series = pl.Series(raw.column.name, [texts[value] for value in values], dtype=pl.String)
    findings = [_finding(raw, code, _where(values, wrong[code])) for code in sorted(wrong)]
    if is_code:
        findings += _lost_digits(raw, series)
    return ReadColumn(series, tuple(finding for finding in findings if finding.indexes))


def _distinguishable(values: Sequence[Hashable]) -> Sequence[Hashable]:
    if bool in set(map(type, values)):
        return [(_TRUE if value else _FALSE) if isinstance(value, bool) else value for value in values]
    return values


def _text_of(value: Hashable, *, is_code: bool, limit: int | None) -> tuple[str | None, str | None]:
    """Return the text of a value and, where there is something wrong with it, the code of the check."""
    if not isinstance(value, str):
        return _text_of_other(value)
    text = value.strip()
    if not text:
        return None, None
    if limit is not None and len(text) > limit:
        return None, "text-too-long"
    if text[0] == "#" and is_error_text(text):
        return None, "formula-error"
    if is_code and "+" in text and _SCIENTIFIC.fullmatch(text):
        return text, "code-in-scientific-notation"
    return text, None


def _text_of_other(value: Hashable) -> tuple[str | None, str | None]:
    if isinstance(value, _Flag):
        return None, "true-false-in-text"
    if isinstance(value, float | int):
        return plain(value), None
    return None, None if value is None else "date-in-text"


def _where(values: Sequence[Hashable], wanted: Collection[Hashable]) -> list[int]:
    return [index for index, value in enumerate(values) if value in wanted]


def _finding(raw: RawColumn, code: str, indexes: list[int]) -> Finding:
    usual = expectation(raw.column)
    expected, remedy = {
        "code-in-scientific-notation": (_WHOLE_CODE, _AS_TEXT),
        "formula-error": (usual, MEND_FORMULA),
        "text-too-long": (
            Text(f"不超过 {LONGEST_TEXT} 个字符", f"at most {LONGEST_TEXT} characters"),
            Text("缩短文字", "Shorten the text"),
        ),
    }.get(code, (usual, _SET_TO_TEXT))
    return Finding(code=code, indexes=indexes, word=saying(raw, expected, remedy))


def _lost_digits(raw: RawColumn, series: pl.Series) -> list[Finding]:
    typed: dict[int, float] = {}
    if not {float, int}.isdisjoint(map(type, raw.values)):
        typed = {at: value for at, value in enumerate(raw.values) if type(value) in (float, int)}  # type: ignore[misc]
    return [
        Finding(
            code="code-lost-digits",
            severity="warning",
            indexes=[at for at, value in typed.items() if abs(value) >= _EXACT_CODE],
            word=saying(
                raw,
                Text(
                    "不超过 15 位的代码，或文本格式的代码", "a code of at most 15 digits, or one kept as text"
                ),
                _AS_TEXT,
            ),
        ),
        Finding(
            code="code-lost-zero",
            severity="warning",
            indexes=_suspect_zero(series, list(typed)),
            word=saying(
                raw,
                Text("与本列其他代码一样长的代码", "a code as long as the others of this column"),
                _AS_TEXT,
            ),
        ),
    ]


def _suspect_zero(series: pl.Series, typed: list[int]) -> list[int]:
    """Find codes typed as numbers that are shorter than their column's usual length or its zero-led codes."""
    if not typed:
        return []
    codes = series.to_list()
    usual = Counter(len(code) for code in codes if code is not None).most_common(1)[0][0]
    zero_led = max((len(code) for code in codes if code is not None and code[0] == "0"), default=1)
    limit = max(zero_led if zero_led > 1 else 0, usual if usual >= _LONG_CODE else 0)
    return [index for index in typed if len(codes[index]) < limit]


def read_choices(raw: RawColumn) -> ReadColumn:
    """Read an enumerated column: its code, its Chinese or English label, or the official code."""
    values = _distinguishable(raw.values)
    known = _codes(raw.column)
    codes = {value: _code_of(value, known) for value in set(values)}
    series = pl.Series(raw.column.name, [codes[value] for value in values], dtype=pl.String)
    unknown = {value for value, code in codes.items() if code is None and _has_text(value)}
    if not unknown:
        return ReadColumn(series)
    failed = {value for value in unknown if isinstance(value, str) and is_error_text(value)}
    findings = [
        Finding(code="unknown-choice", indexes=_where(values, unknown - failed), word=_word_choice(raw)),
        _finding(raw, "formula-error", _where(values, failed)),
    ]
    return ReadColumn(series, tuple(finding for finding in findings if finding.indexes))


def _has_text(value: Hashable) -> bool:
    return value is not None and bool(plain(value).strip())


def _codes(column: Column) -> dict[str, str]:
    known: dict[str, str] = {}
    for choice in column.choices:
        for wording in (choice.code, choice.text.zh, choice.text.en, choice.official):
            if wording is not None:
                known[fold(wording)] = choice.code
    return known


def _code_of(value: Hashable, known: dict[str, str]) -> str | None:
    return known.get(fold(value.wording if isinstance(value, _Flag) else plain(value)))


def _word_choice(raw: RawColumn) -> Callable[[int], Wording]:
    labels = [wording for choice in raw.column.choices for wording in choice.text]
    remedy = Text("从下拉列表中选择", "Choose from the list")

    def word(index: int) -> Wording:
        value = raw.values[index]
        close = nearest(plain(value), labels)
        hint = remedy
        if close is not None:
            hint = Text(
                "是否指“{close}”？从下拉列表中选择", "Is “{close}” meant? Choose from the list"
            ).format(close=close)
        return Wording(shown(value), expectation(raw.column), hint)

    return word
