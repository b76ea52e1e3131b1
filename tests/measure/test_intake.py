"""Children who enter after a change of zones and pupils who stay, on a district worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from junheng.district.model import District
from junheng.measure.intake import all_enter, intake
from junheng.standards import load_standard

TODAY = load_standard().on(date(2026, 9, 1))
CHILDREN = {"H1": [5, 4, 3, 2, 1, 0], "H2": [10, 10, 10, 10, 10, 10]}
"""By grade 1 to 6."""
ROLLS = {"A": [7, 6, 5, 4, 3, 2], "B": [1, 1, 1, 1, 1, 1]}


def district(*, year: int = 2026, by: str = "grade", has_rolls: bool = True) -> District:
    """Make homes H1 (school A) and H2 (school B); children by grade or by stage."""
    rows = [
        {"home": home, "year": year, "grade": grade, "age": None, "stage": None, "children": n}
        for home, counts in CHILDREN.items()
        for grade, n in enumerate(counts, start=1)
    ]
    if by == "stage":
        rows = [
            {"home": home, "year": year, "stage": "primary", "children": sum(counts)}
            for home, counts in CHILDREN.items()
        ]
    rolls = [
        {"school": school, "stage": "primary", "grade": grade, "year": year, "pupils": n}
        for school, counts in ROLLS.items()
        for grade, n in enumerate(counts, start=1)
    ]
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [year]}),
            "schools": pl.DataFrame({"school": ["A", "B"], "name": ["A", "B"], "kind": ["primary"] * 2}),
            "stages": pl.DataFrame({"school": ["A", "B"], "stage": ["primary"] * 2, "pupils": [27, 6]}),
            "homes": pl.DataFrame({"home": ["H1", "H2"]}),
            "children": pl.DataFrame(rows),
            "catchments": pl.DataFrame(
                {"stage": ["primary"] * 2, "home": ["H1", "H2"], "school": ["A", "B"]}
            ),
            **({"rolls": pl.DataFrame(rolls)} if has_rolls else {}),
        }
    )


def test_without_a_change_every_child_is_placed() -> None:
    found = all_enter(district(), TODAY, stage="primary")
    assert found.entering.tolist() == [15, 60]
    assert found.staying == {}


@pytest.mark.parametrize(
    ("since", "entering", "staying"),
    [
        (2026, [5, 10], {"A": 20, "B": 5}),
        (2024, [12, 30], {"A": 9, "B": 3}),
        (2020, [15, 60], {}),
        (2027, [0, 0], {"A": 27, "B": 6}),
    ],
)
def test_grades_that_entered_since_the_change_are_placed_and_the_others_stay(since, entering, staying):
    found = intake(district(), TODAY, stage="primary", since=since)
    assert found.entering.tolist() == entering
    assert found.staying == staying


def test_children_known_by_stage_are_divided_as_the_rolls_of_their_school_are():
    # A has 7 of 27 pupils in grade 1, H1 has 15 children; B has a sixth of its pupils there.
    found = intake(district(by="stage"), TODAY, stage="primary", since=2026)
    assert found.entering.tolist() == [round(15 * 7 / 27), 10]


def test_without_rolls_the_children_of_the_zone_of_before_stay():
    found = intake(district(has_rolls=False), TODAY, stage="primary", since=2026)
    assert found.entering.tolist() == [5, 10]
    assert found.staying == {"A": 10, "B": 50}


def test_siblings_follow_as_long_as_elders_can_be_there():
    # In the year of the change every elder is of before; two years later three fifths of the grades above are.
    at_once = intake(district(), TODAY, stage="primary", since=2026, sibling_share=0.4)
    assert at_once.entering.tolist() == [3, 6]
    assert at_once.staying == {"A": 20 + 2, "B": 5 + 4}
    later = intake(district(), TODAY, stage="primary", since=2024, sibling_share=1.0)
    followers = [5 * 3 / 5 + 4 * 4 / 5 + 3, 10 * 3 / 5 + 10 * 4 / 5 + 10]
    assert later.entering.tolist() == [12 - round(followers[0]), 30 - round(followers[1])]


def test_nobody_is_lost_where_children_are_the_base():
    for since in range(2019, 2028):
        for share in (0.0, 0.3, 1.0):
            found = intake(
                district(has_rolls=False), TODAY, stage="primary", since=since, sibling_share=share
            )
            assert found.entering.sum() + sum(found.staying.values()) == 75
            assert (found.entering >= 0).all()


def test_a_home_without_a_school_of_before_places_all_its_entrants():
    without = district().replace(catchments=district().table("catchments").filter(pl.col("home") == "H2"))
    found = intake(without, TODAY, stage="primary", since=2026, sibling_share=1.0)
    assert found.entering.tolist() == [5, 0]
    assert np.issubdtype(found.entering.dtype, np.integer)
