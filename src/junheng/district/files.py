"""The front door: a District from a file or folder, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import polars as pl

from junheng.district.address import is_address
from junheng.district.columns import tables
from junheng.district.intake.positions import to_wgs84
from junheng.district.intake.raw import Found
from junheng.district.intake.tables import Taken, take
from junheng.district.intake.whole import checked_across, required_tables
from junheng.district.model import District
from junheng.district.source import SourceTable, sources_of
from junheng.errors import InputError, Problem, UsageError
from junheng.progress import Progress, silent
from junheng.text import Language, Text


@dataclass(frozen=True, eq=False)
class ReadResult:
    """What reading a file gave.

    Attributes
    ----------
    district
        The District, or `None` if any problem is an error: nothing is half-loaded.
    problems
        Every problem found: of the file, of headers, of cells, across rows and tables; in this order.
    aside
        By table name, extra columns of the file with the table's key columns, all as text.
    """

    district: District | None
    problems: tuple[Problem, ...]
    aside: Mapping[str, pl.DataFrame]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop the work."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Problems that should be looked at."""
        return self._of("warning")

    @property
    def notices(self) -> tuple[Problem, ...]:
        """What only informs."""
        return self._of("notice")

    def _of(self, severity: str) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == severity)


@dataclass(frozen=True, eq=False)
class TablesRead:
    """The tables of a file, cell by cell, before anything is checked across rows and tables.

    Attributes
    ----------
    sources
        Tables as read; cells that could not be read are null, coordinates are WGS-84.
    incomplete
        Names of tables that lack a required column.
    problems, aside
        As in `ReadResult`.
    """

    sources: Mapping[str, SourceTable]
    incomplete: frozenset[str]
    problems: tuple[Problem, ...]
    aside: Mapping[str, pl.DataFrame]


def read(path: str | Path) -> ReadResult:
    """Read a workbook (.xlsx) or a folder of CSV, Parquet and GeoJSON files, and list every problem.

    Parameters
    ----------
    path
        A workbook, a folder with one file a table, or the address of a snapshot on a server (`server.read`).

    Returns
    -------
    ReadResult
        With the District if there is no error.

    Raises
    ------
    UsageError
        If there is no such file or folder, or no such snapshot.
    """
    try:
        tables_read = read_tables(path)
    except InputError as error:
        return ReadResult(None, error.problems, MappingProxyType({}))
    sources = tables_read.sources
    problems = [
        *tables_read.problems,
        *required_tables(sources, Path(path).name or Path(path).resolve().name),
        *checked_across(sources, tables_read.incomplete),
    ]
    district = None
    if not any(problem.severity == "error" for problem in problems):
        district = District.of({name: source.frame for name, source in sources.items()})
    return ReadResult(district, tuple(problems), tables_read.aside)


def read_tables(path: str | Path) -> TablesRead:
    """Read the tables of a workbook or folder without checking across rows and tables.

    Raises
    ------
    InputError
        If the file is refused as a whole.
    UsageError
        If there is no such file or folder.
    """
    if is_address(path):
        return _from_server(path)
    place = Path(path)
    if not place.exists():
        raise UsageError(Text("没有文件“{path}”", "there is no file “{path}”").format(path=place))
    taken: dict[str, Taken] = {}
    problems: list[Problem] = []
    for found in _found(place):
        problems += found.problems
        if found.raw is not None:
            taken[found.raw.name] = take(found.raw)
            problems += taken[found.raw.name].problems
        del found  # its cells, before the next sheet is read
    ordered = {name: taken[name] for name in tables() if name in taken}
    sources, of_positions = to_wgs84({name: one.source for name, one in ordered.items()})
    return TablesRead(
        sources=MappingProxyType(sources),
        incomplete=frozenset(name for name, one in ordered.items() if not one.is_complete),
        problems=(*problems, *of_positions),
        aside=MappingProxyType({name: one.aside for name, one in ordered.items() if one.aside is not None}),
    )


def read_district(path: str | Path) -> District:
    """Read a District; any error raises `InputError` with all errors of the file.

    Raises
    ------
    InputError
        With every error; warnings and notices do not stop the work (see `read`).
    UsageError
        If there is no such file or folder.
    """
    result = read(path)
    if result.district is None:
        raise InputError(result.errors)
    return result.district


def write(
    district: District,
    path: str | Path,
    *,
    language: Language = "zh",
    format: Literal["xlsx", "csv", "parquet"] | None = None,  # noqa: A002 - the word that callers expect
    progress: Progress = silent,
) -> None:
    """Write a District so that reading it back gives an equal one; the file appears whole or not at all.

    Parameters
    ----------
    district
        What to write; its coordinates are WGS-84.
    path
        A file ending in ``.xlsx``, or a folder that is new, empty or was written by this function.
    language
        Language of sheet names, headers and listed values.
    format
        ``xlsx``, ``csv`` or ``parquet``; where left out a path ending in ``.xlsx`` is a workbook and any other a
        folder of CSV.
    progress
        Called with each table of a workbook; the workbook of a city takes some seconds.

    Raises
    ------
    UsageError
        For a text too long for a cell of a workbook, coordinates that are not WGS-84, or a folder or file that
        is not ours to replace.
    """
    place = Path(path)
    chosen = format or ("xlsx" if place.suffix.lower() == ".xlsx" else "csv")
    _refuse_other_datum(district)
    if chosen == "xlsx":
        from junheng.district.workbook.write import write_workbook  # noqa: PLC0415 - xlsxwriter only where it is needed

        write_workbook(district, place, language=language, progress=progress)
    else:
        from junheng.district.folder import write_folder  # noqa: PLC0415

        write_folder(district, place, language=language, format=chosen)


def _from_server(address: str) -> TablesRead:
    from junheng.district.server import read as read_snapshot  # noqa: PLC0415 - only where a server is asked

    sources = sources_of(read_snapshot(address))
    return TablesRead(MappingProxyType(sources), frozenset(), (), MappingProxyType({}))


def _found(path: Path) -> Iterator[Found]:
    if path.is_dir():
        from junheng.district.folder import read_folder  # noqa: PLC0415

        return read_folder(path)
    from junheng.district.workbook.read import read_sheets  # noqa: PLC0415 - calamine only where it is needed

    return read_sheets(path)


def _refuse_other_datum(district: District) -> None:
    datum = district.facts["crs"]
    if datum not in (None, "WGS-84"):
        raise UsageError(
            Text("坐标须为 WGS-84，而不是 {datum}", "coordinates must be WGS-84, not {datum}").format(
                datum=datum
            )
        )
