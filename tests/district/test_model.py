"""A District: conforms what it is given, drops nothing in silence, and hashes its content only."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.district.columns import table, tables
from junheng.district.model import District, conform
from junheng.district.source import SourceTable, sources_of
from junheng.errors import UsageError
from junheng.schoolyear import SchoolYear

DISTRICT = pl.DataFrame({"district": ["D1"], "name": ["某区"], "year": [2026]})
SCHOOLS = pl.DataFrame({"school": ["A", "B"], "name": ["甲", "乙"], "kind": ["primary", "junior"]})


def _district(**frames: pl.DataFrame) -> District:
    return District.of({"district": DISTRICT, **frames})


def test_facts_of_the_district_are_read_from_its_row() -> None:
    district = _district()
    assert (district.code, district.name, district.year) == ("D1", "某区", SchoolYear(2026))
    assert district.is_synthetic is False


def test_a_table_gets_every_column_in_order_and_of_its_type() -> None:
    frame = _district(schools=SCHOOLS.select("name", "kind", "school")).table("schools")
    assert dict(frame.schema) == dict(table("schools").schema)
    assert list(frame.columns) == [column.name for column in table("schools")]
    assert frame["lon"].null_count() == 2


def test_an_unknown_column_is_refused_and_not_dropped() -> None:
    with pytest.raises(UsageError, match="holdr"):
        _district(schools=SCHOOLS.with_columns(holdr=pl.lit("private")))


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(UsageError, match="skools"):
        _district(skools=SCHOOLS)


@pytest.mark.parametrize("frame", [DISTRICT.clear(), pl.concat([DISTRICT, DISTRICT])], ids=["none", "two"])
def test_the_district_table_must_have_exactly_one_row(frame: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="exactly one row"):
        District.of({"district": frame})


def test_without_a_district_table_there_is_no_district() -> None:
    with pytest.raises(UsageError, match="exactly one row"):
        District.of({"schools": SCHOOLS})


def test_a_value_that_the_type_cannot_hold_is_refused() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError):
        conform("rolls", pl.DataFrame({"school": ["A"], "pupils": ["many"]}))


def test_a_table_that_is_not_kept_is_empty_but_not_had() -> None:
    district = _district(classes=pl.DataFrame(schema=dict(table("classes").schema)))
    for name in ("rolls", "classes"):
        assert district.table(name).height == 0
        assert dict(district.table(name).schema) == dict(table(name).schema)
        assert district.has(name) is False
    assert "classes" in district.tables
    assert "rolls" not in district.tables
    assert district.has("district")


@pytest.mark.parametrize("method", ["table", "has"])
def test_asking_for_an_unknown_table_is_an_error(method: str) -> None:
    with pytest.raises(UsageError, match="did you mean rolls"):
        getattr(_district(), method)("roll")


def test_replacing_a_table_leaves_the_first_district_as_it_was() -> None:
    first = _district(schools=SCHOOLS)
    second = first.replace(schools=SCHOOLS.head(1))
    assert first.table("schools").height == 2
    assert second.table("schools").height == 1
    assert second.table("district").equals(first.table("district"))


def test_tables_cannot_be_put_into_a_district() -> None:
    with pytest.raises(TypeError):
        _district().tables["schools"] = SCHOOLS  # type: ignore[index]
    with pytest.raises(TypeError):
        _district().facts["year"] = 2027  # type: ignore[index]


def test_the_hash_does_not_depend_on_the_order_of_rows_columns_or_tables() -> None:
    classes = pl.DataFrame(
        {"school": ["A"], "stage": ["primary"], "grade": [1], "class": ["1"], "pupils": [40]}
    )
    one = _district(schools=SCHOOLS, classes=classes)
    other = District.of(
        {
            "classes": classes,
            "schools": SCHOOLS.reverse().select("kind", "school", "name"),
            "district": DISTRICT,
        }
    )
    assert one.hash == other.hash
    assert not one.equals(other)


@pytest.mark.parametrize(
    "frames",
    [
        {},
        {"schools": SCHOOLS.head(1)},
        {"schools": SCHOOLS.with_columns(name=pl.Series(["甲", "甲"]))},
        {"schools": SCHOOLS.with_columns(home=pl.Series(["", None], dtype=pl.String))},
        {"schools": SCHOOLS.with_columns(lon=pl.Series([0.0, None]))},
    ],
    ids=["no-table", "fewer-rows", "another-value", "empty-text-is-not-absent", "zero-is-not-absent"],
)
def test_the_hash_changes_with_the_content(frames: dict[str, pl.DataFrame]) -> None:
    assert _district(**frames).hash != _district(schools=SCHOOLS).hash


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), max_size=5), st.integers(0, 9000) | st.none()),
        min_size=1,
        unique_by=lambda row: row[0],
    ),
    st.randoms(use_true_random=False),
)
def test_shuffling_rows_never_changes_the_hash(rows: list[tuple[str, int | None]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    schema = {"home": pl.String, "dwellings": pl.Int64}
    first = _district(homes=pl.DataFrame(rows, schema=schema, orient="row"))
    second = _district(homes=pl.DataFrame(shuffled, schema=schema, orient="row"))
    assert first.hash == second.hash


def test_equal_districts_have_equal_rows_in_equal_order() -> None:
    assert _district(schools=SCHOOLS).equals(_district(schools=SCHOOLS))
    assert not _district(schools=SCHOOLS).equals(_district())
    assert not _district(schools=SCHOOLS).equals(_district(schools=SCHOOLS.reverse()))


def test_sources_number_rows_as_the_districts_own_workbook_would() -> None:
    source = sources_of(_district(schools=SCHOOLS))["schools"]
    place = source.place(1, "kind", "B")
    assert (place.file, place.sheet, place.row, place.column, place.key) == (None, "学校", 3, "办学类型", "B")


def test_a_source_names_the_sheet_row_and_header_of_the_file() -> None:
    rows = pl.Series([4, 9], dtype=pl.Int64)
    source = SourceTable("schools", SCHOOLS, rows, file="a.xlsx", sheet="表一", headers={"kind": "类型"})
    place = source.place(1, "kind")
    assert (place.file, place.sheet, place.row, place.column) == ("a.xlsx", "表一", 9, "类型")
    assert source.place(0, "name").column == "学校名称"
    assert source.place().row is None


def test_every_table_can_be_empty() -> None:
    empty = {
        name: pl.DataFrame(schema=dict(one.schema)) for name, one in tables().items() if name != "district"
    }
    district = _district(**empty)
    assert set(district.tables) == set(tables())
    assert district.hash != _district().hash
