"""Day cells: the usual spellings are read, whatever could mean several days is refused."""

from __future__ import annotations

import doctest
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from junheng.district.columns import table
from junheng.district.files import read, write
from junheng.district.intake import dates
from junheng.district.intake.finding import RawColumn
from junheng.district.model import District
from junheng.errors import Place

BORN = table("applicants").column("born")


def _read(value: object) -> tuple[str | None, list[str]]:
    raw = RawColumn(column=BORN, place=Place(sheet="报名", column="出生日期"), values=[value], rows=[2])
    read_column = dates.read_dates(raw)
    return read_column.series[0], [finding.code for finding in read_column.findings]


def test_the_examples_in_the_docstrings_hold() -> None:
    result = doctest.testmod(dates)
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    "value",
    [
        "2020-02-29",
        " 2020/2/29 ",
        "2020.2.29",
        "2020年2月29日",
        "20200229",
        20200229,
        20200229.0,
        date(2020, 2, 29),
        datetime(2020, 2, 29),  # noqa: DTZ001 - what a reader of workbooks gives
        "2020-02-29 00:00:00",
    ],
)
def test_the_usual_spellings_of_a_day_are_read(value: object) -> None:
    assert _read(value) == ("2020-02-29", [])


@pytest.mark.parametrize(
    "value",
    [
        "29/2/2020",
        "20-2-29",
        "2020-2-30",
        "2020-13-01",
        43890.0,
        True,
        "2020",
        "0020-01-01",
        "不详",
        "2020-02-29 08:30",
        datetime(2020, 2, 29, 8),  # noqa: DTZ001 - as above
    ],
)
def test_what_is_no_day_or_could_be_several_is_refused(value: object) -> None:
    assert _read(value) == (None, ["not-a-day"])


def test_an_empty_cell_is_absent_and_a_failed_formula_is_named() -> None:
    assert _read("") == (None, [])
    assert _read("#REF!") == (None, ["formula-error"])


@pytest.mark.parametrize("name", ["d.xlsx", "d"])
def test_days_come_back_from_a_file_as_they_were(name: str, tmp_path: Path) -> None:
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["d"], "name": ["n"], "year": [2026]}),
            "schools": pl.DataFrame({"school": ["S"], "name": ["s"], "kind": ["primary"]}),
            "applicants": pl.DataFrame({"applicant": ["1"], "stage": ["primary"], "born": ["2020-08-31"]}),
        }
    )
    write(district, tmp_path / name)
    result = read(tmp_path / name)
    assert result.district is not None, result.problems
    assert result.district.table("applicants")["born"].to_list() == ["2020-08-31"]
