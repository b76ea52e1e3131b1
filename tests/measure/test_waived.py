"""What a waiver lets a school count besides, with its conditions and its days, on schools worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from junheng.district.model import District
from junheng.measure.balance import balance
from junheng.standards import load_standard

VISITING = "waiver.R3.small_rural"
VENUES = "waiver.R5.dense_centre"
DAY = date(2026, 9, 1)


def judge(
    rule: str,
    *,
    waivers: tuple[str, ...] = (VISITING, VENUES),
    on: date = DAY,
    school: dict[str, Any] | None = None,
    stage: dict[str, Any] | None = None,
    premises: dict[str, Any] | None = None,
) -> tuple[float | None, str, str | None]:
    """Return value, verdict and waiver of one indicator of a village school of 80 pupils."""
    stages = {"school": "S", "stage": "primary", "pupils": 80, "classes": 6}
    teachers = {"pe_teachers": 0, "music_teachers": 0, "art_teachers": 0, "arts_teachers": 0}
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame(
                [{"school": "S", "name": "S", "kind": "primary", "urban_rural": "village"} | (school or {})]
            ),
            "stages": pl.DataFrame([stages | teachers | (stage or {})]),
            "premises": pl.DataFrame(
                [{"school": "S", "sports_ground_m2": 400.0, "indoor_sports_m2": 0.0} | (premises or {})]
            ),
        }
    )
    found = balance(district, load_standard(waivers=waivers).on(on)).indicators
    row = found.row(by_predicate=pl.col("rule") == f"balance.{rule}", named=True)
    return row["value"], row["verdict"], row["waiver"]


def test_a_small_village_school_counts_its_visiting_teachers_while_the_waiver_is_on() -> None:
    # 1 of 80 pupils is 1.25 a hundred: at least 0.9.
    assert judge("R3", stage={"visiting_pe_arts_teachers": 1}) == (1.25, "met", VISITING)
    assert judge("R3", stage={"visiting_pe_arts_teachers": 1}, waivers=()) == (0.0, "below", None)


@pytest.mark.parametrize(("pupils", "counts"), [(49, False), (50, True), (99, True), (100, False)], ids=str)
def test_only_schools_of_50_to_99_pupils_count_visiting_teachers(pupils: int, counts: bool) -> None:
    found = judge("R3", stage={"pupils": pupils, "visiting_pe_arts_teachers": 1})
    assert found[2] == (VISITING if counts else None)
    assert (found[0] != 0) is counts


@pytest.mark.parametrize("urban_rural", ["town_centre", None])
def test_a_school_that_is_not_known_to_be_rural_does_not(urban_rural: str | None) -> None:
    found = judge("R3", school={"urban_rural": urban_rural}, stage={"visiting_pe_arts_teachers": 1})
    assert found == (0.0, "below", None)


def test_no_visiting_teacher_on_record_changes_nothing() -> None:
    assert judge("R3", stage={"visiting_pe_arts_teachers": None}) == (0.0, "below", None)
    assert judge("R3", stage={"visiting_pe_arts_teachers": 0}) == (0.0, "below", None)


def test_visiting_teachers_do_not_make_up_for_a_figure_that_is_absent() -> None:
    found = judge("R3", stage={"pe_teachers": None, "visiting_pe_arts_teachers": 1})
    assert found == (None, "not_assessed", None)


@pytest.mark.parametrize(
    ("day", "counts"), [(date(2024, 9, 17), False), (date(2024, 9, 18), True), (date(2027, 9, 18), False)]
)
def test_the_waiver_counts_on_its_days_only(day: date, counts: bool) -> None:
    found = judge("R3", stage={"visiting_pe_arts_teachers": 1}, on=day)
    assert (found[2] is not None) is counts


def test_a_school_in_an_over_dense_centre_counts_roofs_and_leased_venues() -> None:
    # (400 + 100 + 140) / 80 = 8.0: at least 7.5.
    more = {"converted_sports_m2": 100.0, "leased_sports_m2": 140.0}
    assert judge("R5", school={"dense_centre": "yes"}, premises=more) == (8.0, "met", VENUES)
    assert judge("R5", school={"dense_centre": "no"}, premises=more) == (5.0, "below", None)
    assert judge("R5", premises=more) == (5.0, "below", None), "not known to be dense"


def test_one_of_both_venues_on_record_is_enough() -> None:
    found = judge("R5", school={"dense_centre": "yes"}, premises={"leased_sports_m2": 240.0})
    assert found == (8.0, "met", VENUES)


def test_the_rest_of_the_indicators_stays_as_it_is() -> None:
    stage = {"visiting_pe_arts_teachers": 1, "backbone_teachers": 0}
    assert judge("R2", stage=stage) == (0.0, "below", None)
