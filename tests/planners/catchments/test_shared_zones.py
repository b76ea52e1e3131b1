"""Multi-school zones beside single ones, planned on a row of homes and measured by code that never saw the planner."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from row_district import row_district

from junheng.errors import InfeasibleError, InputError
from junheng.measure.shared import SharedZone
from junheng.planners.catchments.planner import plan_catchments
from junheng.planners.catchments.solve import CatchmentOptions
from junheng.planners.catchments.wishes import Wishes
from junheng.plans.compare import compare
from junheng.standards import load_standard

STANDARD = load_standard("cn")
TODAY = STANDARD.on(date(2026, 9, 1))


def planned(district, *groups, distance="nearest", **wishes):
    plan = plan_catchments(
        district,
        STANDARD,
        wishes=Wishes(
            stage="primary",
            locked=wishes.pop("locked", {}),
            forbidden=frozenset(),
            shared=tuple(
                SharedZone(stage="primary", name="+".join(group), schools=tuple(group), distance=distance)
                for group in groups
            ),
            **wishes,
        ),
        options=CatchmentOptions(seconds=10.0),
        seed=0,
    )
    schools = {action["home"]: action["school"] for action in plan.as_dict()["actions"] if "home" in action}
    return plan, "".join(schools[f"H{i}"] for i in range(len(schools)))


def agrees(plan, district):
    """Compare what the plan says of itself with what the measure says of the district after it."""
    row = compare(district, [plan], TODAY, stage="primary").row(1, named=True)
    children = district.table("children")["children"].sum()
    assert row["over"] == plan.objective["overflow_pupils"].value
    assert row["moved"] == plan.objective["moved_pupils"].value
    assert row["mean_km"] * children == pytest.approx(plan.objective["pupil_km"].value)
    assert row["cut_off_homes"] == row["unzoned"] == 0
    return row


def test_two_schools_that_share_a_zone_hold_together_what_one_could_not():
    district = row_district(
        pupils=[30, 30, 10, 10, 10, 10],
        schools={"A": 0, "B": 2, "C": 5},
        places=[20, 60, 20],
        present="AABBCC",
    )
    alone, _ = planned(district)
    together, zones = planned(district, "AB")
    assert alone.objective["overflow_pupils"].value > 0
    assert together.objective["overflow_pupils"].value == 0
    assert set(zones[:4]) <= {"A", "B"}
    assert agrees(together, district)["moved"] == 0
    assert together.actions[0].as_dict()["schools"] == ["A", "B"]


def test_schools_that_share_a_zone_across_another_schools_home_are_named_before_solving():
    district = row_district(
        pupils=[10] * 6, schools={"A": 0, "B": 3, "C": 5}, places=[20, 20, 20], present="AABBBC"
    )
    with pytest.raises(InfeasibleError) as refused:
        planned(district, "AC")
    (found,) = refused.value.problems
    assert (found.code, found.place.key) == ("shared-zone-parted", "H5 ↔ H0")
    _, zones = planned(district, "AC", shared_pieces="each")
    assert zones[3] == "B"


def test_by_lot_the_distance_is_what_the_places_of_the_schools_make_of_it():
    district = row_district(
        pupils=[10, 10, 10, 10], schools={"A": 0, "B": 3}, places=[30, 10], present="AABB"
    )
    plan, _ = planned(district, "AB", distance="expected")
    # 3 of 4 children go to A at 0, 1, 2, 3 km, the others to B at 3, 2, 1, 0 km.
    assert plan.objective["pupil_km"].value == pytest.approx(10 * (0.75 * 6 + 0.25 * 6))
    agrees(plan, district)


def test_a_shared_zone_is_in_one_piece_or_in_a_piece_for_each_school_as_the_bureau_says():
    district = row_district(
        pupils=[10, 10, 10, 10, 10], schools={"A": 0, "B": 2, "C": 4}, places=[20, 10, 20], present="AABCC"
    )
    with pytest.raises(InfeasibleError):
        planned(district, "AC")  # B stands between them
    plan, zones = planned(district, "AC", shared_pieces="each")
    assert zones[2] == "B"
    assert plan.stopped_by == "proven"
    agrees(plan, district)


def test_the_homes_of_all_its_schools_belong_to_a_shared_zone_and_say_so():
    district = row_district(
        pupils=[10] * 4, schools={"A": 0, "B": 2, "C": 3}, places=[10, 10, 30], present="AABC"
    )
    plan, zones = planned(district, "AB")
    assert zones == "AABC"
    reasons = {action["home"]: action["reason"] for action in plan.as_dict()["actions"] if "home" in action}
    assert reasons["H0"] == reasons["H2"] == "own_school"


def test_a_lock_to_any_school_of_a_shared_zone_is_a_lock_to_the_zone():
    district = row_district(
        pupils=[10] * 5, schools={"A": 0, "B": 1, "C": 4}, places=[10, 10, 30], present="ABBCC"
    )
    _, zones = planned(district, "AB", locked={"H3": "B"})
    assert zones[3] in "AB"


def test_a_zone_that_the_district_shares_today_stays_shared():
    district = row_district(
        pupils=[30, 10, 10, 10],
        schools={"A": 0, "B": 1, "C": 3},
        places=[20, 30, 30],
        present="ABBC",
        shared_zones=pl.DataFrame(
            {"stage": ["primary"] * 2, "school": ["A", "B"], "zone": ["Z", "Z"], "distance": [None, None]},
            schema_overrides={"distance": pl.String},
        ),
    )
    plan, _ = planned(district)
    assert plan.objective["overflow_pupils"].value == 0
    agrees(plan, district)


@pytest.mark.parametrize(
    ("shares", "found"),
    [
        (("AX",), "no schools with a zone at this stage: X"),
        (("A",), "a single school, or one named twice"),
        (("AA",), "a single school, or one named twice"),
        (("AB", "BA"), "already in another shared zone: B, A"),
    ],
)
def test_schools_that_cannot_share_are_refused_with_the_reason(shares, found):
    district = row_district(pupils=[10] * 3, schools={"A": 0, "B": 2}, places=[20, 20], present="AAB")
    with pytest.raises(InputError, match=found):
        planned(district, *shares)


def test_two_schools_in_one_home_may_share_it():
    district = row_district(pupils=[10] * 3, schools={"A": 0, "B": 0}, places=[20, 20], present="AAA")
    with pytest.raises(InfeasibleError, match="let them share one zone"):
        planned(district)
    plan, zones = planned(district, "AB")
    assert zones == "AAA"
    agrees(plan, district)
