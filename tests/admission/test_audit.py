"""The audit against the definition of a stable outcome, and against results that somebody changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from admission_oracle import is_stable, markets
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.admission.assignment import assign
from junheng.admission.audit import Names, audit, require_sound
from junheng.admission.audit_children import (
    families_together,
    nobody_in_two_places,
    nobody_worse,
    zone_children_accounted_for,
)
from junheng.admission.market import UNPLACED, Market, Outcome, market_from_lists
from junheng.errors import InputError


def outcome_of(market: Market, rows: list[int]) -> Outcome:
    row = np.array(rows, np.int64)
    school = np.array([UNPLACED if r == UNPLACED else market.school[r] for r in rows], np.int32)
    cutoffs = np.zeros((market.n_schools, market.n_lines), np.int32)
    return Outcome(row=row, school=school, cutoffs=cutoffs, n_rounds=0, n_proposals=0)


@settings(max_examples=150, deadline=None)
@given(market=markets(most_applications=6, most_schools=3), data=st.data())
def test_for_single_children_it_passes_exactly_the_stable_outcomes(
    market: Market, data: st.DataObject
) -> None:
    rows = [
        data.draw(st.sampled_from([UNPLACED, *range(int(market.offsets[i]), int(market.offsets[i + 1]))]))
        for i in range(market.n_applications)
    ]
    assert (audit(market, outcome_of(market, rows)) == ()) == is_stable(market, tuple(rows))


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=10, most_children=3, may_adjust=True))
def test_it_passes_every_computed_outcome(market: Market) -> None:
    assert audit(market, assign(market)) == ()


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=6, most_schools=3), data=st.data())
def test_it_sees_two_children_whose_places_were_swapped(market: Market, data: st.DataObject) -> None:
    outcome = assign(market)
    n = market.n_applications
    pair = data.draw(st.lists(st.integers(0, max(n - 1, 0)), min_size=2, max_size=2, unique=n > 1))
    if n < 2 or outcome.school[pair[0]] == outcome.school[pair[1]]:
        return
    school = outcome.school.copy()
    school[pair] = school[pair[::-1]]
    assert audit(market, replace(outcome, school=school)) != ()


ONE_SCHOOL = market_from_lists([[(0, 0, 0)], [(0, 1, 0)], [(0, 0, 1)]], draw=[0, 1, 2], seats=[2], floors=[[0, 1]],
                               ceilings=[[9, 9]])  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code", "key"),
    [
        ([0, UNPLACED, 2], None, None),
        ([0, 1, UNPLACED], "admission-floor-not-kept", "c"),
        ([UNPLACED, 1, 2], "admission-priority-inverted", "a"),
        ([0, UNPLACED, UNPLACED], "admission-place-left-empty", "b"),
        ([0, 1, 2], "admission-plan-exceeded", "P"),
        ([0, UNPLACED, 1], "admission-place-not-on-list", "c"),
    ],
)
def test_each_violation_names_its_case(rows: list[int], code: str | None, key: str | None) -> None:
    names = Names(applications=["a", "b", "c"], schools=["P"], lines=["open", "migrant"])
    found = audit(ONE_SCHOOL, outcome_of(ONE_SCHOOL, rows), names=names)
    assert code is None or (code, key) in [(one.code, one.place.key) for one in found]
    assert bool(found) is (code is not None)


def test_a_child_of_another_line_on_an_open_place_is_envied_with_reason() -> None:
    market = market_from_lists([[(0, 0, 0)], [(0, 1, 1)], [(0, 1, 1)]], draw=[0, 1, 2], seats=[2], floors=[[0, 1]],
                               ceilings=[[9, 9]])  # fmt: skip
    (violation,) = audit(market, outcome_of(market, [UNPLACED, 1, 2]))
    assert (violation.code, violation.place.key) == ("admission-justified-envy", "0")


def test_a_ceiling_that_is_exceeded_is_named_with_school_and_line() -> None:
    market = market_from_lists(
        [[(0, 0, 1)], [(0, 0, 1)]], draw=[0, 1], seats=[2], floors=[[0, 0]], ceilings=[[9, 1]]
    )
    assert [(one.code, one.place.key) for one in audit(market, outcome_of(market, [0, 1]))] == [
        ("admission-ceiling-exceeded", "0/1")
    ]


def test_a_violation_blocks_publication() -> None:
    violations = audit(ONE_SCHOOL, outcome_of(ONE_SCHOOL, [UNPLACED, 1, 2]))
    with pytest.raises(InputError, match="do not publish"):
        require_sound(violations)
    require_sound(())


def test_children_are_checked_by_their_own_numbers() -> None:
    assert [one.place.key for one in nobody_in_two_places([("a", "P"), ("b", "P"), ("a", "Q")])] == ["a"]
    apart = families_together({"f": ["a", "b"], "g": ["c", "d"]}, {"a": "P", "b": "P", "c": "P"})
    assert [one.place.key for one in apart] == ["c"]
    missing = zone_children_accounted_for(
        "abc", school_of={"a": "P"}, reasons={"b": "adjusted later", "c": " "}
    )
    assert [one.place.key for one in missing] == ["c"]


def test_whoever_loses_by_a_refill_is_named() -> None:
    market = market_from_lists(
        [[(0, 0, 0), (1, 0, 0)], [(1, 0, 0)], [(0, 0, 0)]], draw=[0, 1, 2], seats=[1, 1]
    )
    before, after = outcome_of(market, [0, 2, UNPLACED]), outcome_of(market, [1, UNPLACED, 3])
    assert [one.place.key for one in nobody_worse(market, before, after, withdrawn=[1])] == ["0"]
    assert nobody_worse(market, before, before, withdrawn=[]) == ()
