"""A school's choice among the applications before it: guaranteed places, ceilings, open places.

The rule stands in `junheng.admission.assignment`; here it is computed for many schools at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junheng.admission.market import IntArray

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What schools decide about a queue of k applications.

    Attributes
    ----------
    is_turned_away
        Whether each application is turned away, shape (k,).
    is_guaranteed
        Whether it has a guaranteed place, shape (k,).
    is_straddling
        Whether it is a family on a guaranteed place that takes open places as well, shape (k,).
    """

    is_turned_away: BoolArray
    is_guaranteed: BoolArray
    is_straddling: BoolArray


def choose(
    *, school: IntArray, line: IntArray, size: IntArray, seats: IntArray, floors: IntArray, ceilings: IntArray
) -> Choice:
    """Return the decisions of a few schools about everybody before them, by the whole rule.

    Parameters
    ----------
    school, line, size
        Of each application: which of these schools, from 0, its line and its children; school by school and in the
        order of their keys. Shape (k,).
    seats, floors, ceilings
        Of these schools, shapes (schools,), (schools, lines), (schools, lines).
    """
    taken = size.astype(np.int64)  # open places
    is_guaranteed = np.zeros(len(taken), np.bool_)
    is_over = np.zeros(len(taken), np.bool_)
    open_seats = seats.astype(np.int64)
    for number in range(floors.shape[1]):
        at = np.flatnonzero(line == number)
        floor, ceiling = floors[school[at], number], ceilings[school[at], number]
        before = before_each(size[at], school[at])
        after = before + size[at]
        is_guaranteed[at] = before < floor
        is_over[at] = before >= ceiling
        taken[at] = _open_places(after, floor, ceiling) - _open_places(before, floor, ceiling)
        children = np.bincount(school[at], size[at], minlength=len(seats)).astype(np.int64)
        open_seats -= np.minimum(floors[:, number], children)
    is_away = is_over | (before_each(taken, school) >= open_seats[school])
    return Choice(
        is_turned_away=is_away & ~is_guaranteed,
        is_guaranteed=is_guaranteed,
        is_straddling=is_guaranteed & (taken > 0),
    )


def before_each(amounts: IntArray, groups: IntArray) -> npt.NDArray[np.int64]:
    """Return the sum of the amounts that stand before each one in its group; equal groups stand together."""
    before = np.cumsum(amounts, dtype=np.int64)
    before -= amounts
    if len(groups):
        is_first = np.concatenate(([True], groups[1:] != groups[:-1]))
        base = before[is_first]
        before -= np.repeat(base, np.diff(np.flatnonzero(is_first), append=len(groups)))
    return before


def _open_places(children: IntArray, floor: IntArray, ceiling: IntArray) -> IntArray:
    """Return how many open places the first ``children`` of a line take."""
    return np.minimum(children, ceiling) - np.minimum(children, floor)
