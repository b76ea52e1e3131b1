"""Priority of the nearest: claims against their definition, plans against every plan that keeps them."""

from __future__ import annotations

from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from row_district import row_district
from tiny_districts import best_of, contiguous_plans, districts

from junheng.errors import InfeasibleError, UsageError
from junheng.planners.catchments.claims import claimed_schools, with_priority
from junheng.planners.catchments.planner import plan_catchments
from junheng.planners.catchments.problem import NO_SCHOOL
from junheng.planners.catchments.solve import CatchmentOptions, solve
from junheng.planners.catchments.wishes import Wishes
from junheng.standards import load_standard

STANDARD = load_standard("cn")


def wanted_first(problem, home, school):
    """Return the place of a pair in the order in which schools are claimed."""
    is_own = [home, school] in problem.anchored.tolist()
    return (not is_own, float(problem.distance_km[home, school]), home, school)


def fits(problem, claims, home, school):
    """Return whether a home fits a school beside the homes with a claim to it that come before."""
    before = [
        other
        for other, claimed in enumerate(claims)
        if claimed == school and wanted_first(problem, other, school) < wanted_first(problem, home, school)
    ]
    years = zip(problem.pupils_by_year.tolist(), problem.capacity_by_year.tolist(), strict=True)
    return all(
        sum(pupils[other] for other in before) + pupils[home] <= places[school] for pupils, places in years
    )


def keeps_the_definition(problem, claims):
    """Say whether every home has a claim to the first school, in its own order, that it fits: to no other."""
    own = dict(problem.anchored.tolist())
    for home, claimed in enumerate(claims):
        if home in own or not problem.pupils_by_year[:, home].any():
            if claimed != own.get(home, NO_SCHOOL):
                return False
            continue
        open_to = [school for school in range(problem.n_schools) if problem.allowed[home, school]]
        nearest_first = sorted(open_to, key=lambda school: wanted_first(problem, home, school))
        fitting = [school for school in nearest_first if fits(problem, claims, home, school)]
        if claimed != (fitting[0] if fitting else NO_SCHOOL):
            return False
    return True


@settings(max_examples=25)
@given(districts(has_wishes=True, has_years=True, most_homes=5))
def test_of_all_ways_to_hand_out_claims_the_definition_allows_exactly_these(problem):
    everything = product((NO_SCHOOL, *range(problem.n_schools)), repeat=problem.n_homes)
    allowed = [list(claims) for claims in everything if keeps_the_definition(problem, claims)]
    assert allowed == [claimed_schools(problem).tolist()]


@settings(max_examples=15)
@given(districts(most_homes=6), st.integers(0, 15))
def test_the_best_plan_that_sends_nobody_past_a_claim_is_found_and_proven(problem, tenths):
    claims = claimed_schools(problem).tolist()
    km = problem.distance_km
    kept = [
        plan
        for plan in contiguous_plans(problem)
        if all(
            claim == NO_SCHOOL or km[home, school] <= km[home, claim] + tenths / 10 + 1e-9
            for home, (school, claim) in enumerate(zip(plan, claims, strict=True))
        )
    ]
    try:
        narrowed = with_priority(problem, tolerance_km=tenths / 10)
    except InfeasibleError:
        assert kept == []
        return
    assert list(contiguous_plans(narrowed)) == kept
    if not kept:
        return
    solution = solve(narrowed, options=CatchmentOptions(seconds=20.0, target_gap=0.0), seed=0)
    assert tuple(solution.assignment.tolist()) in set(kept)
    best = best_of(narrowed)
    assert solution.levels[0].value == best[0]
    assert solution.levels[1].value == pytest.approx(best[1], abs=1e-5)


def planned(of, **wishes):
    plan = plan_catchments(
        of,
        STANDARD,
        wishes=Wishes(**{"stage": "primary", "locked": {}, "forbidden": frozenset()} | wishes),
        options=CatchmentOptions(seconds=10.0),
        seed=0,
    )
    return plan, "".join(action.school for action in plan.actions)


def crowded():
    """Make a row in which sending the two homes beside A past it is the shortest way for all together.

    A, in H2, has 20 places beside its own home. H3 and H4 (10 pupils each) live 1 and 2 km from it and 2 and 1 km from
    B in H5; H0 and H1 live 2 and 1 km from A, and 5 and 4 km from B.
    """
    return row_district(
        pupils=[10, 10, 0, 10, 0, 0], schools={"A": 2, "B": 5}, places=[20, 40], present="AAAABB"
    )


def test_the_priority_keeps_a_home_at_its_school_where_the_shortest_ways_would_not():
    free, zones = planned(crowded())
    assert zones == "AAABBB"
    assert free.objective["pupil_km"].value == 20 + 10 + 20
    # With the priority the nearest two of the three keep A; H0 has a claim to B alone, but only A's zone reaches it.
    kept, zones = planned(crowded(), nearest_km=0.0)
    assert zones[1] == zones[3] == "A"
    assert kept.objective["overflow_pupils"].value == 10
    assert kept.settings["nearest_km"] == 0.0
    # Once H3 may be sent a kilometre farther than its claim, it is.
    assert planned(crowded(), nearest_km=1.0)[1] == "AAABBB"


A_IS_SMALL = {
    "pupils": [10, 10, 10, 0, 0, 10],
    "schools": {"A": 0, "B": 5},
    "places": [20, 40],
    "present": "AAABBB",
}
"""A has places for its own home and for H1 only."""


def test_a_home_beyond_its_nearest_by_its_claim_is_told_so():
    plan, zones = planned(row_district(**A_IS_SMALL), nearest_km=0.0)
    assert zones == "AABBBB"
    reasons = {action.home: action for action in plan.actions}
    assert reasons["H2"].reason == "claim"
    assert "those who live nearer fill the nearer schools" in reasons["H2"].text.en
    assert reasons["H1"].reason == "nearest", "closed schools are no locks"


def test_a_tolerance_that_strands_a_home_is_refused_with_the_least_that_does_not():
    # A ring. H1 may not go to A, so that H0 cannot reach A, to which it has a claim; B is 1 km farther.
    homes = [f"H{i}" for i in range(6)]
    ring = pl.DataFrame({"home": homes, "neighbour": [*homes[1:], "H0"], "road_km": [1.0] * 6})
    district = row_district(
        pupils=[10] * 6, schools={"A": 2, "B": 3}, places=[60, 60], present="BBABBB", neighbours=ring
    )
    banned = frozenset({("H1", "A")})
    with pytest.raises(InfeasibleError, match="Widen the tolerance to 1 km") as refused:
        planned(district, nearest_km=0.5, forbidden=banned)
    assert refused.value.problems[0].place.key == "H0, H1"
    assert planned(district, nearest_km=1.0, forbidden=banned)[1] == "BBABBB"


def test_a_unit_has_one_claim_and_goes_there_whole():
    # Alone, H1 fits A beside its own home, and H2 does not; together they have a claim to B.
    district = row_district(**A_IS_SMALL)
    units = district.table("homes").with_columns(unit=pl.Series([None, "U", "U", None, None, None]))
    plan, zones = planned(district.replace(homes=units), nearest_km=0.0)
    assert zones == "ABBBBB"
    assert plan.objective["overflow_pupils"].value == 0


def test_a_tolerance_below_zero_is_refused():
    with pytest.raises(UsageError, match="km"):
        Wishes(stage="primary", locked={}, forbidden=frozenset(), nearest_km=-1.0)
