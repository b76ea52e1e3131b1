"""One school's workbook: written with what is known, and read back with every problem by sheet, row and column."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from junheng.district.columns import table
from junheng.district.files import TablesRead, read_tables
from junheng.district.intake.whole import checked_across
from junheng.district.model import District
from junheng.district.nextyear import begun, beside
from junheng.district.source import SourceTable
from junheng.district.workbook.write import write_workbook
from junheng.errors import InputError, Place, Problem
from junheng.text import Language, Text
from junheng.web.registry.models import Year
from junheng.web.registry.store import SCHOOL_TABLES, Values, give, rows_of_school

_MIN_ROWS = ("schools", "stages")
"""Without these there is no return."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRead:
    """What reading a school's workbook gave.

    Attributes
    ----------
    rows
        Rows by table, or `None` if anything is wrong: nothing is half-loaded.
    """

    file_name: str
    sha256: str
    problems: tuple[Problem, ...]
    rows: dict[str, list[Values]] | None

    @property
    def errors(self) -> list[Problem]:
        """Problems that stop the return."""
        return [problem for problem in self.problems if problem.severity == "error"]


def write_return(
    year: int, school: str, path: Path, *, language: Language, rows: dict[str, list[Values]] | None = None
) -> None:
    """Write a school's workbook, filled with the records of the year; last year's figures stand beside as comments.

    Parameters
    ----------
    rows
        What the school filed last, where that is not in the records yet.
    """
    district, before = give(year), _year_before(year)
    frames = (
        rows_of_school(district, school)
        if before is None
        else begun(district, before, school=school, names=SCHOOL_TABLES)
    )
    if rows is not None:
        frames = {
            name: pl.DataFrame(rows[name], schema=dict(table(name).schema), orient="row")
            if name in rows
            else frame
            for name, frame in frames.items()
        }
    own = District.of({"district": district.table("district"), **frames})
    notes = {} if before is None else beside(frames, before)
    write_workbook(own, path, language=language, notes=notes)


def _year_before(year: int) -> District | None:
    return give(year - 1) if Year.objects.filter(pk=year - 1).exists() else None


def read_return(year: int, school: str, *, name: str, content: BinaryIO) -> ReturnRead:
    """Read an uploaded workbook of one school."""
    file_name = safe_name(name)
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(prefix="junheng-return-") as folder:
        path = Path(folder) / file_name
        with path.open("wb") as out:
            while part := content.read(2**20):
                digest.update(part)
                out.write(part)
        problems, rows = _read(path, give(year), school)
    return ReturnRead(
        file_name=file_name,
        sha256=digest.hexdigest(),
        problems=tuple(problems),
        rows=None if any(problem.severity == "error" for problem in problems) else rows,
    )


def safe_name(name: str) -> str:
    """Return a file's own name, without folders and without what a file system could take amiss."""
    bare = re.sub(r"[^\w.（）() -]", "_", Path(name.replace("\\", "/")).name).strip(". ") or "workbook.xlsx"
    stem, suffix = bare[: -len(Path(bare).suffix) or None], Path(bare).suffix
    return f"{stem[:80]}{suffix[:8]}"


def _read(path: Path, district: District, school: str) -> tuple[list[Problem], dict[str, list[Values]]]:
    if path.suffix.lower() != ".xlsx":
        return [not_a_workbook(path)], {}
    try:
        found = read_tables(path)
    except InputError as error:
        return list(error.problems), {}
    problems = [*found.problems, *_other_years(found, district), *_tables(found, path.name)]
    for name in SCHOOL_TABLES:
        if name in found.sources:
            problems += _other_schools(found.sources[name], school)
    problems += _across(found, district)
    rows = {name: found.sources[name].frame.to_dicts() for name in SCHOOL_TABLES if name in found.sources}
    return problems, rows


def _across(found: TablesRead, district: District) -> list[Problem]:
    """Check across the file's tables; homes come from the records, and what is wrong with those is not the school's."""
    sources = {name: source for name, source in found.sources.items() if name in (*SCHOOL_TABLES, "district")}
    file = next((source.file for source in sources.values()), None)
    if district.has("homes"):
        homes = district.table("homes")
        numbers = pl.Series("row", range(2, homes.height + 2), dtype=pl.Int64)
        sources["homes"] = SourceTable("homes", homes, numbers)
    checked = checked_across(sources, found.incomplete)
    return [problem for problem in checked if problem.place.file is not None and problem.place.file == file]


def _other_schools(source: SourceTable, school: str) -> Iterator[Problem]:
    codes = source.frame["school"].to_list()
    for index, code in enumerate(codes):
        if code is not None and code != school:
            yield Problem(
                code="other-school",
                severity="error",
                place=source.place(index, "school"),
                found=Text.same(str(code)),
                expected=Text(f"本校代码 {school}", f"your school's code {school}"),
                remedy=Text("删除其他学校的行，或改正代码", "Delete rows of other schools, or mend the code"),
            )


def _other_years(found: TablesRead, district: District) -> Iterator[Problem]:
    if "district" not in found.sources:
        return
    source = found.sources["district"]
    for index, year in enumerate(source.frame["year"].to_list()):
        if year is not None and year != int(district.facts["year"]):
            yield Problem(
                code="other-year",
                severity="error",
                place=source.place(index, "year"),
                found=Text.same(str(year)),
                expected=Text(f"{district.facts['year']} 学年", f"the school year {district.facts['year']}"),
                remedy=Text("请下载并填写本学年的工作簿", "Download this year's workbook and fill it in"),
            )


def _tables(found: TablesRead, file: str) -> Iterator[Problem]:
    for name in _MIN_ROWS:
        if name not in found.sources or found.sources[name].frame.height == 0:
            label = table(name).label
            yield Problem(
                code="missing-table",
                severity="error",
                place=Place(file=file, sheet=label.zh),
                found=Text("没有“{label}”的数据", "no rows of “{label}”").format(label=label),
                expected=Text("本校的“{label}”", "your school's “{label}”").format(label=label),
                remedy=Text("从下载的工作簿开始填写", "Start from the workbook that you downloaded"),
            )
    for name, source in found.sources.items():
        if name not in (*SCHOOL_TABLES, "district") and source.frame.height:
            yield Problem(
                code="not-filed-here",
                severity="warning",
                place=source.place(),
                found=Text("{label}", "{label}").format(label=table(name).label),
                expected=Text("只含本校填报的表", "only the tables that a school files"),
                remedy=Text("此表由教育局维护，未读入", "The bureau keeps this table; it was not taken in"),
            )


def not_a_workbook(path: Path) -> Problem:
    """Return the problem of a file that is none."""
    return Problem(
        code="not-a-workbook",
        severity="error",
        place=Place(file=path.name),
        found=Text.same(path.suffix or path.name),
        expected=Text("Excel 工作簿（.xlsx）", "an Excel workbook (.xlsx)"),
        remedy=Text(
            "请上传下载的工作簿；.xls 请另存为 .xlsx",
            "Upload the workbook that you downloaded; save .xls as .xlsx",
        ),
    )


def described(problem: dict[str, Any]) -> dict[str, Any]:
    """Return a stored problem with its texts as `Text` again."""
    return {**problem, **{name: Text(**problem[name]) for name in ("found", "expected", "remedy")}}
