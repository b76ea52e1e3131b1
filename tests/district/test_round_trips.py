"""What is written reads back as an equal District: workbooks in both languages, CSV, Parquet, GeoJSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from junheng.district.columns import Column, Table, table, tables
from junheng.district.files import read_tables, write
from junheng.district.geojson import read_geojson, write_geojson
from junheng.district.model import District

NASTY = (
    *("=1+1", "+86", "-", "@x", "'", "''", "'=x", "'s", '"', '","', '="0012"x'),
    *("<r>x</r>", "<r><t>x</t></r>", "_x0041_", "_x000D_", "&amp;", "POINT (1 2)"),
    *("0012", "1e5", "TRUE", "是", "３７", "nan", "3.7E+09x", "#N/A?"),
    *("a\nb", "a\r\nb", "a\tb", "x\u2028y", "😀"),
)
PLAIN = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
TEXTS = st.one_of(
    st.sampled_from(NASTY),
    st.text(PLAIN, min_size=1, max_size=12).map(str.strip).filter(lambda text: text != ""),
)
SQUARES = st.tuples(st.floats(-179, 178), st.floats(-89, 88), st.floats(0.001, 1), st.floats(0.001, 1)).map(
    lambda box: _square(*box)
)
FORMATS = [("xlsx", "zh"), ("xlsx", "en"), ("csv", "zh"), ("csv", "en"), ("parquet", "zh")]


def _square(west: float, south: float, width: float, height: float) -> str:
    return str(shapely.to_wkt(shapely.box(west, south, west + width, south + height), rounding_precision=-1))


def _values(column: Column) -> st.SearchStrategy[Any]:
    low, high = column.minimum, column.maximum
    strategy: st.SearchStrategy[Any] = {
        "integer": lambda: st.integers(int(low or 0), int(high or 0)),
        "number": lambda: st.floats(low, high, allow_nan=False, allow_infinity=False),
        "enum": lambda: st.sampled_from([choice.code for choice in column.choices]),
        "date": lambda: st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat),
        "geometry": lambda: SQUARES,
        "text": lambda: TEXTS,
    }[column.type]()
    return strategy if column.is_required else st.none() | strategy


def _frames(one: Table, n: st.SearchStrategy[int]) -> st.SearchStrategy[pl.DataFrame]:
    row = st.fixed_dictionaries({column.name: _values(column) for column in one})
    rows = n.flatmap(lambda size: st.lists(row, min_size=size, max_size=size))
    return rows.map(lambda rows: pl.DataFrame(rows, schema=dict(one.schema)))


@st.composite
def districts(draw: st.DrawFn) -> District:
    facts = draw(_frames(table("district"), st.just(1))).with_columns(crs=pl.lit("WGS-84"))
    others = [name for name in tables() if name != "district"]
    kept = draw(st.sets(st.sampled_from(others), max_size=4)) | {"schools"}
    return District.of(
        {"district": facts} | {name: draw(_frames(table(name), st.integers(0, 4))) for name in kept}
    )


EDGES = District.of(
    {
        "district": pl.DataFrame({"district": ["d"], "name": ["n"], "year": [2026], "crs": ["WGS-84"]}),
        "declarations": pl.DataFrame(
            {
                "rule": [str(n) for n in range(9)],
                "evidence": ["x"] * 9,
                "value": [
                    5e-324,
                    1.7976931348623157e308,
                    0.1 + 0.2,
                    -0.0,
                    1e16,
                    123456789012345.67,
                    1 / 3,
                    2.0**53,
                    1e-7,
                ],
            }
        ),
        "schools": pl.DataFrame(
            {"school": [str(n) for n in range(len(NASTY))], "name": NASTY, "kind": ["primary"] * len(NASTY)}
        ),
    }
)


@pytest.mark.parametrize(("kind", "language"), FORMATS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(district=districts())
@example(district=EDGES)
def test_a_district_reads_back_equal(district: District, kind: str, language: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.xlsx" if kind == "xlsx" else f"a_{kind}")
    write(district, path, language=language, format=kind)  # type: ignore[arg-type]
    read = read_tables(path)
    assert [problem.describe().en for problem in read.problems if problem.severity != "notice"] == []
    back = District.of({name: source.frame for name, source in read.sources.items()})
    assert back.equals(district)
    assert back.hash == district.hash


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_homes_and_catchments_read_back_equal_from_geojson(data: st.DataObject, tmp_path: Path) -> None:
    homes = data.draw(_frames(table("homes"), st.integers(1, 5))).unique(
        "home", keep="first", maintain_order=True
    )
    stages = data.draw(
        st.lists(st.sets(st.sampled_from(["primary", "junior", "senior"])), min_size=5, max_size=5)
    )
    served = [
        {"stage": stage, "home": home, "school": data.draw(TEXTS)}
        for home, its in zip(homes["home"], stages, strict=False)
        for stage in ("primary", "junior", "senior")
        if stage in its
    ]
    catchments = pl.DataFrame(served, schema=dict(table("catchments").schema))
    given_district = EDGES.replace(homes=homes, catchments=catchments)
    write_geojson(given_district, tmp_path / "homes.geojson")
    back = read_geojson(tmp_path / "homes.geojson")
    assert back["homes"].equals(homes)
    assert back.get("catchments", catchments.clear()).equals(catchments)


def test_equal_districts_are_written_as_equal_workbooks(tmp_path: Path) -> None:
    write(EDGES, tmp_path / "a.xlsx")
    write(EDGES, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_geojson_of_another_program_is_read_with_its_feature_ids(tmp_path: Path) -> None:
    ring = [[117.0, 36.0], [117.1, 36.0], [117.1, 36.1], [117.0, 36.0]]
    feature = {
        "type": "Feature",
        "id": "h1",
        "properties": {"住宅套数": 12},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    (tmp_path / "x.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8"
    )
    homes = read_geojson(tmp_path / "x.geojson")["homes"]
    assert homes.select("home", "dwellings", "polygon").rows() == [
        ("h1", 12, "POLYGON ((117 36, 117.1 36, 117.1 36.1, 117 36))")
    ]
