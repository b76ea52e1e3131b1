"""Plans compared under one measure, on a row of four homes worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from junheng.district.model import District
from junheng.errors import InputError, UsageError
from junheng.plans.compare import MEASURES, compare, plan_of_zones
from junheng.plans.plan import Plan
from junheng.standards import load_standard
from junheng.text import Text
from junheng.units import UNITS

TODAY = load_standard().on(date(2026, 9, 1))
HOMES = ["H1", "H2", "H3", "H4"]


def district(**changes: pl.DataFrame) -> District:
    """Make four homes in a row, 2 km apart by road; school A stands in H1, B in H4; 100 children in each home."""
    tables = {
        "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
        "schools": pl.DataFrame(
            {
                "school": ["A", "B"],
                "name": ["A", "B"],
                "kind": ["primary"] * 2,
                "lon": [0.0, 0.03],
                "lat": [0.0, 0.0],
                "home": ["H1", "H4"],
            }
        ),
        "stages": pl.DataFrame(
            {
                "school": ["A", "B"],
                "stage": ["primary"] * 2,
                "pupils": [300, 100],
                "capacity_pupils": [250, 250],
            }
        ),
        "homes": pl.DataFrame({"home": HOMES, "lon": [0.0, 0.01, 0.02, 0.03], "lat": [0.0] * 4}),
        "children": pl.DataFrame(
            {"home": HOMES, "year": [2026] * 4, "stage": ["primary"] * 4, "children": [100] * 4}
        ),
        "neighbours": pl.DataFrame({"home": HOMES[:-1], "neighbour": HOMES[1:], "road_km": [2.0] * 3}),
        "catchments": pl.DataFrame({"stage": ["primary"] * 4, "home": HOMES, "school": ["A", "A", "A", "B"]}),
    }
    return District.of(tables | changes)


def plan(schools: str, *, of: District | None = None, name: str = "proposal") -> Plan:
    frame = pl.DataFrame({"home": HOMES, "school": list(schools)})
    return plan_of_zones(of or district(), frame, name=Text("提案", name), stage="primary")


def row(frame: pl.DataFrame, n: int) -> dict[str, object]:
    return {key: value for key, value in frame.row(n, named=True).items() if key not in ("zh", "en")}


def test_each_plan_is_measured_as_if_it_were_in_force() -> None:
    found = compare(district(), [plan("AABB"), plan("ABAB")], TODAY, stage="primary")
    assert row(found, 0) == {
        "over": 50,
        "max_utilisation": 1.2,
        "mean_km": pytest.approx((0 + 2 + 4 + 0) / 4),
        "p95_km": pytest.approx(4),
        "share_inside": 0.5,
        "moved": 0,
        "moved_homes": 0,
        "cut_off_homes": 0,
        "unzoned": 0,
    }
    assert row(found, 1) == {
        "over": 0,
        "max_utilisation": 0.8,
        "mean_km": pytest.approx((0 + 2 + 2 + 0) / 4),
        "p95_km": pytest.approx(2),
        "share_inside": 0.5,
        "moved": 100,
        "moved_homes": 1,
        "cut_off_homes": 0,
        "unzoned": 0,
    }
    # H2 goes to B past H3, and H3 stays with A behind H2: both are cut off.
    assert (row(found, 2)["cut_off_homes"], row(found, 2)["mean_km"]) == (2, pytest.approx(2))


def test_the_present_zones_come_first_and_plans_in_the_order_given() -> None:
    found = compare(district(), [plan("AABB", name="one"), plan("BBBB", name="two")], TODAY, stage="primary")
    assert found["en"].to_list() == ["present catchments", "one", "two"]
    assert found["zh"].to_list() == ["现行学区", "提案", "提案"]


def test_a_home_that_had_no_school_is_zoned_and_not_moved() -> None:
    partly = district(
        catchments=pl.DataFrame({"stage": ["primary"] * 3, "home": HOMES[:3], "school": ["A", "A", "A"]})
    )
    found = compare(partly, [plan("AABB", of=partly)], TODAY, stage="primary")
    assert found["unzoned"].to_list() == [100, 0]
    assert (found["moved"].to_list(), found["moved_homes"].to_list()) == ([0, 100], [0, 1])


def test_a_plan_of_todays_zones_measures_as_today() -> None:
    found = compare(district(), [plan("AAAB")], TODAY, stage="primary")
    assert row(found, 0) == row(found, 1)


def test_what_is_not_known_stays_unknown_in_every_plan() -> None:
    unknown = district(
        children=pl.DataFrame({"home": ["H1"], "year": [2001], "stage": ["primary"], "children": [5]})
    )
    found = compare(unknown, [plan("AABB", of=unknown)], TODAY, stage="primary")
    for key in ("over", "max_utilisation", "mean_km", "p95_km", "share_inside"):
        assert found[key].to_list() == [None, None], key
    assert found["moved"].to_list() == [0, None], "one home moves, and nobody knows how many children"
    assert found["moved_homes"].to_list() == [0, 1]
    assert found["cut_off_homes"].to_list() == [0, 0]


def test_a_stage_without_zones_has_nothing_to_measure() -> None:
    found = compare(district(), [], TODAY, stage="junior")
    assert found.height == 1
    assert row(found, 0)["mean_km"] is None


def test_a_plan_of_another_stage_is_refused_and_does_not_look_harmless() -> None:
    with pytest.raises(UsageError, match="is of the stage primary, not junior"):
        compare(district(), [plan("AABB")], TODAY, stage="junior")


def test_a_plan_from_other_records_is_refused_unless_that_is_meant() -> None:
    other = replace(plan("AABB"), inputs={"district": "another hash"})
    with pytest.raises(UsageError, match="other records"):
        compare(district(), [other], TODAY, stage="primary")
    found = compare(district(), [other], TODAY, stage="primary", allow_changed=True)
    assert found["moved"].to_list() == [0, 100]


def test_a_plan_that_cannot_be_applied_is_refused() -> None:
    with pytest.raises(InputError):
        compare(district(), [plan("AABZ")], TODAY, stage="primary")


def test_every_measure_has_a_known_unit_and_a_column() -> None:
    found = compare(district(), [], TODAY, stage="primary")
    assert found.columns == ["zh", "en", *MEASURES]
    assert {unit for _, unit in MEASURES.values()} <= set(UNITS)


def test_a_proposal_claims_no_proof() -> None:
    proposal = plan("AABB")
    assert (dict(proposal.objective), proposal.seed, proposal.stopped_by) == ({}, None, "imported")
    assert [action.before for action in proposal.actions] == ["A", "A", "A", "B"]
    assert proposal.inputs["district"] == district().hash
