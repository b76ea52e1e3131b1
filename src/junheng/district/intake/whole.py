"""What the tables of a file must be together: the required ones there, and in agreement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from junheng.district.columns import table
from junheng.district.source import SourceTable
from junheng.errors import Place, Problem
from junheng.text import Text

REQUIRED_TABLES = ("district", "schools")
"""Without these there is nothing to measure; any other table may be absent."""


def required_tables(sources: Mapping[str, SourceTable], file: str) -> Iterator[Problem]:
    """Yield required tables that are absent or have no rows, and a table ``district`` of several rows."""
    for name in REQUIRED_TABLES:
        label = table(name).label
        if name not in sources:
            yield Problem(
                code="missing-table",
                severity="error",
                place=Place(file=file),
                found=Text("没有“{label}”表", "no sheet “{label}”").format(label=label),
                expected=Text("必需的表“{label}”", "the required sheet “{label}”").format(label=label),
                remedy=Text("增加这张表，或从模板开始填写", "Add the sheet, or start from the template"),
            )
        elif sources[name].frame.height == 0:
            yield Problem(
                code="no-rows",
                severity="error",
                place=sources[name].place(),
                found=Text("只有标题，没有数据", "headers but no rows"),
                expected=Text("至少一行数据", "at least one row"),
                remedy=Text("从第二行起填写", "Fill it in from the second row"),
            )
    if "district" in sources and sources["district"].frame.height > 1:
        rows = sources["district"].frame.height
        yield Problem(
            code="district-row",
            severity="error",
            place=sources["district"].place(1),
            found=Text(f"{rows} 行", f"{rows} rows"),
            expected=Text("恰好一行", "exactly one row"),
            remedy=Text("一个文件只放一个区县的一个学年", "Keep one district and one school year a file"),
        )


def checked_across(sources: Mapping[str, SourceTable], incomplete: Collection[str]) -> Iterator[Problem]:
    """Check across rows and tables those tables whose required columns are all there.

    What these checks say of a whole table is left out where it has already been said, with the file's own words.
    """
    from junheng.district.checks import check_tables  # noqa: PLC0415 - shapely only where it is needed

    complete = {name: source for name, source in sources.items() if name not in incomplete}
    said = {sources[name].place().sheet for name in incomplete}
    said |= {
        table(name).label.zh
        for name in REQUIRED_TABLES
        if not (name in complete and complete[name].frame.height)
    }
    for problem in check_tables(complete):
        is_said = problem.code == "district-row" or (
            problem.code == "missing-table" and problem.place.sheet in said
        )
        if not is_said:
            yield problem
