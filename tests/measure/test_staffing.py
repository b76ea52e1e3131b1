"""Staff structure, norm, rotation, retirement and need on records that can be counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from junheng.district.examples import example
from junheng.district.model import District
from junheng.measure.retirement import retirement_year
from junheng.measure.staffing import category_rank, category_text, staffing, structure
from junheng.measure.teacher_need import known_cohorts, teacher_need
from junheng.standards import load_standard
from junheng.standards.standard import Standard

DAY = date(2026, 9, 1)
OVERLAY = Path(__file__).parents[2] / "src/junheng/standards/data/examples/city.yaml"


def _teacher(i: int, **given: Any) -> dict[str, Any]:
    return {
        "teacher": f"T{i}", "school": "A", "stage": "primary", "subject": "chinese", "degree": "bachelor",
        "title": "first", "tier": "none", "tier_until": None, "gender": "female", "birth_year": 1980,
        "recruit_year": 2003, "joined_year": 2010, "exemption": None, "exemption_until": None, **given,
    }  # fmt: skip


TEACHERS = [
    _teacher(1, degree="master", tier="county", tier_until=2026, joined_year=2026),
    _teacher(2, tier="county", tier_until=2025, birth_year=1996, joined_year=2026),
    _teacher(3, degree=None, gender="male", birth_year=1966),
    _teacher(4, exemption="illness"),
    _teacher(5, joined_year=2024, subject="pe", gender="male", birth_year=None),
    _teacher(6, joined_year=2026, recruit_year=2026),
]


def _district(teachers: list[dict[str, Any]], **tables: list[dict[str, Any]]) -> District:
    given = {
        "district": [{"district": "D", "name": "区", "year": 2026}],
        "schools": [{"school": "A", "name": "甲", "kind": "primary", "urban_rural": "village"}],
        "stages": [{"school": "A", "stage": "primary", "pupils": 100, "staff": 8, "teachers": 6}],
        "teachers": teachers,
        **tables,
    }
    return District.of({name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in given.items()})


@pytest.fixture(scope="module")
def local() -> Standard:
    return load_standard(overlays=[OVERLAY])


def _found(
    frame: pl.DataFrame, attribute: str, by: str = "school"
) -> dict[str | None, tuple[int, float | None]]:
    own = frame.filter((pl.col("by") == by) & (pl.col("attribute") == attribute))
    return {category: (n, share) for category, n, share in own.select("category", "n", "share").iter_rows()}


def test_shares_are_of_those_whose_record_is_known() -> None:
    frame = structure(_district(TEACHERS))
    assert _found(frame, "degree") == {"master": (1, 20.0), "bachelor": (4, 80.0), None: (1, None)}
    assert _found(frame, "gender", by="place")["male"] == (2, pytest.approx(100 / 3))


def test_a_tier_that_has_ended_is_none_and_ages_fall_into_bands() -> None:
    frame = structure(_district(TEACHERS))
    assert _found(frame, "tier") == {
        "county": (1, pytest.approx(100 / 6)),
        "none": (5, pytest.approx(500 / 6)),
    }
    assert {key: n for key, (n, _) in _found(frame, "age").items()} == {
        "30_39": 1,
        "40_49": 3,
        "50_up": 1,
        None: 1,
    }


def test_every_category_has_a_name_and_totals_agree_over_all_groupings() -> None:
    district = example("town")
    frame = structure(district)
    for attribute, category in frame.select("attribute", "category").unique().iter_rows():
        assert category_text(attribute, category).zh
    totals = frame.filter(pl.col("attribute") == "degree").group_by("by").agg(pl.col("n").sum())
    by = dict(totals.iter_rows())
    assert (
        by["district"]
        == by["school"]
        == by["place"]
        == district.table("teachers")["school"].drop_nulls().len()
    )


def test_staff_is_held_against_the_norm_and_absent_staff_is_not_zero(local: Standard) -> None:
    row = staffing(_district(TEACHERS), local, on=DAY).ratio.row(0, named=True)
    assert row["norm"] == 19
    assert row["ratio"] == 12.5
    assert row["over"] == pytest.approx(8 - 100 / 19)
    absent = _district(TEACHERS, stages=[{"school": "A", "stage": "primary", "pupils": 100, "staff": None}])
    row = staffing(absent, local, on=DAY).ratio.row(0, named=True)
    assert row["ratio"] is None
    assert row["over"] is None


def test_rotation_counts_those_who_joined_this_year_and_had_taught_before(local: Standard) -> None:
    share, backbone = staffing(_district(TEACHERS), local, on=DAY).rotation.iter_rows(named=True)
    # T1 and T2 moved; T3 could have (six years, local), T4 is exempt, T5 is too new, T6 is a recruit.
    assert (share["part"], share["whole"], share["verdict"]) == (2, 3, "met")
    assert share["value"] == pytest.approx(200 / 3)
    assert (backbone["part"], backbone["whole"], backbone["value"]) == (1, 2, 50.0)


def test_rotation_without_the_local_years_is_not_assessed_and_says_what_it_needs() -> None:
    share, backbone = staffing(_district(TEACHERS), load_standard(), on=DAY).rotation.iter_rows(named=True)
    assert share["verdict"] == "not_assessed"
    assert share["needs"] == "rotation.teacher_years"
    assert backbone["verdict"] == "met"


@pytest.mark.parametrize(
    ("gender", "born", "year"),
    [
        ("male", 1964, 2024.0),
        ("male", 1965, 2025 + 2 / 12),  # born January to December: one to three months, two at the mean
        ("male", 1966, 2026 + 5 / 12),
        ("male", 1985, 2048.0),  # 63
        ("female", 1969, 2024.0),
        ("female", 1970, 2025 + 2 / 12),
        ("female", 1990, 2048.0),  # 58
        (None, 1980, None),
        ("male", None, None),
    ],
)
def test_the_age_of_retirement_rises_by_cohort(
    gender: str | None, born: int | None, year: float | None
) -> None:
    frame = pl.DataFrame(
        {"gender": [gender], "birth_year": [born]}, schema={"gender": pl.String, "birth_year": pl.Int64}
    )
    found = frame.select(retirement_year(load_standard().on(DAY))).item()
    assert found == (None if year is None else pytest.approx(year))


def test_teachers_needed_are_periods_over_loads_and_those_who_retire_are_gone() -> None:
    people = [_teacher(1), _teacher(2, birth_year=1966, gender="male"), _teacher(3, birth_year=1990)]
    district = _district(
        people,
        classes=[{"school": "A", "stage": "primary", "grade": 1, "class": "1", "pupils": 40}],
        curriculum=[
            {"stage": "primary", "grade": 1, "subject": "chinese", "periods": 8.0, "load_periods": 16.0}
        ],
    )
    rolls = pl.DataFrame({"year": [2027], "stage": ["primary"], "grade": [1], "pupils": [120]})
    row = teacher_need(district, load_standard().on(DAY), rolls).row(0, named=True)
    # 120 pupils in classes of 40 are three; 3 * 8 / 16 = 1.5 teachers. The man of 1966 retires in mid-2026.
    assert row["needed"] == pytest.approx(1.5)
    assert (row["remaining"], row["retired"]) == (2, 1)
    assert row["short"] == pytest.approx(-0.5)


def test_without_a_load_or_a_year_of_birth_nothing_is_guessed() -> None:
    district = _district(
        [_teacher(1, birth_year=None), _teacher(2)],
        classes=[{"school": "A", "stage": "primary", "grade": 1, "class": "1", "pupils": 40}],
        curriculum=[
            {"stage": "primary", "grade": 1, "subject": "chinese", "periods": 8.0, "load_periods": None}
        ],
    )
    rolls = pl.DataFrame({"year": [2027], "stage": ["primary"], "grade": [1], "pupils": [120]})
    row = teacher_need(district, load_standard().on(DAY), rolls).row(0, named=True)
    assert (row["needed"], row["remaining"], row["short"]) == (None, None, None)


def test_known_cohorts_move_up_and_children_enter_by_age() -> None:
    rolls = [
        {"school": "A", "stage": "primary", "grade": grade, "year": 2026, "pupils": 10 * grade}
        for grade in (1, 2, 3)
    ]
    children = [{"home": "H", "year": 2026, "age": age, "children": 100 + age} for age in (5, 4)]
    district = _district([_teacher(1)], rolls=rolls, children=children, homes=[{"home": "H"}])
    found = {(year, grade): n for year, _, grade, n in known_cohorts(district, years=3).iter_rows()}
    assert found == {
        (2027, 1): 105, (2027, 2): 10, (2027, 3): 20,
        (2028, 1): 104, (2028, 2): 105, (2028, 3): 10,
        (2029, 2): 104, (2029, 3): 105,
    }  # fmt: skip


def test_categories_are_listed_as_people_list_them_and_what_is_not_recorded_comes_last() -> None:
    ages: list[str | None] = [None, "50_up", "30_39", "under_30", "40_49"]
    by_rank = sorted(ages, key=lambda age: category_rank("age", age))
    assert by_rank == ["under_30", "30_39", "40_49", "50_up", None]
    assert (
        category_rank("degree", "doctor") < category_rank("degree", "below") < category_rank("degree", None)
    )
