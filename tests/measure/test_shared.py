"""Zones that several schools share, measured on a row of four homes worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from junheng.district.model import District
from junheng.errors import InputError
from junheng.measure.places import places
from junheng.measure.shared import shared_zones, shares, zone_km
from junheng.plans.actions.share_zone import ShareZone
from junheng.plans.compare import MEASURES, compare, plan_of_zones
from junheng.plans.edit import edit_desk
from junheng.plans.plan import Plan
from junheng.standards import load_standard
from junheng.text import Text

TODAY = load_standard().on(date(2026, 9, 1))
HOMES = ["H1", "H2", "H3", "H4", "H5"]
"""A row, 1 km apart by road; A stands in H1, B in H3, C in H5."""


def district(zones: str = "AABBC", *, shared: str = "", distance: str | None = None) -> District:
    """Make the row with 100 children a home and places A 300, B 100, C 100; schools of ``shared`` share a zone."""
    return District.of(
        {
            "district": pl.DataFrame({"district": ["X"], "name": ["X"], "year": [2026]}),
            "schools": pl.DataFrame(
                {
                    "school": ["A", "B", "C"],
                    "name": ["A", "B", "C"],
                    "kind": ["primary"] * 3,
                    "lon": [0.0, 0.02, 0.04],
                    "lat": [0.0] * 3,
                    "home": ["H1", "H3", "H5"],
                }
            ),
            "stages": pl.DataFrame(
                {
                    "school": ["A", "B", "C"],
                    "stage": ["primary"] * 3,
                    "pupils": [0] * 3,
                    "capacity_pupils": [300, 100, 100],
                }
            ),
            "homes": pl.DataFrame({"home": HOMES, "lon": [0.0, 0.01, 0.02, 0.03, 0.04], "lat": [0.0] * 5}),
            "children": pl.DataFrame(
                {"home": HOMES, "year": [2026] * 5, "stage": ["primary"] * 5, "children": [100] * 5}
            ),
            "neighbours": pl.DataFrame({"home": HOMES[:-1], "neighbour": HOMES[1:], "road_km": [1.0] * 4}),
            "catchments": pl.DataFrame({"stage": ["primary"] * 5, "home": HOMES, "school": list(zones)}),
            "shared_zones": pl.DataFrame(
                {
                    "stage": ["primary"] * len(shared),
                    "school": list(shared),
                    "zone": ["Z"] * len(shared),
                    "distance": [distance] * len(shared),
                },
                schema=dict.fromkeys(("stage", "school", "zone", "distance"), pl.String),
            ),
        }
    )


def test_a_shared_zone_adds_up_places_and_divides_its_children_by_them() -> None:
    alone = places(district(), TODAY).schools
    assert alone["zoned"].to_list() == [200, 200, 100]
    assert alone["zoned_over"].to_list() == [0, 100, 0]
    together = places(district(shared="AB"), TODAY)
    assert together.schools["zoned"].to_list() == [300, 100, 100]
    assert together.district["over"].item() == 0


def test_children_of_a_shared_zone_go_to_the_nearest_of_its_schools() -> None:
    found = places(district(shared="AB"), TODAY)
    assert found.homes["km"].to_list() == pytest.approx([0, 1, 0, 1, 0])
    # All five homes could go to either: H4 is 3 km from A and 1 km from B; by lot it is 3/4 of one, 1/4 of the other.
    drawn = places(district(shared="AB", distance="expected"), TODAY)
    assert drawn.homes["km"].to_list() == pytest.approx([0.5, 1, 1.5, 2.5, 0])


def test_each_school_of_a_shared_zone_has_the_zones_own_row_of_access() -> None:
    access = places(district(shared="AB"), TODAY).access
    rows = {row["school"]: row["children"] for row in access.iter_rows(named=True)}
    assert rows == {"A": 400, "B": 400, "C": 100}


def test_a_part_of_a_shared_zone_that_holds_one_of_its_schools_is_not_cut_off() -> None:
    apart = "AABBA"  # H5 hangs on C only
    assert places(district(apart), TODAY).district["cut_off_homes"].item() == 1
    assert places(district("AABAA", shared="AC"), TODAY).district["cut_off_homes"].item() == 0


def test_a_home_that_keeps_its_school_among_others_does_not_move() -> None:
    plan = shared_plan(district(), "AAABC", ("A", "B"))
    row = compare(district(), [plan], TODAY, stage="primary").row(1, named=True)
    assert row["moved"] == 0
    assert row["over"] == 0


def shared_plan(of: District, zones: str, *groups: tuple[str, ...]) -> Plan:
    frame = pl.DataFrame({"home": HOMES, "school": list(zones)})
    plan = plan_of_zones(of, frame, name=Text("提案", "proposal"), stage="primary")
    sharing = [ShareZone(stage="primary", zone="+".join(group), schools=group) for group in groups]
    given = plan.as_dict()
    return Plan.from_dict({**given, "actions": [*(one.as_dict() for one in sharing), *given["actions"]]})


@pytest.mark.parametrize("before", ["", "AB", "BC"])
@pytest.mark.parametrize("after", ["", "AB", "AC"])
def test_an_edit_of_shared_zones_has_the_figures_of_the_comparison(before: str, after: str) -> None:
    # Whatever is shared today, the plan shares what it says; zones that it does not name stay shared.
    start = district(shared=before)
    plan = shared_plan(start, "ABBCC", *([tuple(after)] if after else []))
    shared = shared_zones(plan.apply(start), "primary")
    desk = edit_desk(start, TODAY, stage="primary", shared=shared)
    row = compare(start, [plan], TODAY, stage="primary").row(1, named=True)
    found = desk.effect(dict(zip(HOMES, "AABBC", strict=True)), {"H2": "B", "H4": "C"})
    assert dict(found.after) == pytest.approx({key: row[key] for key in MEASURES})


def test_sharing_with_a_school_that_does_not_teach_the_stage_or_with_nobody_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        ShareZone.apply(
            [
                ShareZone(stage="primary", zone="Z", schools=("A", "X")),
                ShareZone(stage="primary", zone="Y", schools=("A",)),
            ],
            district(),
        )
    assert [problem.code for problem in refused.value.problems] == [
        "no-such-stage",
        "share-alone",
        "shares-twice",
    ]


def test_the_action_reads_back_as_it_was_written() -> None:
    action = ShareZone(stage="primary", zone="Z", schools=("A", "B"), distance="expected")
    plan = shared_plan(district(), "AAABC", ("A", "B"))
    given = plan.as_dict()
    given["actions"][0] = action.as_dict()
    assert Plan.from_dict(given).actions[0] == action


@given(st.integers(0, 500), st.lists(st.integers(0, 90), min_size=1, max_size=5))
def test_shares_are_whole_and_nobody_is_over_before_the_zone_is(children: int, room: list[int]) -> None:
    found = shares(children, room)
    assert sum(found) == children
    over = [max(0, have - may) for have, may in zip(found, room, strict=True)]
    assert sum(over) == max(0, children - sum(room))


def test_a_school_without_places_is_never_drawn_however_far_it_is() -> None:
    km = np.array([[1.0, np.inf], [2.0, 5.0]])
    assert zone_km(km, places=[10, 0], distance="expected").tolist() == [1.0, 2.0]
    assert zone_km(km, places=[10, None], distance="nearest").tolist() == [1.0, 2.0]
