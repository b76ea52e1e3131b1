"""What an outcome leaves at each school: children placed, the last key admitted, places left, and who is waiting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from junheng.admission.market import UNPLACED, IntArray, Market, Outcome

NOBODY = -1
"""The last key admitted by a line that admitted nobody."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Margins:
    """How full each line of each school is; all arrays have shape (s, lines), int64.

    Attributes
    ----------
    children
        Children placed.
    last_key
        Largest key admitted, `NOBODY` where none: what the last child admitted had.
    """

    children: IntArray
    last_key: IntArray


def margins(market: Market, outcome: Outcome) -> Margins:
    """Return how full each line of each school is."""
    placed = np.flatnonzero(outcome.row != UNPLACED)
    rows = outcome.row[placed]
    cells = (market.school[rows], market.line[rows])
    children = np.zeros((market.n_schools, market.n_lines), np.int64)
    np.add.at(children, cells, market.size[placed])
    last_key = np.full_like(children, NOBODY)
    np.maximum.at(last_key, cells, market.keys[rows])
    return Margins(children=children, last_key=last_key)


@dataclass(frozen=True, eq=False, kw_only=True)
class PlacesLeft:
    """Seats, floors and ceilings of a round that follows, in the shapes of `Market`."""

    seats: IntArray
    floors: IntArray
    ceilings: IntArray


def places_left(market: Market, outcome: Outcome) -> PlacesLeft:
    """Return what is left for a round that follows, such as one for late applications.

    Floors are what is left of them, as far as the seats left allow, the lower line first: a floor is soft, and its
    places may have gone to others.
    """
    children = margins(market, outcome).children
    seats = np.maximum(market.seats - children.sum(axis=1), 0)
    floors = np.maximum(market.floors - children, 0)
    before = np.cumsum(floors, axis=1) - floors
    return PlacesLeft(
        seats=seats,
        floors=np.clip(seats[:, None] - before, 0, floors),
        ceilings=np.maximum(market.ceilings - children, 0),
    )


def children_beyond_plan(market: Market, outcome: Outcome) -> IntArray:
    """Return by how many children each school's plan is exceeded, shape (s,): families at the margin, kept together."""
    beyond: IntArray = margins(market, outcome).children.sum(axis=1) - market.seats
    return np.maximum(beyond, 0)


def wanted_rows(market: Market, outcome: Outcome) -> IntArray:
    """Return the rows that a family would rather have had than what it got, in order; shape (k,)."""
    got = np.where(outcome.row == UNPLACED, market.offsets[1:], outcome.row)
    is_wanted = np.arange(market.n_rows) < got[market.owner]
    return np.flatnonzero(is_wanted)


def waiting_rows(market: Market, outcome: Outcome) -> IntArray:
    """Return the waiting lists: wanted rows, school by school, and in the order of their keys inside a school.

    When a place comes free, the first of the list that its line's rule lets in gets it; `refill` does so.
    """
    rows = wanted_rows(market, outcome)
    order = np.lexsort((market.keys[rows], market.school[rows]))
    return np.take(rows, order)


def children_waiting(market: Market, outcome: Outcome) -> IntArray:
    """Return how many children each line of each school has turned away, shape (s, lines); not counting adjustment."""
    rows = wanted_rows(market, outcome)
    waiting = np.zeros((market.n_schools, market.n_lines), np.int64)
    np.add.at(waiting, (market.school[rows], market.line[rows]), market.size[market.owner[rows]])
    return waiting
