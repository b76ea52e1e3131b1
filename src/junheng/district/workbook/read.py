"""Reading a workbook: sheets to raw tables, after the guard has passed it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import python_calamine as calamine

from junheng.district.columns import tables
from junheng.district.intake.names import fold, nearest, table_named
from junheng.district.intake.raw import Found, Grid, RawTable, blank_rows, grid_of
from junheng.district.intake.wording import row_ranges
from junheng.district.workbook.ahead import parsed_ahead
from junheng.district.workbook.archive import damaged
from junheng.district.workbook.guard import inspect
from junheng.district.workbook.memory import give_back_freed_memory
from junheng.errors import Place, Problem
from junheng.text import Text

GUIDE = Text("说明", "guide")
"""The template's sheet of explanations: known, never read."""

Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read_sheets(path: Path) -> Iterator[Found]:
    """Give every sheet of a workbook that stands for a table, one after another.

    Sheets are recognised by name (Chinese or English label, or the library's name); others are not read and give
    a notice. The header is the first row that is not blank; blank rows are skipped.

    Raises
    ------
    InputError
        Where the guard refuses the file or it cannot be read at all.
    """
    give_back_freed_memory()
    inspected = inspect(path, is_wanted=lambda sheet: table_named(sheet) is not None)
    names = {sheet: table_named(sheet) for sheet in inspected.sheets}
    first: dict[str, str] = {}
    for sheet, name in names.items():
        if name is not None:
            first.setdefault(name, sheet)
    with _damage_refused(path.name):
        book = calamine.load_workbook(io.BytesIO(inspected.content))
    sheets = parsed_ahead(book, list(first.values()))
    for sheet, name in names.items():
        if name is None:
            yield Found(None, _unknown_sheet(path.name, sheet))
        elif first[name] != sheet:
            yield Found(None, (_second_sheet(path.name, sheet, first[name]),))
        else:
            with _damage_refused(path.name):
                cells = _Cells.of(next(sheets))
            yield _found(Place(file=path.name, sheet=sheet), name, cells, inspected.broken[sheet])
            del cells  # the largest thing in memory, before the next sheet is read


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a sheet: rows of equal length from the cell (top, left), counted from 0."""

    rows: list[list[object]]
    top: int
    left: int
    merged: Merged

    @classmethod
    def of(cls, sheet: calamine.CalamineSheet) -> _Cells:
        """Read the cells of a sheet."""
        top, left = sheet.start or (0, 0)
        return cls(sheet.to_python(), top, left, sheet.merged_cell_ranges or [])  # type: ignore[arg-type]


@contextmanager
def _damage_refused(file: str) -> Iterator[None]:
    """Turn every failure of the reader, a panic of its Rust code included, into the refusal of the file."""
    try:
        yield
    except (calamine.CalamineError, OSError, ValueError, OverflowError, KeyError) as error:
        raise damaged(file) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # not an Exception, and not importable by name
            raise damaged(file) from error
        raise


def _unknown_sheet(file: str, sheet: str) -> tuple[Problem, ...]:
    if fold(sheet) in {fold(wording) for wording in GUIDE}:
        return ()
    labels = [wording for one in tables().values() for wording in (*one.label, one.name)]
    close = nearest(sheet, labels)
    remedy = Text("无需处理；没有读取", "Nothing to do: it was not read")
    if close is not None:
        remedy = Text("没有读取；若指“{close}”表，请改名", "It was not read; rename it if “{close}” is meant")
    problem = Problem(
        code="unknown-sheet",
        severity="notice",
        place=Place(file=file, sheet=sheet),
        found=Text("不认识的工作表", "a sheet that is not known"),
        expected=Text("表清单中的工作表", "sheets of the list of tables"),
        remedy=remedy.format(close=close),
    )
    return (problem,)


def _second_sheet(file: str, sheet: str, first: str) -> Problem:
    return Problem(
        code="duplicate-sheet",
        severity="error",
        place=Place(file=file, sheet=sheet),
        found=Text("与“{first}”是同一张表", "the same table as sheet “{first}”").format(first=first),
        expected=Text("每张表只有一个工作表", "one sheet a table"),
        remedy=Text("合并到一个工作表，或给另一个改名", "Put the rows into one sheet, or rename the other"),
    )


def _found(place: Place, name: str, cells: _Cells, broken: Mapping[tuple[int, int], str]) -> Found:
    last = max((row for row, _ in broken), default=0)
    if cells.rows:  # a row below of nothing but failed formulas is not among the reader's cells
        empty: list[object] = [""] * len(cells.rows[0])
        cells.rows.extend([empty] * (last - cells.top - len(cells.rows)))
    grid = grid_of(cells.rows, first_row=cells.top + 1, kept=frozenset(row for row, _ in broken))
    if grid is None:
        return Found(None, (_no_cells(place),))
    problems = [*_merged(place, grid, cells.left, cells.merged)]
    if grid.blank:
        problems.append(blank_rows(place, grid.blank, row_ranges(grid.blank)))
    raw = RawTable(
        name=name,
        file=str(place.file),
        sheet=place.sheet,
        header=grid.header,
        header_row=grid.header_row,
        columns=grid.columns,
        rows=grid.rows,
        broken=_shifted(broken, cells.left),
    )
    return Found(raw, tuple(problems))


def _shifted(broken: Mapping[tuple[int, int], str], left: int) -> Mapping[tuple[int, int], str]:
    return {(row, column - 1 - left): text for (row, column), text in broken.items()}


def _no_cells(place: Place) -> Problem:
    return Problem(
        code="empty-sheet",
        severity="warning",
        place=place,
        found=Text("空工作表", "an empty sheet"),
        expected=Text("标题行和数据", "a header row and data"),
        remedy=Text("按没有这张表处理；请填写或删除", "Taken as absent; fill it in or delete it"),
    )


def _merged(place: Place, grid: Grid, left: int, merged: Merged) -> Iterator[Problem]:
    header = grid.header_row - 1
    width = range(left, left + len(grid.header))
    touching = [(a, b) for a, b in merged if a[1] in width or b[1] in width]
    in_header = [(a, b) for a, b in touching if a[0] <= header <= b[0]]
    in_data = {row + 1 for a, b in touching if b[0] > header for row in (a[0], b[0]) if row > header}
    if in_header:
        yield Problem(
            code="merged-header",
            severity="error",
            place=Place(file=place.file, sheet=place.sheet, row=grid.header_row),
            found=Text("标题行有合并单元格", "merged cells in the header row"),
            expected=Text(
                "第一行每格一个列标题，没有合并", "one header in each cell of the first row, none merged"
            ),
            remedy=Text(
                "取消合并；删除标题行上方的大标题",
                "Unmerge the cells and delete any title above the header row",
            ),
        )
    if in_data:
        rows = row_ranges(sorted(in_data))
        yield Problem(
            code="merged-cells",
            severity="error",
            place=Place(file=place.file, sheet=place.sheet, row=min(in_data)),
            found=Text("数据中有合并单元格（第 {rows} 行）", "merged cells in the data (rows {rows})").format(
                rows=rows
            ),
            expected=Text("每行每格都有自己的值", "a value of its own in each cell"),
            remedy=Text("取消合并并逐格填写", "Unmerge the cells and fill in each"),
        )
