"""Folders of CSV, Parquet and GeoJSON files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from junheng.district.files import read, read_district, read_tables, write
from junheng.district.geojson import read_geojson, write_geojson
from junheng.district.model import District
from junheng.errors import InputError, UsageError

DISTRICT = "district,name,year,crs\nd,区,2026,WGS-84\n"
SCHOOLS = "school,name,kind\n0012,一小,小学\n"
HOMES = {
    "home": ["h1", "h2", "h3"],
    "lon": [117.05, 117.2, None],
    "lat": [36.05, 36.2, None],
    "polygon": ["POLYGON ((117 36, 117.1 36, 117.1 36.1, 117 36))", None, None],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a district and a school."""
    (tmp_path / "district.csv").write_text(DISTRICT, encoding="utf-8")
    (tmp_path / "学校.csv").write_text(SCHOOLS, encoding="utf-8")
    return tmp_path


def sample() -> District:
    homes = pl.DataFrame(HOMES)
    catchments = pl.DataFrame(
        {"stage": ["primary", "junior"], "home": ["h1", "h1"], "school": ["0012", "0013"]}
    )
    facts = pl.DataFrame({"district": ["d"], "name": ["区"], "year": [2026], "crs": ["WGS-84"]})
    schools = pl.DataFrame({"school": ["0012", "0013"], "name": ["a", "b"], "kind": ["primary", "junior"]})
    return District.of({"district": facts, "schools": schools, "homes": homes, "catchments": catchments})


def codes(path: Path) -> list[str]:
    return [problem.code for problem in read_tables(path).problems]


def test_files_are_known_by_the_names_of_tables(folder: Path) -> None:
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    (folder / "rolls.xls").write_text("x", encoding="utf-8")
    (folder / ".hidden.csv").write_text("x", encoding="utf-8")
    (folder / "homes.csv").mkdir()
    result = read(folder)
    assert [(p.code, p.place.file) for p in result.problems] == [
        ("unknown-file", "homes.csv"),
        ("unknown-file", "notes.txt"),
        ("unknown-file", "rolls.xls"),
    ]
    assert result.district is not None
    assert result.district.table("schools")["kind"].to_list() == ["primary"]


def test_one_table_in_two_files_is_an_error(folder: Path) -> None:
    (folder / "schools.csv").write_text(SCHOOLS, encoding="utf-8")
    assert codes(folder) == ["duplicate-sheet"]


def test_rows_are_numbered_as_a_spreadsheet_program_shows_them(folder: Path) -> None:
    text = 'school,name,kind\n\n1,"two\nlines",小学\n,,\n2,,小学\n'
    (folder / "学校.csv").write_text(text, encoding="utf-8")
    problems = read_tables(folder).problems
    assert [(p.code, p.place.row) for p in problems] == [("blank-rows", 2), ("required-empty", 5)]
    assert "2, 4" in problems[0].found.zh


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_as_spreadsheet_programs_save_it(folder: Path, encoding: str, separator: str) -> None:
    text = SCHOOLS.replace(",", separator).replace("\n", "\r\n").replace("school", "学校代码", 1)
    (folder / "学校.csv").write_bytes(text.encode(encoding))
    read_folder = read_tables(folder)
    assert read_folder.sources["schools"].frame["name"].to_list() == ["一小"]
    assert [p.code for p in read_folder.problems] == (["other-encoding"] if encoding == "gb18030" else [])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable-file"),
        (b"\n\n", "unreadable-file"),
        (b"\xff\xff\xff", "unreadable-file"),
        (b'school,name,kind\n1,"a"b,primary\n', "unreadable-file"),
        (b'school,name,kind\n1,"a,primary\n', "unreadable-file"),
        (b"school,name,kind\n1,a,b,primary\n", "ragged-row"),
    ],
)
def test_broken_csv_is_refused(folder: Path, content: bytes, code: str) -> None:
    (folder / "学校.csv").write_bytes(content)
    assert code in codes(folder)
    assert read(folder).district is None


def test_numbers_of_a_csv_are_numbers_without_a_warning_and_errors_are_errors(folder: Path) -> None:
    text = "school,stage,grade,year,pupils\n1,小学,1,2026, 45 \n1,小学,2,2026,#N/A\n#REF!,小学,3,2026,1.5\n"
    (folder / "rolls.csv").write_text(text, encoding="utf-8")
    problems = read_tables(folder).problems
    assert [(p.code, p.place.row, p.place.column) for p in problems] == [
        ("formula-error", 4, "school"),
        ("formula-error", 3, "pupils"),
        ("not-whole", 4, "pupils"),
    ]


def test_texts_that_could_be_formulas_are_neutralised_in_csv_and_come_back(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@x", "'", "'=x", "''", "'s"]
    schools = pl.DataFrame({"school": texts, "name": texts, "kind": ["primary"] * len(texts)})
    write(sample().replace(schools=schools), tmp_path / "out", format="csv")
    lines = (tmp_path / "out" / "学校.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert all(line.startswith("'") for line in lines)
    assert read_tables(tmp_path / "out").sources["schools"].frame["name"].to_list() == texts


def test_an_apostrophe_that_guards_nothing_stays(folder: Path) -> None:
    (folder / "学校.csv").write_text(
        'school,name,kind\n="0012",\'t Veld,小学\n"\'-1",\',小学\n', encoding="utf-8"
    )
    frame = read_tables(folder).sources["schools"].frame
    assert frame["name"].to_list() == ["'t Veld", "'"]
    assert frame["school"].to_list() == ["0012", "-1"]


def test_parquet_of_another_program_is_read_by_its_values(folder: Path) -> None:
    (folder / "学校.csv").unlink()
    frame = pl.DataFrame(
        {
            "学校代码": pl.Series([3701000001, 3701000002]),
            "name": pl.Series(["一小", "二小"], dtype=pl.Categorical),
            "kind": ["小学", "211"],
            "lon": pl.Series(["117.1", "117.2"]).cast(pl.Decimal(10, 4)),
            "lat": pl.Series([36, None], dtype=pl.Float32),
            "tags": [["a"], None],
            "photo": [b"x", None],
        }
    )
    frame.write_parquet(folder / "schools.parquet")
    result = read_tables(folder)
    assert result.sources["schools"].frame.select("school", "name", "kind", "lon", "lat").rows() == [
        ("3701000001", "一小", "primary", 117.1, 36.0),
        ("3701000002", "二小", "primary", 117.2, None),
    ]
    assert result.aside["schools"].columns == ["school", "tags", "photo"]


def test_broken_and_absurd_parquet_is_refused(folder: Path) -> None:
    (folder / "rolls.parquet").write_bytes(b"PAR1 not really PAR1")
    assert codes(folder) == ["unreadable-file"]
    pl.select(school=pl.repeat("1", 60_000_000, dtype=pl.String).cast(pl.Categorical)).write_parquet(
        folder / "rolls.parquet"
    )
    assert codes(folder) == ["unreadable-file"]


def test_a_folder_that_is_not_ours_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match=r"thesis\.docx"):
        write(sample(), tmp_path, format="csv")
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(UsageError):
        write(sample(), tmp_path / "thesis.docx", format="csv")


def test_our_own_folder_is_replaced_whole_unless_something_was_added(tmp_path: Path) -> None:
    target = tmp_path / "out"
    write(sample(), target, format="csv")
    write(sample(), target, format="parquet")
    names = {"junheng.json", "district.parquet", "schools.parquet", "homes.parquet", "catchments.parquet"}
    assert {file.name for file in target.iterdir()} == names
    (target / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.txt"):
        write(sample(), target, format="csv")
    assert {file.name for file in tmp_path.iterdir()} == {"out"}


def test_nothing_is_written_where_there_is_no_folder_for_it(tmp_path: Path) -> None:
    for name in ("none/a.xlsx", "none/a"):
        with pytest.raises(UsageError, match="no folder"):
            write(sample(), tmp_path / name)
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        write(sample(), tmp_path / "a.xlsx")
    with pytest.raises(UsageError, match="no file"):
        read_geojson(tmp_path / "none.geojson")


def test_a_failed_write_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    write(sample(), target, format="csv")
    before = {file.name: file.read_bytes() for file in target.iterdir()}

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("junheng.district.folder.write_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        write(sample(), target, format="csv")
    assert {file.name: file.read_bytes() for file in target.iterdir()} == before
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_homes_may_be_geojson_in_a_folder_and_bring_their_catchments(folder: Path) -> None:
    write_geojson(sample(), folder / "homes.geojson")
    result = read_tables(folder)
    assert result.problems == ()
    assert result.sources["homes"].frame.equals(sample().tables["homes"])
    assert result.sources["catchments"].frame.rows() == [("primary", "h1", "0012"), ("junior", "h1", "0013")]
    (folder / "catchments.csv").write_text("stage,home,school\n小学,h1,0012\n", encoding="utf-8")
    assert codes(folder) == ["duplicate-sheet"]


def test_schools_that_share_a_zone_stand_together_in_geojson_and_hinder_no_reading(folder: Path) -> None:
    zone = {
        "stage": ["primary"] * 2,
        "school": ["0013", "0012"],
        "zone": ["east"] * 2,
        "distance": [None] * 2,
    }
    file = folder / "homes.geojson"
    write_geojson(sample().replace(shared_zones=pl.DataFrame(zone)), file)
    said = json.loads(file.read_text(encoding="utf-8"))["features"][0]["properties"]
    assert (said["school_primary"], said["shared_primary"]) == ("0012", "0013,0012")
    assert "shared_junior" not in said
    result = read_tables(folder)
    assert result.problems == ()
    assert result.sources["homes"].frame.equals(sample().tables["homes"])


def test_geojson_follows_the_datum_of_the_folder(folder: Path) -> None:
    (folder / "district.csv").write_text(DISTRICT.replace("WGS-84", "GCJ-02"), encoding="utf-8")
    write_geojson(sample(), folder / "居住单元.geojson")
    homes = read_tables(folder).sources["homes"].frame
    assert homes["lon"][1] == pytest.approx(117.2, abs=0.01)
    assert homes["lon"][1] != 117.2


def test_problems_of_geojson_are_named_by_feature(folder: Path) -> None:
    ring = [[117, 36], [117.1, 36.1], [117.1, 36], [117, 36.1], [117, 36]]
    features = [
        {
            "type": "Feature",
            "properties": {"home": "h1"},
            "geometry": {"type": "LineString", "coordinates": ring},
        },
        {
            "type": "Feature",
            "properties": {"home": "h2"},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        },
        {"type": "Feature", "properties": {"dwellings": "many"}, "geometry": None},
        {
            "type": "Feature",
            "properties": {"home": "h4"},
            "geometry": {"type": "Polygon", "coordinates": "x"},
        },
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "homes.geojson").write_text(text, encoding="utf-8")
    assert sorted((p.code, p.place.row) for p in read_tables(folder).problems) == [
        ("bad-geometry", 1),
        ("bad-geometry", 4),
        ("invalid-polygon", 2),
        ("required-empty", 3),
        ("text-in-number", 3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"features": 3}',
        '{"features": [3]}',
        '{"features": [{"geometry": {"type": "Point", "coordinates": []}}]}',
        '{"features": [{"properties": {"lon": NaN}, "geometry": null}]}',
        '{"features": [], "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4527"}}}',
        "[" * 100_000,
    ],
)
def test_broken_geojson_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "homes.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_geojson(tmp_path / "homes.geojson")
    assert [problem.code for problem in caught.value.problems] == ["unreadable-file"]


def test_geojson_of_strangers_is_not_written(tmp_path: Path) -> None:
    catchments = pl.DataFrame({"stage": ["primary"], "home": ["nowhere"], "school": ["0012"]})
    with pytest.raises(UsageError, match="nowhere"):
        write_geojson(sample().replace(catchments=catchments), tmp_path / "a.geojson")
    with pytest.raises(UsageError, match="no homes"):
        write_geojson(
            sample().replace(homes=pl.DataFrame(HOMES).clear(), catchments=catchments.clear()), tmp_path / "b"
        )
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_there_and_what_has_errors_raises(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        read(tmp_path / "absent.xlsx")
    assert read_district(folder).name == "区"
    (folder / "学校.csv").write_text("school,name,kind\n1,,x\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_district(folder)
    assert [problem.code for problem in caught.value.problems] == ["required-empty", "unknown-choice"]
