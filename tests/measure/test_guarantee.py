"""Music and art rooms, school size and class size, with waivers by date, on schools worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from junheng.district.model import District
from junheng.measure.guarantee import guarantee
from junheng.measure.places import places
from junheng.standards import StandardOnDate, load_standard

DAY = date(2026, 9, 1)
TODAY = load_standard().on(DAY)
OLD_BUILDINGS = "waiver.size.built_before_2011"
OLD_MUSIC = "waiver.music_room.built_before_2017"
SMALL_MUSIC = "waiver.music_room.small_rural"
SMALL_ART = "waiver.art_room.small_rural"

SCHOOL: dict[str, Any] = {"school": "S", "name": "S", "kind": "primary", "urban_rural": "village"}
STAGE: dict[str, Any] = {
    "school": "S",
    "stage": "primary",
    "pupils": 1000,
    "classes": 24,
    "migrant_pupils": 0,
}
PREMISES: dict[str, Any] = {
    "school": "S",
    "built_year": 2020,
    "music_rooms": 2,
    "smallest_music_room_m2": 96.0,
    "art_rooms": 2,
    "smallest_art_room_m2": 90.0,
}


def judge(
    *,
    school: dict[str, Any] | None = None,
    stages: list[dict[str, Any]] | None = None,
    premises: dict[str, Any] | None = None,
    classes: list[tuple[str, int]] | None = None,
    standard: StandardOnDate = TODAY,
) -> dict[str, dict[str, Any]]:
    """Return the rows of one school by rule; G5 by rule and stage."""
    rows = [STAGE | stage for stage in stages or [{}]]
    tables = {
        "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
        "schools": pl.DataFrame([SCHOOL | (school or {})]),
        "stages": pl.DataFrame(rows, infer_schema_length=None),
        "premises": pl.DataFrame([PREMISES | (premises or {})]),
    }
    if classes is not None:
        tables["classes"] = pl.DataFrame(
            [
                {"school": "S", "stage": stage, "grade": 1, "class": str(n), "pupils": pupils}
                for n, (stage, pupils) in enumerate(classes)
            ]
        )
    district = District.of(tables)
    found, _ = guarantee(district, standard, places(district, standard).classes)
    names = {
        "guarantee.G3.music_room_area": "music",
        "guarantee.G3.art_room_area": "art",
        "guarantee.G4": "size",
    }
    return {names.get(row["rule"], f"classes/{row['stage']}"): row for row in found.iter_rows(named=True)}


def outcome(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["verdict"], row["missing"], row["missing_unit"]


def test_a_school_exactly_at_every_limit_passes() -> None:
    found = judge(stages=[{"pupils": 2000}], classes=[("primary", 45)] * 24)
    assert {name: row["verdict"] for name, row in found.items()} == {
        "music": "met",
        "art": "met",
        "size": "met",
        "classes/primary": "met",
    }


@pytest.mark.parametrize(
    ("classes", "rooms", "expected"),
    [
        (12, 1, ("met", 0, "room")),
        (13, 1, ("below", 1, "room")),  # 13 / 12, rounded up, are two
        (24, 2, ("met", 0, "room")),
        (25, 2, ("below", 1, "room")),
        (37, 1, ("below", 3, "room")),
        (1, 0, ("below", 1, "room")),
        (0, 0, ("met", 0, "room")),
    ],
)
def test_one_room_of_each_for_every_twelve_classes_begun(
    classes: int, rooms: int, expected: tuple[Any, ...]
) -> None:
    found = judge(
        stages=[{"classes": classes}],
        premises={
            "music_rooms": rooms,
            "smallest_music_room_m2": 96.0 if rooms else None,
            "art_rooms": rooms,
            "smallest_art_room_m2": 90.0 if rooms else None,
        },
    )
    assert outcome(found["music"]) == outcome(found["art"]) == expected


def test_each_room_must_be_large_enough() -> None:
    found = judge(premises={"smallest_music_room_m2": 80.5, "smallest_art_room_m2": 89.0})
    assert outcome(found["music"]) == ("below", 15.5, "m2")
    assert outcome(found["art"]) == ("below", 1, "m2")


@pytest.mark.parametrize(
    ("stage", "premises", "verdict", "needs"),
    [
        ({"classes": None}, {}, "not_assessed", "stages.classes"),
        ({}, {"music_rooms": None}, "not_assessed", "premises.music_rooms"),
        ({}, {"smallest_music_room_m2": None}, "not_assessed", "premises.smallest_music_room_m2"),
        (
            {"classes": None},
            {"music_rooms": None, "smallest_music_room_m2": None},
            "not_assessed",
            "stages.classes, premises.music_rooms, premises.smallest_music_room_m2",
        ),
        # What is known to fail decides, whatever is absent.
        ({"classes": None}, {"smallest_music_room_m2": 50.0}, "below", None),
        ({"classes": 25}, {"smallest_music_room_m2": None}, "below", None),
        # A school without a music room has none that is too small: how many it needs is the question.
        (
            {"classes": None},
            {"music_rooms": 0, "smallest_music_room_m2": None},
            "not_assessed",
            "stages.classes",
        ),
    ],
)
def test_an_absent_figure_is_no_verdict_unless_another_decides(
    stage: dict[str, Any], premises: dict[str, Any], verdict: str, needs: str | None
) -> None:
    row = judge(stages=[stage], premises=premises)["music"]
    assert (row["verdict"], row["needs"]) == (verdict, needs)


@pytest.mark.parametrize(
    ("kind", "stages", "limit"),
    [
        ("primary", {"primary": 2000}, 2000),
        ("junior", {"junior": 2000}, 2000),
        ("nine_year", {"primary": 1500, "junior": 1000}, 2500),
        ("twelve_year", {"primary": 1500, "junior": 1000, "senior": 5000}, 2500),  # compulsory part only
        ("complete_secondary", {"junior": 2000, "senior": 1500}, 2000),
    ],
)
def test_the_size_of_a_school_counts_its_compulsory_stages(
    kind: str, stages: dict[str, int], limit: int
) -> None:
    rows = [{"stage": stage, "pupils": pupils} for stage, pupils in stages.items()]
    row = judge(school={"kind": kind}, stages=rows)["size"]
    assert (row["verdict"], row["threshold"], row["value"]) == ("met", limit, limit)
    rows[0] = rows[0] | {"pupils": int(rows[0]["pupils"]) + 7}
    assert outcome(judge(school={"kind": kind}, stages=rows)["size"]) == ("below", 7, "pupil")


def test_absent_pupils_are_not_a_school_of_nobody() -> None:
    row = judge(school={"kind": "nine_year"}, stages=[{"pupils": None}, {"stage": "junior"}])["size"]
    assert (row["verdict"], row["value"], row["needs"]) == ("not_assessed", None, "stages.pupils")


def test_every_class_is_looked_at_stage_by_stage() -> None:
    found = judge(
        school={"kind": "nine_year"},
        stages=[{}, {"stage": "junior"}],
        classes=[("primary", 45), ("primary", 46), ("primary", 47), ("junior", 50)],
    )
    assert outcome(found["classes/primary"]) == ("below", 2, "class")
    assert (found["classes/primary"]["value"], found["classes/primary"]["threshold"]) == (47, 45)
    assert found["classes/junior"]["verdict"] == "met"


def test_a_stage_without_its_classes_is_not_assessed() -> None:
    found = judge(school={"kind": "nine_year"}, stages=[{}, {"stage": "junior"}], classes=[("primary", 45)])
    row = found["classes/junior"]
    assert (row["verdict"], row["needs"], row["missing"]) == ("not_assessed", "classes", None)


@pytest.mark.parametrize("kind", ["special", "vocational"])
def test_kinds_that_the_assessment_leaves_out_are_not_judged(kind: str) -> None:
    assert judge(school={"kind": kind}, classes=[("primary", 60)]) == {}


# --- waivers


@pytest.mark.parametrize(
    ("day", "built_year", "pupils", "verdict"),
    [
        (date(2024, 9, 17), 2005, 2400, "below"),  # the day before it begins
        (date(2024, 9, 18), 2005, 2400, "met"),
        (date(2026, 9, 1), 2010, 2400, "met"),
        (date(2026, 9, 1), 2010, 2401, "below"),
        (date(2026, 9, 1), 2011, 2400, "below"),
        (date(2026, 9, 1), None, 2400, "below"),  # an unknown year is no old building
        (date(2027, 9, 17), 2005, 2400, "met"),
        (date(2027, 9, 18), 2005, 2400, "below"),  # the day after it ends
    ],
)
def test_the_waiver_on_size_holds_in_its_three_years_for_old_buildings(
    day: date, built_year: int | None, pupils: int, verdict: str
) -> None:
    standard = load_standard(waivers=[OLD_BUILDINGS]).on(day)
    row = judge(stages=[{"pupils": pupils}], premises={"built_year": built_year}, standard=standard)["size"]
    assert row["verdict"] == verdict
    in_force = date(2024, 9, 18) <= day <= date(2027, 9, 17) and built_year is not None and built_year <= 2010
    assert row["waiver"] == (OLD_BUILDINGS if in_force else None)


def test_a_waiver_is_off_unless_it_is_named() -> None:
    row = judge(stages=[{"pupils": 2400}], premises={"built_year": 1990})["size"]
    assert (row["verdict"], row["waiver"]) == ("below", None)


@pytest.mark.parametrize(("migrants", "verdict"), [(1200, "below"), (1201, "met"), (None, "below")], ids=str)
def test_a_majority_of_migrant_children_is_more_than_half(migrants: int | None, verdict: str) -> None:
    standard = load_standard(waivers=["waiver.size.migrant_majority"]).on(DAY)
    found = judge(stages=[{"pupils": 2400, "migrant_pupils": migrants}], standard=standard)
    assert found["size"]["verdict"] == verdict


def test_a_nine_year_school_in_an_old_building_may_have_3000() -> None:
    standard = load_standard(waivers=[OLD_BUILDINGS]).on(DAY)
    stages = [{"pupils": 2000}, {"stage": "junior", "pupils": 1000}]
    row = judge(
        school={"kind": "nine_year"}, stages=stages, premises={"built_year": 2000}, standard=standard
    )["size"]
    assert (row["verdict"], row["threshold"]) == ("met", 3000)


def test_an_old_buildings_music_room_may_have_73_square_metres() -> None:
    standard = load_standard(waivers=[OLD_MUSIC]).on(DAY)
    old = {"built_year": 2016, "smallest_music_room_m2": 73.0, "smallest_art_room_m2": 67.0}
    found = judge(premises=old, standard=standard)
    assert (found["music"]["verdict"], found["music"]["waiver"]) == ("met", OLD_MUSIC)
    assert (found["art"]["verdict"], found["art"]["waiver"]) == ("below", None), "the other waiver is off"
    assert judge(premises=old | {"built_year": 2017}, standard=standard)["music"]["verdict"] == "below"


@pytest.mark.parametrize(
    ("urban_rural", "largest", "verdict"),
    [
        ("village", 29, "met"),
        ("village", 30, "below"),
        ("township_centre", 29, "met"),
        ("town_centre", 29, "below"),
        (None, 29, "below"),
        ("village", None, "below"),
    ],
)
def test_small_classes_in_the_country_allow_small_rooms(
    urban_rural: str | None, largest: int | None, verdict: str
) -> None:
    standard = load_standard(waivers=[SMALL_MUSIC]).on(DAY)
    found = judge(
        school={"urban_rural": urban_rural},
        premises={"smallest_music_room_m2": 54.0},
        classes=None if largest is None else [("primary", largest)],
        standard=standard,
    )
    assert found["music"]["verdict"] == verdict


@pytest.mark.parametrize("order", [["primary", "junior"], ["junior", "primary"]])
def test_of_two_stages_that_share_a_room_the_stricter_decides_in_whatever_order_they_stand(
    order: list[str],
) -> None:
    # 54 square metres are enough for primary, 61 for junior.
    standard = load_standard(waivers=[SMALL_MUSIC, SMALL_ART]).on(DAY)
    found = judge(
        school={"kind": "nine_year"},
        stages=[{"stage": stage, "classes": 12} for stage in order],
        premises={"smallest_music_room_m2": 60.0, "smallest_art_room_m2": 61.0},
        classes=[("primary", 20), ("junior", 20)],
        standard=standard,
    )
    assert (found["music"]["threshold"], found["music"]["verdict"]) == (61, "below")
    assert found["art"]["verdict"] == "met"


def test_every_value_that_decided_is_kept_with_its_waiver() -> None:
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame([SCHOOL]),
            "stages": pl.DataFrame([STAGE]),
            "premises": pl.DataFrame([PREMISES | {"built_year": 2000}]),
        }
    )
    standard = load_standard(waivers=[OLD_BUILDINGS]).on(DAY)
    _, values = guarantee(district, standard, places(district, standard).classes)
    assert {(value.rule, value.number, value.waiver) for value in values} == {
        ("guarantee.G3.classes_per_room", 12, None),
        ("guarantee.G3.music_room_area", 96, None),
        ("guarantee.G3.art_room_area", 90, None),
        ("guarantee.G4", 2400, OLD_BUILDINGS),
    }
