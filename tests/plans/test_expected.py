"""What an adopted plan led one to expect, beside later records: a row of four homes worked by hand."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.plans.actions.expand_school import ExpandSchool
from junheng.plans.compare import plan_of_zones
from junheng.plans.expected import beside_found, done_by
from junheng.plans.plan import Plan
from junheng.standards import load_standard
from junheng.text import Text

STANDARD = load_standard()
HOMES = ["H1", "H2", "H3", "H4"]


def records(zones: str, *, year: int = 2026, children: int = 100, homes: list[str] = HOMES) -> District:
    """Make homes in a row of which each goes to the school whose letter stands at its place."""
    n = len(homes)
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [year]}),
            "schools": pl.DataFrame({"school": ["A", "B"], "name": ["甲", "乙"], "kind": ["primary"] * 2}),
            "stages": pl.DataFrame(
                {
                    "school": ["A", "B"],
                    "stage": ["primary"] * 2,
                    "pupils": [300, 100],
                    "capacity_pupils": [250] * 2,
                }
            ),
            "homes": pl.DataFrame({"home": homes}),
            "children": pl.DataFrame(
                {"home": homes, "year": [year] * n, "stage": ["primary"] * n, "children": [children] * n}
            ),
            "catchments": pl.DataFrame({"stage": ["primary"] * n, "home": homes, "school": list(zones)}),
        }
    )


def adopted(zones: str) -> Plan:
    frame = pl.DataFrame({"home": HOMES, "school": list(zones)})
    return plan_of_zones(records("AAAB"), frame, name=Text("提案", "proposal"), stage="primary")


def zoned(found: pl.DataFrame, side: str) -> dict[str, float]:
    return dict(zip(found["school"].to_list(), found[f"zoned_{side}"].to_list(), strict=True))


def test_a_plan_that_was_carried_out_is_found_as_expected() -> None:
    found = beside_found(adopted("AABB"), records("AAAB"), records("AABB", year=2027), STANDARD)
    assert found.homes.is_empty()
    assert found.n_homes == 4
    assert zoned(found.schools, "expected") == zoned(found.schools, "found") == {"A": 200, "B": 200}


def test_a_home_that_stayed_where_it_was_is_named() -> None:
    found = beside_found(adopted("AABB"), records("AAAB"), records("AAAB", year=2027, children=90), STANDARD)
    assert found.homes.to_dicts() == [{"stage": "primary", "home": "H3", "expected": "B", "found": "A"}]
    assert zoned(found.schools, "expected") == {"A": 200, "B": 200}
    assert zoned(found.schools, "found") == {"A": 270, "B": 90}


def test_homes_that_came_or_went_have_nothing_on_the_other_side() -> None:
    later = records("AABB", year=2027, homes=["H1", "H2", "H3", "H5"])
    found = beside_found(adopted("AABB"), records("AAAB"), later, STANDARD)
    assert found.homes.select("home", "expected", "found").rows() == [("H4", "B", None), ("H5", None, "B")]


def test_a_plan_that_changes_no_zone_says_nothing_of_homes() -> None:
    found = beside_found(adopted("AAAB"), records("AAAB"), records("BBBB", year=2027), STANDARD)
    assert (found.homes.height, found.n_homes) == (0, 0)


def test_other_records_than_those_planned_on_are_refused() -> None:
    with pytest.raises(UsageError, match="other records"):
        beside_found(adopted("AABB"), records("AAAB", children=7), records("AABB", year=2027), STANDARD)


def over_years() -> Plan:
    """Return a plan that expands B in 2027 and A in 2029, and then gives H3 to B and H4 to A."""
    words = {
        "stage": "primary",
        "classes": 1,
        "places": 40,
        "yuan": 1.0,
        "reason": "x",
        "text": Text("因", "why"),
    }
    works = [ExpandSchool(school=school, year=year, **words) for school, year in (("B", 2027), ("A", 2029))]
    return replace(adopted("AABA"), actions=(*works, *adopted("AABA").actions))


@pytest.mark.parametrize(
    ("year", "n_later", "capacity", "zones"),
    [
        (2026, 2, {"A": 250, "B": 250}, "AAAB"),
        (2027, 1, {"A": 250, "B": 290}, "AABB"),
        (2029, 0, {"A": 290, "B": 290}, "AABA"),
    ],
)
def test_what_is_for_a_later_year_is_not_expected_yet(
    year: int, n_later: int, capacity: dict[str, int], zones: str
) -> None:
    plan, planned_on = over_years(), records("AAAB")
    wanted = done_by(plan, year).apply(planned_on)
    assert dict(wanted.table("stages").select("school", "capacity_pupils").iter_rows()) == capacity
    assert "".join(wanted.table("catchments").sort("home")["school"]) == zones
    assert beside_found(plan, planned_on, records("AAAB", year=year), STANDARD).n_later == n_later
