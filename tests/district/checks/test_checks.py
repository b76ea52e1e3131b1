"""Every check: one example that it finds, where it finds it, and nothing found in clean data."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl
import pytest

from junheng.district.checks import check, check_tables, kit, registry
from junheng.district.columns import table, tables
from junheng.district.model import District
from junheng.district.source import SourceTable, sources_of
from junheng.errors import Problem
from junheng.text import Text

Rows = dict[str, list[dict[str, Any]]]
Where = tuple[str, int | None, str | None]


def _square(west: float) -> str:
    """Return a square of 0.02 degrees whose west side is given; its middle is at latitude 30."""
    east = west + 0.02
    ring = [(west, 29.99), (east, 29.99), (east, 30.01), (west, 30.01), (west, 29.99)]
    return f"POLYGON (({', '.join(f'{x:.2f} {y:.2f}' for x, y in ring)}))"


def _stage(school: str, stage: str, pupils: int, classes: int) -> dict[str, Any]:
    return {
        "school": school,
        "stage": stage,
        "classes": classes,
        "pupils": pupils,
        "boarding_pupils": 0,
        "migrant_pupils": 3,
        "staff": 12,
        "teachers": 10,
        "teachers_doctor": 0,
        "teachers_master": 2,
        "teachers_bachelor": 6,
        "teachers_associate": 2,
        "backbone_teachers": 2,
        "pe_teachers": 1,
        "music_teachers": 1,
        "art_teachers": 1,
        "arts_teachers": 0,
    }


def _teacher(i: int) -> dict[str, Any]:
    """Return one of the ten teachers of S1, who are as its row in ``stages`` counts them."""
    return {
        "teacher": f"T{i}",
        "school": "S1",
        "stage": "primary",
        "subject": {1: "pe", 2: "music", 3: "art"}.get(i, "chinese"),
        "degree": "master" if i <= 2 else "bachelor" if i <= 8 else "associate",
        "tier": "county" if i <= 2 else "none",
        "tier_until": 2027 if i <= 2 else None,
        "birth_year": 1985,
        "recruit_year": 2008,
        "joined_year": 2015,
        "spouse": {1: "T2", 2: "T1"}.get(i),
        "lon": 100.02,
        "lat": 30.0,
    }


# Four homes in a row, H1 - H2 - H3 - H4; the primary school S1 stands in H1, the nine-year school S2 in H4.
CLEAN: Rows = {
    "district": [
        {
            "district": "D",
            "name": "小区",
            "year": 2026,
            "west": 99.9,
            "south": 29.9,
            "east": 100.2,
            "north": 30.1,
        }
    ],
    "schools": [
        {"school": "S1", "name": "一小", "kind": "primary", "lon": 100.01, "lat": 30.0, "home": "H1"},
        {"school": "S2", "name": "九年", "kind": "nine_year", "lon": 100.07, "lat": 30.0, "home": "H4"},
    ],
    "stages": [_stage("S1", "primary", 60, 2), _stage("S2", "primary", 30, 1), _stage("S2", "junior", 40, 1)],
    "candidates": [
        {
            "candidate": "P1",
            "stage": "primary",
            "name": "规划小学",
            "home": "H1",
            "lon": 100.01,
            "lat": 30.0,
            "most_classes": 12,
        }
    ],
    "premises": [
        {
            "school": school,
            "teaching_m2": 900.0,
            "indoor_sports_m2": 100.0,
            "music_rooms": 1,
            "smallest_music_room_m2": 96.0,
            "art_rooms": 0,
        }
        for school in ("S1", "S2")
    ],
    "classes": [
        {"school": "S1", "stage": "primary", "grade": 1, "class": "1", "pupils": 25},
        {"school": "S1", "stage": "primary", "grade": 2, "class": "1", "pupils": 35},
        {"school": "S2", "stage": "primary", "grade": 1, "class": "1", "pupils": 30},
        {"school": "S2", "stage": "junior", "grade": 7, "class": "1", "pupils": 40},
    ],
    "rolls": [
        {"school": school, "stage": stage, "grade": grade, "year": year, "pupils": pupils}
        for year in (2025, 2026)
        for school, stage, grade, pupils in (
            ("S1", "primary", 1, 25),
            ("S1", "primary", 2, 35),
            ("S2", "primary", 1, 30),
            ("S2", "junior", 7, 40),
        )
    ],
    "homes": [
        {"home": f"H{i}", "lon": 100.01 + 0.02 * (i - 1), "lat": 30.0, "polygon": _square(99.98 + 0.02 * i)}
        for i in range(1, 5)
    ],
    "junctions": [
        {"junction": "J1", "lon": 100.01, "lat": 30.0},
        {"junction": "J2", "lon": 100.03, "lat": 30.0},
    ],
    "roads": [{"start": "J1", "end": "J2", "km": 2.0}, {"start": "J2", "end": "J1"}],
    "children": [
        {"home": f"H{i}", "year": 2026, "grade": grade, "children": 10}
        for i in range(1, 5)
        for grade in (1, 7)
    ]
    + [{"home": "H1", "year": 2026, "age": 3, "children": 4}],
    "neighbours": [{"home": f"H{i}", "neighbour": f"H{i + 1}", "road_km": 2.1} for i in range(1, 4)],
    "catchments": [
        {"stage": "primary", "home": "H1", "school": "S1"},
        {"stage": "primary", "home": "H2", "school": "S1"},
        {"stage": "primary", "home": "H3", "school": "S2"},
        {"stage": "primary", "home": "H4", "school": "S2"},
        *({"stage": "junior", "home": f"H{i}", "school": "S2"} for i in range(1, 5)),
    ],
    "births": [{"home": "H1", "year": 2024, "births": 9}, {"school": "S2", "year": 2024, "births": 8}],
    "housing": [{"home": "H2", "year": 2027, "type": "commodity", "dwellings": 100}],
    "kindergartens": [
        {
            "kindergarten": "K1",
            "name": "一幼",
            "nature": "public",
            "children": 50,
            "staff": 8,
            "teachers": 4,
            "carers": 2,
            "certified_teachers": 4,
        }
    ],
    "kindergarten_classes": [
        {"kindergarten": "K1", "class": "1", "band": "small", "children": 24},
        {"kindergarten": "K1", "class": "2", "band": "middle", "children": 26},
    ],
    "declarations": [{"rule": "guarantee.G7", "value": 8600.0, "evidence": "台账"}],
    "groups": [
        {"group": "A", "school": "S1", "role": "lead"},
        {"group": "A", "school": "S2", "role": "member"},
    ],
    "teachers": [_teacher(i) for i in range(1, 11)],
    "wishes": [{"teacher": "T1", "school": "S2", "rank": 1}, {"teacher": "T1", "school": "S1", "rank": 2}],
    "posts": [{"school": "S1", "stage": "primary", "subject": "pe", "least": 1, "most": 2}],
    "researchers": [{"teacher": "T2", "term_start": 2022, "term_years": 5}],
    "leaders": [{"leader": "L1", "school": "S1", "role": "principal"}],
    "curriculum": [{"stage": "primary", "grade": 1, "subject": "pe", "periods": 4.0}],
}


def _district(rows: Rows) -> District:
    return District.of({name: _frame(name, given) for name, given in rows.items()})


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(table(name).schema))


def _changed(change: Callable[[Rows], object]) -> Rows:
    rows = copy.deepcopy(CLEAN)
    change(rows)
    return rows


def _set(name: str, row: int, /, **values: object) -> Callable[[Rows], object]:
    return lambda rows: rows[name][row].update(values)


def _add(name: str, /, **values: object) -> Callable[[Rows], object]:
    return lambda rows: rows[name].append(values)


def _drop(name: str, *positions: int) -> Callable[[Rows], object]:
    def drop(rows: Rows) -> None:
        rows[name] = [row for i, row in enumerate(rows[name]) if i not in positions]

    return drop


def _both(*changes: Callable[[Rows], object]) -> Callable[[Rows], object]:
    return lambda rows: [change(rows) for change in changes]


NO_EXTENT = _set("district", 0, west=None, south=None, east=None, north=None)
_COUNTED_LESS: list[Where] = [("stages", 2, "teachers"), ("stages", 2, "teachers_associate")]
# code, change of the clean rows, where it is found: table, row as the workbook numbers it, column
CASES: list[tuple[str, Callable[[Rows], object], list[Where]]] = [
    ("required-empty", _set("schools", 0, name=None), [("schools", 2, "name")]),
    ("births-home-or-school", _set("births", 0, school="S1"), [("births", 2, "school")]),
    ("births-after-year", _set("births", 0, year=2090), [("births", 2, "year")]),
    ("housing-home-or-school", _set("housing", 0, home=None), [("housing", 2, "home")]),
    ("housing-home-or-school", _set("housing", 0, school="S1"), [("housing", 2, "home")]),
    (
        "kindergarten-classes-add-up",
        _set("kindergarten_classes", 0, children=23),
        [("kindergartens", 2, "children")],
    ),
    ("kindergarten-staff", _set("kindergartens", 0, carers=5), [("kindergartens", 2, "teachers")]),
    (
        "kindergarten-staff",
        _set("kindergartens", 0, certified_teachers=5),
        [("kindergartens", 2, "certified_teachers")],
    ),
    ("out-of-range", _set("premises", 1, teaching_m2=-900.0), [("premises", 3, "teaching_m2")]),
    (
        "out-of-range",
        _set("premises", 1, sports_ground_m2=float("nan")),
        [("premises", 3, "sports_ground_m2")],
    ),
    ("unknown-choice", _set("schools", 1, kind="university"), [("schools", 3, "kind")]),
    (
        "not-a-day",
        lambda rows: rows.update(applicants=[{"applicant": "1", "stage": "primary", "born": "2020-02-30"}]),
        [("applicants", 2, "born")],
    ),
    ("bad-geometry", _set("homes", 2, polygon="POLYGON EMPTY"), [("homes", 4, "polygon")]),
    ("bad-geometry", _set("homes", 2, polygon="a square"), [("homes", 4, "polygon")]),
    (
        "invalid-polygon",
        _set(
            "homes",
            2,
            polygon="POLYGON ((100.04 29.99, 100.06 30.01, 100.06 29.99, 100.04 30.01, 100.04 29.99))",
        ),
        [("homes", 4, "polygon")],
    ),
    (
        "duplicate-key",
        _add("schools", school="S1", name="又一小", kind="primary"),
        [("schools", 4, "school")],
    ),
    (
        "duplicate-key",
        _add("children", home="H2", year=2026, grade=1, children=7),
        [("children", 11, "home")],
    ),
    ("duplicate-key", _add("declarations", rule="guarantee.G7", value=1.0), [("declarations", 3, "rule")]),
    ("missing-table", lambda rows: rows.pop("schools"), [("schools", None, None)]),
    ("unknown-reference", _set("catchments", 1, school="S9"), [("catchments", 3, "school")]),
    ("unknown-reference", _set("schools", 1, home="H5"), [("schools", 3, "home")]),
    ("classes-count", _set("stages", 0, classes=3), [("stages", 2, "classes")]),
    (
        "classes-pupils",
        _both(_set("classes", 0, pupils=26), _set("rolls", 4, pupils=25)),
        [("stages", 2, "pupils")],
    ),
    ("rolls-pupils", _set("rolls", 4, pupils=24), [("stages", 2, "pupils")]),
    (
        "classes-rolls-grade",
        _both(_set("rolls", 4, pupils=20), _set("rolls", 5, pupils=40)),
        [("rolls", 6, "pupils"), ("rolls", 7, "pupils")],
    ),
    (
        "grade-of-stage",
        _both(_set("classes", 3, grade=1), _set("rolls", 3, grade=1), _set("rolls", 7, grade=1)),
        [("classes", 5, "grade"), ("rolls", 5, "grade"), ("rolls", 9, "grade")],
    ),
    (
        "no-stage-row",
        _both(_add("classes", school="S1", stage="junior", grade=7, **{"class": "1"}, pupils=9)),
        [("classes", 6, "stage")],
    ),
    (
        "no-stage-row",
        _add("rolls", school="S1", stage="junior", grade=7, year=2026, pupils=9),
        [("rolls", 10, "stage")],
    ),
    ("no-classes", _drop("classes", 3), [("stages", 4, "pupils")]),
    ("part-above-pupils", _set("stages", 2, boarding_pupils=41), [("stages", 4, "boarding_pupils")]),
    ("part-above-pupils", _set("stages", 2, migrant_pupils=41), [("stages", 4, "migrant_pupils")]),
    ("degrees-above-teachers", _set("stages", 1, teachers_bachelor=7), [("stages", 3, "teachers")]),
    (
        "backbone-above-teachers",
        _set("stages", 1, backbone_teachers=11),
        [("stages", 3, "backbone_teachers")],
    ),
    ("subjects-above-teachers", _set("stages", 1, pe_teachers=9), [("stages", 3, "teachers")]),
    ("teachers-above-staff", _set("stages", 1, staff=9), [("stages", 3, "teachers")]),
    (
        "indoor-sports-above-teaching",
        _set("premises", 0, indoor_sports_m2=901.0),
        [("premises", 2, "indoor_sports_m2")],
    ),
    (
        "room-area-missing",
        _set("premises", 0, smallest_music_room_m2=None),
        [("premises", 2, "smallest_music_room_m2")],
    ),
    (
        "room-area-missing",
        _set("premises", 0, smallest_art_room_m2=90.0),
        [("premises", 2, "smallest_art_room_m2")],
    ),
    ("stage-not-of-kind", _set("schools", 1, kind="primary"), [("stages", 4, "stage")]),
    ("kind-lacks-stage", _set("schools", 0, kind="nine_year"), [("schools", 2, "kind")]),
    (
        "kind-lacks-stage",
        _add("schools", school="S3", name="无年报", kind="junior"),
        [("schools", 4, "kind")],
    ),
    ("bad-extent", _set("district", 0, west=None), [("district", 2, "south")]),
    ("bad-extent", _set("district", 0, south=30.2), [("district", 2, "west")]),
    ("half-coordinate", _set("schools", 0, lat=None), [("schools", 2, "lat")]),
    ("half-coordinate", _set("homes", 0, lon=None), [("homes", 2, "lon")]),
    ("swapped-coordinates", _set("schools", 1, lon=30.0, lat=100.07), [("schools", 3, "lon")]),
    (
        "swapped-coordinates",
        _both(NO_EXTENT, _set("schools", 1, lon=30.0, lat=100.07)),
        [("schools", 3, "lon")],
    ),
    ("outside-district", _set("schools", 1, lon=100.3), [("schools", 3, "lon")]),
    ("outside-district", _both(NO_EXTENT, _set("schools", 1, lon=361.0)), [("schools", 3, "lon")]),
    ("outside-district", _set("candidates", 0, lon=100.3), [("candidates", 2, "lon")]),
    ("far-from-others", _both(NO_EXTENT, _set("schools", 1, lon=101.0)), [("schools", 3, "lon")]),
    (
        "overlapping-homes",
        _set("homes", 1, polygon=_square(100.01)),
        [("homes", 3, "polygon")],
    ),
    ("overlapping-homes", _set("homes", 1, polygon=_square(100.00)), [("homes", 3, "polygon")]),
    ("point-outside-polygon", _set("homes", 0, lon=100.021), [("homes", 2, "lon")]),
    ("school-outside-home", _set("schools", 0, lon=99.99), [("schools", 2, "home")]),
    (
        "gate-in-several-homes",
        _both(_set("homes", 1, polygon=_square(100.01)), _set("schools", 0, home=None, lon=100.015)),
        [("schools", 2, "home")],
    ),
    (
        "self-neighbour",
        _add("neighbours", home="H2", neighbour="H2", road_km=0.0),
        [("neighbours", 5, "neighbour")],
    ),
    (
        "pair-given-twice",
        _add("neighbours", home="H2", neighbour="H1", road_km=2.2),
        [("neighbours", 5, "road_km")],
    ),
    ("pair-given-twice", _add("neighbours", home="H2", neighbour="H1"), [("neighbours", 5, "road_km")]),
    (
        "barrier-given-once",
        _add("neighbours", home="H2", neighbour="H1", barrier="yes"),
        [("neighbours", 5, "barrier")],
    ),
    (
        "walking-distances-incomplete",
        _both(_set("neighbours", 1, road_km=None), lambda rows: rows.pop("roads")),
        [("neighbours", 3, "road_km")],
    ),
    ("road-shorter-than-straight", _set("neighbours", 1, road_km=1.9), [("neighbours", 3, "road_km")]),
    ("stretch-shorter-than-straight", _set("roads", 0, km=1.9), [("roads", 2, "km")]),
    ("lonely-home", _drop("neighbours", 0), [("homes", 2, "home")]),
    ("disconnected-homes", _drop("neighbours", 1), [("homes", 4, "home")]),
    ("stage-grade-or-age", _set("children", 0, age=6), [("children", 2, "age")]),
    ("stage-grade-or-age", _set("children", 0, grade=None), [("children", 2, "grade")]),
    (
        "children-counted-twice",
        _add("children", home="H1", year=2026, stage="junior", children=10),
        [("children", 11, "stage")],
    ),
    (
        "no-children-this-year",
        lambda rows: [row.update(year=2025) for row in rows["children"]],
        [("children", None, "year")],
    ),
    ("zone-without-stage", _set("catchments", 4, school="S1"), [("catchments", 6, "school")]),
    ("home-without-zone", _drop("catchments", 1), [("homes", 3, "home")]),
    (
        "broken-zone",
        _both(_set("catchments", 1, school="S2"), _set("catchments", 2, school="S1")),
        [("catchments", 4, "school"), ("catchments", 3, "school")],
    ),
    ("own-home-elsewhere", _set("catchments", 0, school="S2"), [("schools", 2, "home")]),
    (
        "roll-year-gap",
        lambda rows: [row.update(year=2024) for row in rows["rolls"][:4]],
        [("rolls", 6, "year"), ("rolls", 8, "year"), ("rolls", 9, "year")],
    ),
    ("roll-jump", _set("rolls", 0, pupils=300), [("rolls", 6, "pupils")]),
    (
        "roll-after-year",
        _add("rolls", school="S2", stage="junior", grade=7, year=2027, pupils=41),
        [("rolls", 10, "year")],
    ),
    ("half-coordinate", _set("teachers", 0, lat=None), [("teachers", 2, "lat")]),
    ("teacher-without-stage", _set("teachers", 3, stage="junior"), [("teachers", 5, "stage")]),
    ("roster-differs-from-return", _drop("teachers", 9), _COUNTED_LESS),
    (
        "roster-differs-from-return",
        _set("teachers", 0, tier_until=2025),
        [("stages", 2, "backbone_teachers")],
    ),
    ("teacher-years", _set("teachers", 0, joined_year=2007), [("teachers", 2, "joined_year")]),
    ("teacher-years", _set("teachers", 0, joined_year=2027), [("teachers", 2, "joined_year")]),
    ("teacher-years", _set("teachers", 0, recruit_year=1995), [("teachers", 2, "recruit_year")]),
    ("half-of-a-pair", _set("teachers", 0, exemption_until=2028), [("teachers", 2, "exemption")]),
    ("half-of-a-pair", _set("teachers", 0, base_school="S2"), [("teachers", 2, "return_year")]),
    ("spouse-not-mutual", _set("teachers", 1, spouse=None), [("teachers", 2, "spouse")]),
    (
        "spouse-not-mutual",
        _set("teachers", 1, spouse="T3"),
        [("teachers", 2, "spouse"), ("teachers", 3, "spouse")],
    ),
    ("spouse-not-mutual", _set("teachers", 4, spouse="T5"), [("teachers", 6, "spouse")]),
    (
        "wish-without-stage",
        _both(_set("teachers", 0, school="S2", stage="junior"), _set("stages", 0, teachers=None)),
        [("wishes", 3, "school")],
    ),
    ("rank-given-twice", _set("wishes", 1, rank=1), [("wishes", 3, "rank")]),
    ("post-bounds", _set("posts", 0, least=3), [("posts", 2, "least")]),
    ("group-lead", _set("groups", 1, role="lead"), [("groups", 2, "role")]),
    ("group-lead", _drop("groups", 0), [("groups", 2, "role")]),
    (
        "two-principals",
        _add("leaders", leader="L2", school="S1", role="principal"),
        [("leaders", 3, "role")],
    ),
    ("rule-syntax", _set("declarations", 0, rule="G7 特教经费"), [("declarations", 2, "rule")]),
]


def _of(problems: list[Problem], code: str) -> list[Problem]:
    return [problem for problem in problems if problem.code == code]


def _where(problem: Problem) -> Where:
    sheets = {one.label.zh: name for name, one in tables().items()}
    name = sheets[str(problem.place.sheet)]
    columns = {column.label.zh: column.name for column in table(name)}
    column = problem.place.column
    return name, problem.place.row, None if column is None else columns[column]


def test_clean_data_has_no_problem() -> None:
    assert [problem.describe().en for problem in check(_district(CLEAN))] == []


def test_a_district_with_nothing_but_itself_has_no_problem() -> None:
    assert check(_district({"district": CLEAN["district"]})) == []


def test_neighbours_without_homes_are_a_problem_and_no_crash() -> None:
    found = check(_district(_changed(lambda rows: rows.update(homes=[]))))
    assert "homes" in {_where(problem)[0] for problem in found if problem.place.sheet is not None}


IDS = [f"{i}-{code}" for i, (code, _, _) in enumerate(CASES)]


@cache
def _found(case: int) -> list[Problem]:
    code, change, _ = CASES[case]
    return _of(check(_district(_changed(change))), code)


@pytest.mark.parametrize("case", range(len(CASES)), ids=IDS)
def test_a_check_finds_its_example_and_says_where(case: int) -> None:
    places = CASES[case][2]
    assert sorted(map(_where, _found(case)), key=str) == sorted(places, key=str)


@pytest.mark.parametrize("case", range(len(CASES)), ids=IDS)
def test_a_problem_says_everything_in_both_languages(case: int) -> None:
    for problem in _found(case):
        for text in (problem.found, problem.expected, problem.remedy):
            assert text.zh.strip()
            assert text.en.strip()
            assert "{" not in text.zh + text.en
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in text.en.replace("特教经费", ""))


def test_every_check_of_the_registry_has_an_example() -> None:
    # District.of refuses a district table without exactly one row: that check has a test of its own below.
    assert {one.code for one in registry()} == {code for code, _, _ in CASES} | {"district-row"}


def test_codes_are_unique_and_are_words_with_hyphens() -> None:
    codes = [one.code for one in registry()]
    assert len(set(codes)) == len(codes)
    assert all(part.isalpha() and part.islower() for code in codes for part in code.split("-"))


def test_what_is_counted_is_named_once_where_label_and_unit_are_one_word() -> None:
    assert kit.quantity("stages", "pupils", 703) == Text("在校生数 703 人", "703 pupils")
    assert kit.quantity("stages", "teachers", 24).en == "full-time teachers 24 persons"


@pytest.mark.parametrize("n_rows", [0, 2])
def test_a_district_table_without_exactly_one_row_is_found(n_rows: int) -> None:
    sources = sources_of(_district(CLEAN))
    frame = _frame("district", CLEAN["district"] * n_rows)
    sources["district"] = SourceTable("district", frame, pl.Series(range(2, 2 + n_rows), dtype=pl.Int64))
    (problem,) = _of(check_tables(sources), "district-row")
    assert str(n_rows) in problem.found.en


def test_single_cells_of_a_file_are_left_to_the_readers() -> None:
    district = _district(_changed(_set("schools", 0, name=None)))
    assert check_tables(sources_of(district)) == []
    assert {problem.code for problem in check(district)} == {"required-empty"}


def test_a_problem_names_the_row_and_header_of_the_users_file() -> None:
    sources = sources_of(_district(_changed(_set("stages", 0, classes=3))))
    sources["stages"] = SourceTable(
        "stages",
        sources["stages"].frame,
        pl.Series([5, 6, 9], dtype=pl.Int64),
        file="年报.xlsx",
        sheet="学段",
        headers={"classes": "班数"},
    )
    (problem,) = check_tables(sources)
    assert (problem.place.file, problem.place.sheet) == ("年报.xlsx", "学段")
    assert (problem.place.row, problem.place.column) == (5, "班数")


def test_a_repeated_record_names_both_rows() -> None:
    change = _add("schools", school="S1", name="又一小", kind="primary")
    (problem,) = _of(check(_district(_changed(change))), "duplicate-key")
    assert problem.place.row == 4
    assert "row 2" in problem.found.en


def test_the_numbers_of_a_difference_are_in_the_message() -> None:
    (problem,) = _of(check(_district(_changed(_set("rolls", 4, pupils=24)))), "rolls-pupils")
    line = problem.describe()
    assert all(number in line.zh and number in line.en for number in ("60", "59", "1"))


def test_an_unknown_code_comes_with_the_nearest_spelling() -> None:
    (problem,) = _of(check(_district(_changed(_set("neighbours", 0, home="H11")))), "unknown-reference")
    assert "H1" in problem.remedy.en
    assert "Did you mean" in problem.remedy.en


def test_absent_parts_are_not_taken_as_zero() -> None:
    absent = _both(
        _set("classes", 0, pupils=None), _set("rolls", 4, pupils=None), _set("stages", 0, teachers=None)
    )
    codes = {problem.code for problem in check(_district(_changed(absent)))}
    assert codes == {"required-empty"}


def test_tables_that_are_not_kept_are_not_missed() -> None:
    for name in (
        "stages",
        "premises",
        "classes",
        "rolls",
        "children",
        "neighbours",
        "catchments",
        "declarations",
        "groups",
        "wishes",
        "posts",
        "researchers",
        "leaders",
        "curriculum",
    ):
        assert check(_district(_changed(lambda rows, name=name: rows.pop(name)))) == [], name


def test_one_pair_given_in_both_directions_with_one_distance_is_fine() -> None:
    change = _add("neighbours", home="H2", neighbour="H1", road_km=2.1)
    assert check(_district(_changed(change))) == []


def test_a_stage_total_beside_other_stages_grades_is_fine() -> None:
    def change(rows: Rows) -> None:
        rows["children"] = [row for row in rows["children"] if row.get("grade") != 7]
        rows["children"] += [{"home": "H1", "year": 2026, "grade": 6, "children": 5}]
        rows["children"] += [{"home": "H1", "year": 2026, "stage": "junior", "children": 12}]

    assert check(_district(_changed(change))) == []


def test_two_schools_in_one_home_may_share_it() -> None:
    def change(rows: Rows) -> None:
        rows["schools"][1].update(home="H1", lon=100.012)
        rows["catchments"][2].update(school="S1")
        rows["catchments"][3].update(school="S1")

    assert check(_district(_changed(change))) == []


def test_of_many_problems_of_one_kind_the_last_says_how_many_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "MOST_PROBLEMS", 2)
    found = _of(
        check(_district(_changed(lambda rows: [row.update(road_km=0.5) for row in rows["neighbours"]]))),
        "road-shorter-than-straight",
    )
    assert len(found) == 3
    assert found[2].found.en.startswith("1 more")


def test_a_sliver_between_digitised_borders_is_no_overlap() -> None:
    sliver = _set(
        "homes",
        1,
        polygon="POLYGON ((100.0199 29.99, 100.04 29.99, 100.04 30.01, 100.0199 30.01, 100.0199 29.99))",
    )
    assert check(_district(_changed(sliver))) == []


@pytest.mark.parametrize(("lon", "n"), [(100.0204, 0), (100.0207, 1)])
def test_a_point_may_stand_fifty_metres_beside_its_boundary(lon: float, n: int) -> None:
    # H1 ends at 100.02; at 30 degrees north 0.0004 degrees of longitude are 39 m and 0.0007 are 67 m.
    assert len(_of(check(_district(_changed(_set("homes", 0, lon=lon)))), "point-outside-polygon")) == n


@pytest.mark.parametrize(("km", "n"), [(1.92, 0), (1.90, 1)])
def test_a_road_may_be_one_per_cent_shorter_than_the_straight_line(km: float, n: int) -> None:
    # 0.02 degrees of longitude at 30 degrees north are 0.02 * 111.195 * cos(30 deg) = 1.926 km
    found = _of(check(_district(_changed(_set("neighbours", 0, road_km=km)))), "road-shorter-than-straight")
    assert len(found) == n
