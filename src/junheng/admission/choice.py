"""A school's choice among the applications before it: minimum guarantees, ceilings, open places.

The rule stands in `junheng.admission.assignment`; here it is computed for many schools at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from junheng.admission.market import OPEN_LINE, IntArray

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Applications before a few schools, school by school and in the order of their keys.

    Attributes
    ----------
    starts
        Where each school's applications begin, shape (schools,); no school is without any.
    school
        Which of these schools each application stands before, from 0 in the order of ``starts``, shape (k,).
    line
        Line under which each is counted, shape (k,).
    size
        Children of each, shape (k,).
    """

    starts: IntArray
    school: IntArray
    line: IntArray
    size: IntArray


def turned_away(queue: Queue, *, seats: IntArray, floors: IntArray, ceilings: IntArray) -> BoolArray:
    """Return which applications of a queue their school turns away, shape (k,).

    ``seats`` has one entry, ``floors`` and ``ceilings`` one row, per school of the queue.
    """
    taken, is_guaranteed, is_over, open_seats = _by_line(queue, seats, floors, ceilings)
    after = np.cumsum(taken, dtype=np.int64)
    before = after - taken
    before -= before[queue.starts][queue.school]
    return ((before >= open_seats[queue.school]) | is_over) & ~is_guaranteed


def _by_line(
    queue: Queue, seats: IntArray, floors: IntArray, ceilings: IntArray
) -> tuple[IntArray, BoolArray, BoolArray, IntArray]:
    """Return open places taken by each, whether guaranteed, whether over its ceiling; and each school's open places."""
    taken = queue.size.astype(np.int32)
    is_guaranteed = np.zeros(len(taken), np.bool_)
    is_over = np.zeros(len(taken), np.bool_)
    open_seats = seats.astype(np.int64)
    for line in range(floors.shape[1]):
        if line == OPEN_LINE and not (ceilings[:, line] < seats).any():
            continue
        at = np.flatnonzero(queue.line == line)
        if not len(at):
            continue
        school, size = queue.school[at], taken[at]
        after, is_last = _running(school, size, n_schools=len(seats))
        before = after - size
        floor, ceiling = floors[school, line], ceilings[school, line]
        is_guaranteed[at] = before < floor
        is_over[at] = before >= ceiling
        taken[at] = _open_places(after, floor, ceiling) - _open_places(before, floor, ceiling)
        open_seats[school[is_last]] -= np.minimum(floor, after)[is_last]
    return taken, is_guaranteed, is_over, open_seats


def _open_places(children: IntArray, floor: IntArray, ceiling: IntArray) -> IntArray:
    """Return how many open places the first ``children`` of a line take."""
    return np.minimum(children, ceiling) - np.minimum(children, floor)


def _running(school: IntArray, size: IntArray, *, n_schools: int) -> tuple[IntArray, BoolArray]:
    """Return the running number of children within each school, and which entry is the last of its school."""
    after = np.cumsum(size, dtype=np.int64)
    changes = school[1:] != school[:-1]
    is_first, is_last = np.concatenate(([True], changes)), np.concatenate((changes, [True]))
    base = np.zeros(n_schools, np.int64)
    base[school[is_first]] = (after - size)[is_first]
    return after - base[school], is_last
