"""Refilling: nobody loses, the settled stay, and the result is as if the withdrawn had never applied."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from admission_oracle import markets, slow_assign
from hypothesis import given, settings
from hypothesis import strategies as st

from junheng.admission.assignment import assign
from junheng.admission.audit import audit
from junheng.admission.audit_children import nobody_worse
from junheng.admission.margins import children_waiting, places_left, waiting_rows
from junheng.admission.market import UNPLACED, Market, market_from_lists
from junheng.admission.refill import refill


def flags(market: Market, data: st.DataObject) -> np.ndarray:
    n = market.n_applications
    return np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_)


@settings(max_examples=150, deadline=None)
@given(market=markets(most_applications=9, most_children=3), data=st.data())
def test_nobody_loses_and_the_result_is_sound(market: Market, data: st.DataObject) -> None:
    before = assign(market)
    withdrawn, settled = flags(market, data), flags(market, data)
    after = refill(market, before, withdrawn=withdrawn, settled=settled)
    assert nobody_worse(market, before, after, withdrawn=set(np.flatnonzero(withdrawn).tolist())) == ()
    assert (after.row[withdrawn] == UNPLACED).all()
    stays = settled & ~withdrawn
    assert (after.row[stays] == before.row[stays]).all()
    assert audit(market, after, content=withdrawn | settled) == ()


@settings(max_examples=100, deadline=None)
@given(market=markets(most_applications=8, most_children=2), data=st.data())
def test_it_is_as_if_the_withdrawn_had_never_applied(market: Market, data: st.DataObject) -> None:
    withdrawn = flags(market, data)
    after = refill(market, assign(market), withdrawn=withdrawn)
    rows = [range(int(first), int(end)) for first, end in pairwise(market.offsets)]
    rows = [[] if gone else own for own, gone in zip(rows, withdrawn, strict=True)]
    draws = market.draw.tolist()
    never = market_from_lists(
        [
            [(int(market.school[r]), int(market.priority[r]), int(market.line[r])) for r in own]
            for own in rows
        ],
        draw=draws if market.is_single_draw else [[draws[r] for r in own] for own in rows],
        seats=market.seats.tolist(),
        sizes=market.size.tolist(),
        floors=market.floors.tolist(),
        ceilings=market.ceilings.tolist(),
        is_single_draw=market.is_single_draw,
    )
    positions = [row - int(never.offsets[i]) if row >= 0 else -1 for i, row in enumerate(slow_assign(never))]
    assert after.position(market).tolist() == positions


CHAIN = market_from_lists(
    [[(0, 0, 0)], [(0, 0, 0), (1, 0, 0)], [(0, 0, 0), (1, 0, 0)]], draw=[0, 1, 2], seats=[1, 1]
)


def test_a_place_that_comes_free_moves_the_waiting_list_up_one_by_one() -> None:
    before = assign(CHAIN)
    assert before.school.tolist() == [0, 1, UNPLACED]
    assert waiting_rows(CHAIN, before).tolist() == [1, 3, 4]
    assert children_waiting(CHAIN, before).tolist() == [[2], [1]]
    gone = np.array([True, False, False])
    assert refill(CHAIN, before, withdrawn=gone).school.tolist() == [UNPLACED, 0, 1]
    settled = np.array([False, True, False])
    assert refill(CHAIN, before, withdrawn=gone, settled=settled).school.tolist() == [UNPLACED, 1, 0]


def test_what_is_left_for_the_late_is_seats_floors_and_ceilings_less_those_placed() -> None:
    market = market_from_lists(
        [[(0, 0, 1)], [(0, 0, 0)]], draw=[0, 1], seats=[4], floors=[[0, 3]], ceilings=[[9, 3]]
    )
    left = places_left(market, assign(market))
    assert (left.seats.tolist(), left.floors.tolist(), left.ceilings.tolist()) == ([2], [[0, 2]], [[8, 2]])
