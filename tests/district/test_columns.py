"""The column table: complete, unambiguous in both languages, and every unit, reference and type is a known one."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import get_args

import polars as pl
import pytest

from junheng.district.columns import Column, ColumnType, choices, label_of, table, tables
from junheng.errors import UsageError
from junheng.units import UNITS

COLUMNS = [column for one in tables().values() for column in one]
every_column = pytest.mark.parametrize("column", COLUMNS, ids=[f"{c.table}.{c.name}" for c in COLUMNS])
every_table = pytest.mark.parametrize("name", list(tables()))


def _rows(file: str) -> list[dict[str, str]]:
    text = files("junheng.district").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@every_column
def test_a_column_has_a_type_and_a_unit_of_the_lists(column: Column) -> None:
    assert column.type in get_args(ColumnType)
    assert UNITS[column.unit.code] is column.unit


@every_column
def test_a_number_has_a_unit_and_other_columns_have_none(column: Column) -> None:
    # Declarations hold the values of many rules: each has the unit of its rule.
    has_unit = column.unit.code not in ("none", "flag")
    is_number = column.type in ("integer", "number") and (column.table, column.name) != (
        "declarations",
        "value",
    )
    assert has_unit is is_number


@every_column
def test_a_number_has_a_range_that_is_the_right_way_round(column: Column) -> None:
    if column.type in ("integer", "number") and column.table != "declarations":
        assert column.minimum is not None
        assert column.maximum is not None
        assert column.minimum < column.maximum
    else:
        assert column.minimum is None
        assert column.maximum is None


@every_column
def test_a_column_has_a_label_in_both_languages(column: Column) -> None:
    assert any("\u4e00" <= letter <= "\u9fff" for letter in column.label.zh)
    assert column.label.en.isascii()
    assert column.label.en.strip() == column.label.en != ""


@every_column
def test_a_note_is_in_both_languages_or_in_none(column: Column) -> None:
    assert bool(column.note.zh) is bool(column.note.en)


@every_column
def test_a_reference_leads_to_the_whole_key_of_another_table(column: Column) -> None:
    if column.refers_to is not None:
        target, name = column.refers_to
        assert target != column.table
        assert table(target).key == (name,)
        assert table(target).column(name).type == column.type


@every_column
def test_only_enumerated_columns_have_choices(column: Column) -> None:
    assert bool(column.choices) is (column.type == "enum")


@every_column
def test_a_polars_type_follows_from_the_type(column: Column) -> None:
    expected = {"integer": pl.Int64(), "number": pl.Float64()}.get(column.type, pl.String())
    assert column.dtype == expected


@every_table
def test_labels_are_unique_within_a_table_in_both_languages(name: str) -> None:
    columns = list(table(name))
    for language in ("zh", "en"):
        labels = [column.label.in_(language).casefold() for column in columns]  # type: ignore[arg-type]
        assert len(set(labels)) == len(labels)
    assert len({column.name for column in columns}) == len(columns)


@every_table
def test_a_header_in_one_language_never_means_another_column_in_the_other(name: str) -> None:
    meaning: dict[str, str] = {}
    for column in table(name):
        for header in (column.name, column.label.zh, column.label.en.casefold()):
            assert meaning.setdefault(header, column.name) == column.name


@every_table
def test_a_table_has_a_key_with_a_required_column(name: str) -> None:
    assert any(table(name).column(column).is_required for column in table(name).key)


def test_table_names_and_labels_are_unique() -> None:
    spellings = [s for one in tables().values() for s in {one.name, one.label.zh, one.label.en}]
    assert len(set(spellings)) == len(spellings)


def test_sheet_names_are_allowed_in_a_workbook() -> None:
    for one in tables().values():
        for label in one.label:
            assert len(label) <= 31
            assert not set(label) & set("[]:*?/\\")


def test_every_row_of_the_files_is_used() -> None:
    assert len(_rows("columns.csv")) == len(COLUMNS)
    assert {row["name"] for row in _rows("tables.csv")} == set(tables())
    used = {row["enumeration"] for row in _rows("columns.csv")} - {""}
    assert used == {row["enumeration"] for row in _rows("values.csv")}


def test_yes_marks_are_spelt_yes() -> None:
    for row in _rows("columns.csv"):
        assert {row["required"], row["key"]} <= {"yes", ""}


@pytest.mark.parametrize("enumeration", sorted({row["enumeration"] for row in _rows("values.csv")}))
def test_choices_are_unique_in_code_and_wording(enumeration: str) -> None:
    given = choices(enumeration)
    for spellings in ([c.code for c in given], [c.text.zh for c in given], [c.text.en for c in given]):
        assert len(set(spellings)) == len(spellings)
    official = [choice.official for choice in given if choice.official is not None]
    assert len(set(official)) == len(official)


def test_the_wording_of_a_choice_is_found_by_its_code() -> None:
    assert label_of("kind", "nine_year").zh == "九年一贯制学校"


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="did you mean schools"):
        table("school")
    with pytest.raises(UsageError, match="did you mean pupils"):
        table("stages").column("pupil")
    with pytest.raises(UsageError, match="nine_year"):
        label_of("kind", "nine_years")
    with pytest.raises(UsageError, match=r"no table named “xyzzy”$"):
        table("xyzzy")
