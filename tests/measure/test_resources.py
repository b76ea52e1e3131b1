"""Resources per pupil, and the split of one-through schools, worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from junheng.district.model import District
from junheng.measure.resources import resources
from junheng.measure.seven import RESOURCES
from junheng.standards import load_standard

TODAY = load_standard().on(date(2026, 9, 1))
AT = {resource.rule.rpartition(".")[2]: i for i, resource in enumerate(RESOURCES)}


def per_head(
    kind: str, pupils: dict[str, int | None], stages: dict[str, int] | None = None, **premises: float | None
) -> dict[str, list[float]]:
    """Return the seven indicators of one school, a list over its stages each."""
    rows = [
        {"school": "S", "stage": stage, "pupils": count, **(stages or {})} for stage, count in pupils.items()
    ]
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame({"school": ["S"], "name": ["S"], "kind": [kind]}),
            "stages": pl.DataFrame(rows),
            "premises": pl.DataFrame(
                {"school": ["S"], **{name: [figure] for name, figure in premises.items()}}
            ),
        }
    )
    values = resources(district, TODAY).per_head()
    return {name: values[row].tolist() for name, row in AT.items()}


def test_the_nine_year_school_of_the_forms_notes_splits_to_6_452_and_7_097() -> None:
    # T = 9,000; P = 900; J = 450: T / (P + 1.1 J), and 1.1 times as much.
    found = per_head(
        "nine_year",
        {"primary": 900, "junior": 450},
        sports_ground_m2=9000,
        indoor_sports_m2=0,
        teaching_m2=9000,
    )
    assert found["R5"] == pytest.approx([6.452, 7.097], abs=5e-4)
    assert found["R4"] == pytest.approx([6.452, 7.097], abs=5e-4)


def test_the_two_parts_of_a_nine_year_school_use_up_the_whole() -> None:
    primary, junior = per_head("nine_year", {"primary": 900, "junior": 450}, equipment_yuan=3e6)["R6"]
    assert 900 * primary + 450 * junior == pytest.approx(3e6)


def test_a_complete_secondary_school_gives_a_senior_pupil_a_fifth_more() -> None:
    # T / (J + 1.2 S) = 12,000 / (1,000 + 1.2 * 1,500)
    found = per_head("complete_secondary", {"junior": 1000, "senior": 1500}, equipment_yuan=12_000)
    assert found["R6"][0] == pytest.approx(12_000 / 2800)
    assert found["R6"][1] == pytest.approx(1.2 * 12_000 / 2800)


def test_a_twelve_year_school_is_split_by_1_and_1_1_and_1_32() -> None:
    # 600 + 1.1 * 300 + 1.32 * 500 = 1,590
    found = per_head("twelve_year", {"primary": 600, "junior": 300, "senior": 500}, multimedia_rooms=53)
    assert found["R7"] == pytest.approx([100 * 53 / 1590, 110 * 53 / 1590, 132 * 53 / 1590])


def test_teachers_count_in_the_stage_they_teach_and_are_not_split() -> None:
    found = per_head("nine_year", {"primary": 900, "junior": 450}, {"backbone_teachers": 9})
    assert found["R2"] == [1.0, 2.0]


def test_an_associate_degree_is_above_the_required_degree_in_primary_only() -> None:
    degrees = {
        "teachers_associate": 10,
        "teachers_bachelor": 20,
        "teachers_master": 3,
        "teachers_doctor": 1,
    }
    found = per_head("nine_year", {"primary": 1000, "junior": 1000}, degrees)
    assert found["R1"] == pytest.approx([3.4, 2.4])


def test_pe_music_fine_art_and_arts_teachers_add_up() -> None:
    four = {"pe_teachers": 1, "music_teachers": 2, "art_teachers": 4, "arts_teachers": 8}
    assert per_head("primary", {"primary": 1000}, four)["R3"] == [1.5]


def test_indoor_sports_leave_the_teaching_rooms_and_join_the_sports_ground() -> None:
    found = per_head(
        "primary", {"primary": 1000}, teaching_m2=5000, indoor_sports_m2=600, sports_ground_m2=7000
    )
    assert (found["R4"], found["R5"]) == ([4.4], [7.6])


@pytest.mark.parametrize(
    ("kind", "pupils"),
    [
        ("nine_year", {"primary": 900}),
        ("nine_year", {"primary": 900, "senior": 100}),
        ("primary", {"primary": 900, "junior": 100}),
        ("twelve_year", {"primary": 600, "junior": 300}),
        ("complete_secondary", {"primary": 1, "junior": 300, "senior": 200}),
    ],
)
def test_a_kind_that_its_stages_contradict_shares_nothing_and_is_not_guessed(
    kind: str, pupils: dict[str, int | None]
) -> None:
    found = per_head(kind, pupils, {"backbone_teachers": 9}, multimedia_rooms=30)
    assert np.isnan(found["R7"]).all()
    assert not np.isnan(found["R2"]).any(), "teachers need no split"


@pytest.mark.parametrize("absent", ["teaching_m2", "indoor_sports_m2"])
def test_one_absent_part_leaves_the_whole_absent(absent: str) -> None:
    premises: dict[str, float | None] = {"teaching_m2": 5000, "indoor_sports_m2": 0, "sports_ground_m2": 7000}
    found = per_head("primary", {"primary": 1000}, **premises | {absent: None})
    assert np.isnan(found["R4"]).all()


def test_zero_is_a_figure() -> None:
    found = per_head("primary", {"primary": 1000}, multimedia_rooms=0)
    assert found["R7"] == [0.0]


def test_absent_pupils_are_no_divisor() -> None:
    found = per_head("primary", {"primary": None}, {"backbone_teachers": 3}, multimedia_rooms=30)
    assert np.isnan(found["R2"] + found["R7"]).all()


def test_premises_of_another_school_are_not_taken() -> None:
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame({"school": ["A", "B"], "name": ["A", "B"], "kind": ["primary"] * 2}),
            "stages": pl.DataFrame({"school": ["B", "A"], "stage": ["primary"] * 2, "pupils": [100, 200]}),
            "premises": pl.DataFrame({"school": ["A"], "multimedia_rooms": [4]}),
        }
    )
    b, a = resources(district, TODAY).per_head()[AT["R7"]]
    assert np.isnan(b)
    assert a == 2.0


def test_what_a_stage_row_refers_to_may_be_missing_altogether() -> None:
    district = District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "stages": pl.DataFrame(
                {"school": ["A"], "stage": ["primary"], "pupils": [100], "backbone_teachers": [1]}
            ),
        }
    )
    found = resources(district, TODAY).per_head()
    assert found[AT["R2"]].tolist() == [1.0]
    assert np.isnan(found[AT["R7"]]).all()
