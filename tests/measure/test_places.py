"""Capacity, class sizes and access of a district of six homes and two schools, worked by hand.

The homes H1 to H6 lie on the equator, one hundredth of a degree apart; school A stands in H1 and school B in H6. The
road from each home to the next is 1.5 km long.
"""

from __future__ import annotations

from datetime import date
from math import pi
from typing import Any

import polars as pl
import pytest

from junheng.district.model import District
from junheng.errors import InputError
from junheng.measure.places import Places, places
from junheng.standards import load_standard

TODAY = load_standard().on(date(2026, 9, 1))
HOMES = ["H1", "H2", "H3", "H4", "H5", "H6"]
STEP_KM = 6371.0088 * pi / 180 / 100
ROAD_KM = 1.5
CHILDREN = [100, 200, 300, 100, 50, 250]
ZONES = ["A", "A", "A", "B", "B", "B"]


def district(**changes: pl.DataFrame | None) -> District:
    """Make the district of six homes; a table that is given replaces its own, `None` leaves it out."""
    tables: dict[str, pl.DataFrame | None] = {
        "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
        "schools": pl.DataFrame(
            {
                "school": ["A", "B"],
                "name": ["A", "B"],
                "kind": ["primary"] * 2,
                "lon": [0.0, 0.05],
                "lat": [0.0, 0.0],
                "home": ["H1", "H6"],
            }
        ),
        "stages": pl.DataFrame(
            {
                "school": ["A", "B"],
                "stage": ["primary"] * 2,
                "pupils": [450, 520],
                "capacity_pupils": [500, 500],
            }
        ),
        "homes": pl.DataFrame({"home": HOMES, "lon": [i / 100 for i in range(6)], "lat": [0.0] * 6}),
        "children": pl.DataFrame(
            {"home": HOMES, "year": [2026] * 6, "stage": ["primary"] * 6, "children": CHILDREN}
        ),
        "neighbours": chain(),
        "catchments": zones(ZONES),
    }
    return District.of({name: frame for name, frame in (tables | changes).items() if frame is not None})


def chain(road_km: float | None = ROAD_KM) -> pl.DataFrame:
    return pl.DataFrame(
        {"home": HOMES[:-1], "neighbour": HOMES[1:], "road_km": [road_km] * 5}, schema_overrides=_KM
    )


_KM = {"road_km": pl.Float64}


def zones(schools: list[str | None], stage: str = "primary") -> pl.DataFrame:
    given = [(home, school) for home, school in zip(HOMES, schools, strict=True) if school is not None]
    return pl.DataFrame([{"stage": stage, "home": home, "school": school} for home, school in given])


def row(frame: pl.DataFrame, **key: str) -> dict[str, Any]:
    return frame.filter(**key).row(0, named=True)


def needs(found: Places) -> dict[str, str]:
    return dict(found.needs.select("rule", "en").iter_rows())


def test_places_against_enrolled_pupils_and_against_the_children_of_the_zone() -> None:
    found = places(district(), TODAY)
    a, b = found.schools.iter_rows(named=True)
    assert (a["pupils"], a["utilisation"], a["over"]) == (450, 0.9, 0)
    assert (a["zoned"], a["zoned_utilisation"], a["zoned_over"]) == (600, 1.2, 100)
    assert (b["pupils"], b["utilisation"], b["over"]) == (520, 1.04, 20)
    assert (b["zoned"], b["zoned_utilisation"], b["zoned_over"]) == (400, 0.8, 0)
    whole = row(found.district, stage="primary")
    assert (whole["capacity"], whole["over"], whole["max_utilisation"], whole["unzoned"]) == (
        1000,
        100,
        1.2,
        0,
    )


def test_distances_in_a_straight_line_where_no_roads_are_known() -> None:
    found = places(district(neighbours=chain(road_km=None)), TODAY)
    assert found.distance_method == "straight_line"
    a = row(found.access, school="A")
    assert a["mean_km"] == pytest.approx((200 * STEP_KM + 300 * 2 * STEP_KM) / 600)
    assert a["p95_km"] == pytest.approx(2 * STEP_KM)
    # Within 500 m of school A lies only its own home.
    assert (a["radius_km"], a["inside"], a["beyond"]) == (0.5, 100, 500)
    assert a["share_inside"] == pytest.approx(1 / 6)


def test_distances_along_the_roads_where_every_one_is_known() -> None:
    found = places(district(), TODAY)
    assert found.distance_method == "road_network"
    assert found.homes["km"].to_list() == pytest.approx([0, 1.5, 3, 3, 1.5, 0])
    whole = row(found.district, stage="primary")
    assert whole["mean_km"] == pytest.approx((200 * 1.5 + 300 * 3 + 100 * 3 + 50 * 1.5) / 1000)
    # 1,000 children: 350 at 0 km, 250 at 1.5 km, 400 at 3 km; 95 % of them live within 3 km.
    assert whole["p95_km"] == pytest.approx(3)
    assert (whole["inside"], whole["beyond"], whole["share_inside"]) == (350, 650, pytest.approx(0.35))


def test_one_unknown_road_sends_all_of_them_back_to_the_straight_line() -> None:
    roads = chain().with_columns(
        road_km=pl.when(pl.col("home") == "H3").then(None).otherwise(pl.col("road_km"))
    )
    assert places(district(neighbours=roads), TODAY).distance_method == "straight_line"


def test_the_radius_belongs_to_it() -> None:
    # 500 m along the road from H2 to H1 exactly, and a metre more.
    for road_km, beyond in ((0.5, False), (0.501, True)):
        found = places(district(neighbours=chain(road_km=road_km)), TODAY)
        assert row(found.homes, home="H2")["is_beyond"] is beyond


def test_a_home_behind_another_zone_is_cut_off_from_its_school() -> None:
    found = places(district(catchments=zones(["A", "A", "A", "B", "A", "B"])), TODAY)
    assert found.homes.filter("is_cut_off")["home"].to_list() == ["H4", "H5"]
    a, b = row(found.access, school="A"), row(found.access, school="B")
    assert (a["cut_off_homes"], a["cut_off"]) == (1, 50)
    assert (b["cut_off_homes"], b["cut_off"]) == (1, 100)
    whole = row(found.district, stage="primary")
    assert (whole["cut_off_homes"], whole["cut_off"]) == (2, 150)


def test_a_zone_without_its_schools_own_home_is_cut_off_as_a_whole() -> None:
    found = places(district(catchments=zones(["B", "A", "A", "B", "B", "B"])), TODAY)
    assert found.homes.filter("is_cut_off")["home"].to_list() == ["H1", "H2", "H3"]


def test_children_by_grade_and_by_age_count_at_their_stage() -> None:
    children = pl.DataFrame(
        {
            "home": ["H1"] * 6,
            "year": [2026] * 6,
            "grade": [1, 6, 7, None, None, None],
            "age": [None, None, None, 5, 13, 15],
            "children": [1, 2, 4, 8, 16, 32],
        }
    )
    # Grade 7 counts as junior, and so does age 13 (grade 8); 5 is too young and 15 is grade 10.
    with pytest.raises(InputError, match="one way of counting"):
        places(district(children=children), TODAY)
    by_grade = places(district(children=children.filter(pl.col("age").is_null())), TODAY)
    assert row(by_grade.schools, school="A")["zoned"] == 3
    six = children.filter(pl.col("grade").is_null()).with_columns(age=pl.Series([5, 6, 11]))
    by_age = places(district(children=six), TODAY)
    assert row(by_age.schools, school="A")["zoned"] == 48


def test_a_home_that_counts_a_stage_twice_is_refused_by_name() -> None:
    twice = pl.DataFrame(
        {
            "home": ["H1", "H1", "H2"],
            "year": [2026] * 3,
            "stage": ["primary", None, "primary"],
            "age": [None, 7, None],
            "children": [10, 10, 10],
        }
    )
    with pytest.raises(InputError) as refused:
        places(district(children=twice), TODAY)
    (problem,) = refused.value.problems
    assert (problem.code, problem.place.key) == ("children-counted-twice", "H1/primary")


def test_children_of_another_year_are_not_counted() -> None:
    children = district().table("children")
    both = pl.concat([children, children.with_columns(year=2030, children=9999)], how="vertical_relaxed")
    found = places(district(children=both), TODAY)
    assert found.schools.equals(places(district(), TODAY).schools)


def test_where_only_other_years_are_recorded_the_number_of_children_is_not_known() -> None:
    later = district().table("children").with_columns(year=2030)
    found = places(district(children=later), TODAY)
    a = row(found.access, school="A")
    assert [a[name] for name in ("children", "mean_km", "inside", "beyond", "share_inside", "cut_off")] == [
        None
    ] * 6
    assert a["cut_off_homes"] == 0
    assert found.schools["zoned"].to_list() == [None, None]
    assert "2026-27" in needs(found)["places.zoned"]


def test_a_home_without_recorded_children_has_none_where_the_stage_is_recorded() -> None:
    some = district().table("children").filter(pl.col("home") != "H3")
    assert row(places(district(children=some), TODAY).schools, school="A")["zoned"] == 300


def test_children_of_homes_without_a_zone_are_counted_as_unzoned() -> None:
    found = places(district(catchments=zones(["A", "A", None, "B", "B", "B"])), TODAY)
    assert row(found.district, stage="primary")["unzoned"] == 300


def test_absent_capacity_leaves_utilisation_and_overflow_unknown() -> None:
    stages = district().table("stages").with_columns(capacity_pupils=pl.Series([None, 500], dtype=pl.Int64))
    found = places(district(stages=stages), TODAY)
    a = row(found.schools, school="A")
    assert [a[name] for name in ("utilisation", "over", "zoned_utilisation", "zoned_over")] == [None] * 4
    assert a["zoned"] == 600
    assert row(found.district, stage="primary")["over"] is None
    assert "A" in needs(found)["places.capacity"]


def test_a_school_with_no_place_has_overflow_and_no_utilisation() -> None:
    stages = district().table("stages").with_columns(capacity_pupils=pl.Series([0, 500]))
    a = row(places(district(stages=stages), TODAY).schools, school="A")
    assert (a["utilisation"], a["over"], a["zoned_over"]) == (None, 450, 600)


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        ("classes", "places.classes"),
        ("rolls", "places.rolls"),
        ("catchments", "places.access"),
        ("children", "places.zoned"),
    ],
)
def test_a_table_that_is_not_kept_is_named_as_needed(table: str, rule: str) -> None:
    assert rule in needs(places(district(**{table: None}), TODAY))


def test_without_catchments_nothing_is_said_about_access() -> None:
    found = places(district(catchments=None), TODAY)
    assert found.access.is_empty()
    assert found.homes.is_empty()
    assert (found.distance_method, found.adjacency_method) == (None, None)
    assert found.schools["pupils"].to_list() == [450, 520]


def test_homes_without_a_position_leave_their_own_distance_open_and_no_other() -> None:
    homes = (
        district()
        .table("homes")
        .with_columns(
            lon=pl.when(pl.col("home") == "H2").then(None).otherwise(pl.col("lon")),
        )
    )
    found = places(district(homes=homes, neighbours=chain(road_km=None)), TODAY)
    assert row(found.homes, home="H2")["km"] is None
    assert row(found.homes, home="H2")["is_beyond"] is None
    a, b = row(found.access, school="A"), row(found.access, school="B")
    assert (a["mean_km"], a["share_inside"], a["children"]) == (None, None, 600)
    assert b["mean_km"] == pytest.approx((100 * 2 + 50) * STEP_KM / 400)
    assert needs(found)["places.distance"] == "positions of homes: 1 (H2)"


def test_a_home_where_no_child_lives_needs_no_position() -> None:
    homes = (
        district()
        .table("homes")
        .with_columns(lon=pl.when(pl.col("home") == "H2").then(None).otherwise(pl.col("lon")))
    )
    children = (
        district()
        .table("children")
        .with_columns(children=pl.when(pl.col("home") == "H2").then(0).otherwise(pl.col("children")))
    )
    found = places(district(homes=homes, children=children, neighbours=chain(road_km=None)), TODAY)
    assert row(found.access, school="A")["mean_km"] == pytest.approx(300 * 2 * STEP_KM / 400)


def test_a_school_without_position_or_home_leaves_its_own_zone_open() -> None:
    schools = (
        district()
        .table("schools")
        .with_columns(
            lon=pl.Series([None, 0.05], dtype=pl.Float64), home=pl.Series([None, "H6"], dtype=pl.String)
        )
    )
    found = places(district(schools=schools), TODAY)
    a, b = row(found.access, school="A"), row(found.access, school="B")
    assert (a["mean_km"], a["cut_off_homes"]) == (None, None)
    assert (b["mean_km"], b["cut_off_homes"]) == (pytest.approx((100 * 3 + 50 * 1.5) / 400), 0)
    assert needs(found)["places.distance"] == "positions of schools: 1 (A)"


def test_a_home_that_no_road_leads_from_is_needed_and_never_infinitely_far() -> None:
    found = places(district(neighbours=chain().filter(pl.col("home") != "H2")), TODAY)
    assert row(found.homes, home="H3")["km"] is None
    assert row(found.access, school="A")["mean_km"] is None
    assert "H3" in needs(found)["places.distance"]


def test_without_neighbours_and_polygons_contiguity_is_not_assessed() -> None:
    found = places(district(neighbours=None), TODAY)
    assert found.adjacency_method is None
    assert found.homes["is_cut_off"].null_count() == 6
    assert row(found.district, stage="primary")["cut_off_homes"] is None
    assert "places.contiguity" in needs(found)


def test_a_catchment_of_a_home_that_is_not_recorded_is_open_too() -> None:
    found = places(district(homes=None, neighbours=None), TODAY)
    assert found.homes["km"].null_count() == 6
    assert "H1" in needs(found)["places.distance"]


def test_class_sizes_are_judged_class_by_class_and_not_by_their_mean() -> None:
    classes = pl.DataFrame(
        {
            "school": ["A"] * 4 + ["B"] * 2,
            "stage": ["primary"] * 6,
            "grade": [1, 1, 2, 2, 1, 1],
            "class": ["1", "2", "1", "2", "1", "2"],
            "pupils": [46, 20, 56, 66, 45, 45],
        }
    )
    found = places(district(classes=classes), TODAY)
    a, b = found.classes.sort("school").iter_rows(named=True)
    assert (a["n_classes"], a["mean"], a["largest"], a["limit"]) == (4, 47, 66, 45)
    assert (a["n_over"], a["n_large"], a["n_very_large"], a["verdict"]) == (3, 2, 1, "below")
    assert (b["n_over"], b["verdict"]) == (0, "met")


def test_a_class_of_unknown_size_is_no_proof() -> None:
    classes = pl.DataFrame(
        {
            "school": ["A", "A"],
            "stage": ["primary"] * 2,
            "grade": [1, 1],
            "class": ["1", "2"],
            "pupils": [40, None],
        }
    )
    assert places(district(classes=classes), TODAY).classes["verdict"].to_list() == ["not_assessed"]
    over = classes.with_columns(pupils=pl.Series([46, None]))
    assert places(district(classes=over), TODAY).classes["verdict"].to_list() == ["below"]


def test_senior_classes_have_no_limit_here() -> None:
    classes = pl.DataFrame(
        {"school": ["A"], "stage": ["senior"], "grade": [10], "class": ["1"], "pupils": [60]}
    )
    assert places(district(classes=classes), TODAY).classes.is_empty()


def test_rolls_are_set_against_this_years_places_year_by_year() -> None:
    rolls = pl.DataFrame(
        {
            "school": ["A"] * 3,
            "stage": ["primary"] * 3,
            "grade": [1, 2, 1],
            "year": [2026, 2026, 2027],
            "pupils": [300, 350, 400],
        }
    )
    found = places(district(rolls=rolls), TODAY).rolls
    assert found.select("year", "pupils", "utilisation", "over").rows() == [
        (2026, 650, 1.3, 150),
        (2027, 400, 0.8, 0),
    ]


def test_every_value_that_was_used_is_kept() -> None:
    rules = {value.rule for value in places(district(), TODAY).values}
    assert rules == {
        "radius.school",
        "guarantee.G5",
        "size.class.large",
        "size.class.very_large",
        "schooling.entry_age",
        "schooling.first_grade",
        "schooling.last_grade",
    }


def test_both_stages_have_zones_of_their_own() -> None:
    stages = pl.concat(
        [
            district().table("stages"),
            District.of(
                {
                    "district": district().table("district"),
                    "stages": pl.DataFrame(
                        {
                            "school": ["B"],
                            "stage": ["junior"],
                            "pupils": [90],
                            "capacity_pupils": [100],
                        }
                    ),
                }
            ).table("stages"),
        ]
    )
    children = pl.concat(
        [
            district().table("children"),
            district().table("children").with_columns(stage=pl.lit("junior"), children=pl.lit(10)),
        ],
        how="vertical_relaxed",
    )
    both = pl.concat([zones(ZONES), zones(["B"] * 6, stage="junior")])
    found = places(district(stages=stages, children=children, catchments=both), TODAY)
    junior = row(found.district, stage="junior")
    # 15 km in all from H1 to H6, ten children each; the radius of a junior school is 1 km.
    assert (junior["children"], junior["over"], junior["mean_km"]) == (60, 0, pytest.approx(3.75))
    assert (junior["inside"], junior["cut_off_homes"]) == (10, 0)
    assert row(found.district, stage="primary")["over"] == 100


def test_the_order_of_rows_changes_nothing() -> None:
    first = places(district(), TODAY)
    shuffled = District.of(
        {name: frame.sample(fraction=1.0, shuffle=True, seed=7) for name, frame in district().tables.items()}
    )
    second = places(shuffled, TODAY)
    for name in ("schools", "access"):
        one, other = (getattr(found, name).sort("school") for found in (first, second))
        assert one.equals(other), name
    assert first.homes.sort("home").equals(second.homes.sort("home"))
    assert first.district.equals(second.district)
