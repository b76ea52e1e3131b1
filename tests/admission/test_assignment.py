"""Deferred acceptance against the slow rule, every stable outcome, and textbook cases."""

from __future__ import annotations

from admission_oracle import markets, rows_of, slow_assign, stable_outcomes
from hypothesis import given, settings

from junheng.admission.assignment import assign
from junheng.admission.market import Market


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
