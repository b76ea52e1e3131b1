"""Deferred acceptance against the slow rule, every stable outcome, and textbook cases."""

from __future__ import annotations

from admission_oracle import markets, rows_of, slow_assign, stable_outcomes
from hypothesis import given, settings

from junheng.admission.assignment import assign
from junheng.admission.market import NO_CEILING, UNPLACED, Market, market_from_lists


@settings(max_examples=150, deadline=None)
@given(market=markets(most_applications=10, most_children=3, may_adjust=True))
def test_all_at_once_gives_what_one_at_a_time_gives(market: Market) -> None:
    assert assign(market).row.tolist() == slow_assign(market)


@settings(max_examples=150, deadline=None)
@given(market=markets(most_applications=5, most_schools=3, most_children=3))
def test_of_all_stable_outcomes_it_is_the_best_for_every_family(market: Market) -> None:
    found = assign(market).position(market)
    outcomes = list(stable_outcomes(market))
    assert tuple(assign(market).row.tolist()) in outcomes
    for outcome in outcomes:
        for application, row in enumerate(outcome):
            if row >= 0:
                assert 0 <= found[application] <= row - market.offsets[application]


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=9, most_children=3))
def test_a_row_is_admitted_exactly_below_its_cut_off(market: Market) -> None:
    outcome = assign(market)
    for application, got in enumerate(outcome.row.tolist()):
        open_rows = [
            row
            for row in rows_of(market, application)
            if market.keys[row] < outcome.cutoffs[market.school[row], market.line[row]]
        ]
        assert got == (open_rows[0] if open_rows else -1)


def test_a_cut_off_is_the_smallest_key_turned_away_however_it_was_found() -> None:
    """Draw 3 is beyond the ceiling of two at once, draw 5 only when the whole school is looked at."""
    shut, school = (0, 0, 1), (1, 0, 1)
    market = market_from_lists(
        [[school], [school], [shut, school], [shut, school]],
        draw=[5, 1, 2, 3], seats=[0, 9], floors=[[0, 0], [0, 1]], ceilings=[[NO_CEILING, 0], [NO_CEILING, 2]],
    )  # fmt: skip
    outcome = assign(market)
    assert outcome.school.tolist() == [UNPLACED, 1, 1, UNPLACED]
    assert outcome.cutoffs[1].tolist() == [NO_CEILING, 3]
