"""Header cells to columns of the column table: missing, duplicate, extra and empty headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from junheng.district.columns import Column, Table
from junheng.district.intake.names import column_named, nearest
from junheng.district.intake.raw import RawTable
from junheng.district.intake.wording import listed, plain, shown
from junheng.errors import Problem, Severity
from junheng.text import Text


@dataclass(frozen=True, slots=True)
class Headers:
    """Where the columns of a table stand in a file.

    Attributes
    ----------
    known
        Position by column name.
    extra
        Position by the name under which a column that the table does not have is kept aside.
    problems
        What is wrong with the header row.
    """

    known: Mapping[str, int]
    extra: Mapping[str, int]
    problems: tuple[Problem, ...]


def match_headers(one: Table, raw: RawTable) -> Headers:
    """Match the header cells of a file to the columns of a table."""
    known: dict[str, int] = {}
    extra: dict[str, int] = {}
    problems: list[Problem] = []
    for position, cell in enumerate(raw.header):
        wording = plain(cell).strip()
        name = column_named(one, wording) if wording else None
        if name is None:
            problems += _aside(raw, extra, position, wording)
        elif name in known:
            problems.append(_duplicate(raw, position, known[name], one.column(name)))
        else:
            known[name] = position
    missing = [column for column in one if column.is_required and column.name not in known]
    if missing and not known:
        problems = [_no_header(one, raw)]
    else:
        problems = [_missing(raw, column, extra) for column in missing] + problems
        problems += [_extra(raw, one, name, known) for name in extra if not name.startswith(_NAMELESS)]
    return Headers(known, extra, tuple(problems))


_NAMELESS = "无标题列 "


def letters(position: int) -> str:
    """Return the letters of a column, as spreadsheet programs show them: A for position 0.

    >>> letters(0), letters(27)
    ('A', 'AB')
    """
    wording = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        wording = chr(65 + rest) + wording
    return wording


def _aside(raw: RawTable, extra: dict[str, int], position: int, wording: str) -> list[Problem]:
    if wording:
        name = wording if wording not in extra else f"{wording} ({letters(position)})"
        extra[name] = position
        return []
    if all(value is None or not plain(value).strip() for value in raw.columns[position]):
        return []
    name = f"{_NAMELESS}{letters(position)}"
    extra[name] = position
    return [_nameless(raw, position)]


def _problem(
    raw: RawTable,
    code: str,
    found: Text,
    expected: Text,
    remedy: Text,
    *,
    severity: Severity = "error",
    column: str | None = None,
) -> Problem:
    place = replace(raw.place, row=raw.header_row, column=column)
    return Problem(code=code, severity=severity, place=place, found=found, expected=expected, remedy=remedy)


def _duplicate(raw: RawTable, position: int, first: int, column: Column) -> Problem:
    return _problem(
        raw,
        "duplicate-header",
        Text(
            "{second} 列与 {first} 列都是“{label}”", "columns {first} and {second} are both “{label}”"
        ).format(first=letters(first), second=letters(position), label=column.label),
        Text("每列只出现一次", "each column once"),
        Text("删除或改名其中一列", "Delete or rename one of them"),
        column=plain(raw.header[position]).strip(),
    )


def _missing(raw: RawTable, column: Column, extra: Mapping[str, int]) -> Problem:
    close = next(
        (near for wording in (*column.label, column.name) if (near := nearest(wording, extra))), None
    )
    remedy = Text("增加这一列并填写", "Add the column and fill it in")
    if close is not None:
        remedy = Text("是否就是“{close}”一列？请改名", "Is it the column “{close}”? Rename that one").format(
            close=close
        )
    return _problem(
        raw,
        "missing-column",
        Text("没有“{label}”列", "no column “{label}”").format(label=column.label),
        Text("必填列“{label}”", "the required column “{label}”").format(label=column.label),
        remedy,
    )


def _extra(raw: RawTable, one: Table, name: str, known: Mapping[str, int]) -> Problem:
    unused = {column.name: column for column in one if column.name not in known}
    close = nearest(name, [wording for column in unused.values() for wording in (*column.label, column.name)])
    remedy = Text("无需处理；已另存一旁，不参与计算", "Nothing to do: it is kept aside and not used")
    if close is not None:
        remedy = Text(
            "已另存一旁，不参与计算；若指“{close}”列，请改名",
            "It is kept aside and not used; rename it if “{close}” is meant",
        ).format(close=close)
    return _problem(
        raw,
        "extra-column",
        Text("表中没有定义的列", "a column that the table does not have"),
        Text("列表中的列", "columns of the column list"),
        remedy,
        severity="notice",
        column=name,
    )


def _nameless(raw: RawTable, position: int) -> Problem:
    return _problem(
        raw,
        "column-without-header",
        Text("{column} 列有数据但没有标题", "column {column} has data but no header").format(
            column=letters(position)
        ),
        Text("每列都有标题", "a header for each column"),
        Text("已另存一旁；请补写标题或删除该列", "It is kept aside; give it a header or delete it"),
        severity="warning",
    )


def _no_header(one: Table, raw: RawTable) -> Problem:
    required = listed(column.label for column in one if column.is_required)
    row = _row_of_header(one, raw)
    remedy = Text(
        "第一行写列标题，或使用模板", "Put the column headers in the first row, or use the template"
    )
    if row is not None:
        remedy = Text(
            "标题似乎在第 {row} 行：删除它上面的各行",
            "The headers seem to be in row {row}: delete the rows above it",
        ).format(row=row)
    return _problem(
        raw,
        "no-header",
        Text(
            "没有可识别的列标题（首个单元格 {found}）", "no header that is known (the first cell is {found})"
        ).format(found=shown(_first(raw.header))),
        Text("标题行含：{required}", "a header row with: {required}").format(required=required),
        remedy,
    )


def _first(cells: Sequence[object]) -> object:
    return next((cell for cell in cells if plain(cell).strip()), "")


def _row_of_header(one: Table, raw: RawTable) -> int | None:
    for index, row in enumerate(raw.rows[:20]):
        cells = [column[index] for column in raw.columns]
        if sum(column_named(one, plain(cell)) is not None for cell in cells) >= 2:
            return int(row)
    return None
