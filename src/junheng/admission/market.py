"""One frozen admission round as plain arrays: what the assignment, the audit and the published files share.

Words used here and in the whole room:

application
    One line of the round: one child, or the children of one family who are to be kept together (twins). They share one
    list of choices, one draw number and one result; ``size`` says how many places they need.
row
    One choice of one application, in the family's own order; the rows of an application stand together.
class
    Priority class of a row, 0 first: what the rules say about this child at this school.
line
    Under which line of the school's plan a row is counted: 0 is the open line, 1.. are its reserves (migrant children,
    siblings, group direct-through, ...). A child who fits several lines is counted under one; the rules say which.
draw
    The child's number in the lottery, 0 first. It decides only within one class.
key
    Class and draw as one whole number, ``class * 2**24 + draw``; the smaller comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from junheng.errors import UsageError
from junheng.text import Text

IntArray = npt.NDArray[np.integer[Any]]

DRAW_BITS = 24
"""Bits of a draw number inside a key: room for 16.7 million applications in one round."""

ADJUSTMENT = 127
"""The last priority class: rows at the end of a list that are adjustment (调剂), not the family's own wish."""

OPEN_LINE = 0
"""The line of a row that is counted under no reserve."""

NO_CEILING = 2**31 - 1
"""The ceiling of a line that has none; also the cut-off of a line that turned nobody away."""

UNPLACED = -1
"""School, row or position of an application without a place."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Market:
    """Applications, their rows, and the schools' plans. Arrays are made read-only; n applications, m rows, s schools.

    Attributes
    ----------
    offsets
        Rows of application i are ``offsets[i]:offsets[i + 1]``, best choice first; shape (n + 1,), int64.
    school
        School of each row, shape (m,), int32. An application names a school at most once.
    priority
        Class of each row, shape (m,), uint8, 0 to 126, or `ADJUSTMENT` on the rows of adjustment, which end the list.
    line
        Line of each row, shape (m,), uint8, from 0 to the number of lines less 1. Adjustment rows are on `OPEN_LINE`.
    draw
        Draw number, int32, from 0, smaller is better: per application, shape (n,), different for each of them; or, with
        one draw per school, per row, shape (m,), different for each row of one school.
    size
        Children of each application, shape (n,), uint8, from 1.
    seats
        Places of each school in this round, shape (s,), int32, from 0.
    floors
        Places of each school that each line is guaranteed, shape (s, lines), int32, together at most ``seats``. A floor
        is a minimum, not a wall: places that the line does not fill go to the others. Line 0 has none.
    ceilings
        Most places of each school that each line may take, shape (s, lines), int32, at least its floor; `NO_CEILING`
        where there is none.
    is_single_draw
        Whether one draw serves all schools; otherwise each school has its own.

    Raises
    ------
    UsageError
        Where arrays do not fit each other; the rules that a person can mend are in `market_problems`.
    """

    offsets: IntArray
    school: IntArray
    priority: IntArray
    line: IntArray
    draw: IntArray
    size: IntArray
    seats: IntArray
    floors: IntArray
    ceilings: IntArray
    is_single_draw: bool = True

    def __post_init__(self) -> None:
        n, m, s = len(self.offsets) - 1, len(self.school), len(self.seats)
        if self.floors.ndim != 2 or self.floors.shape[1] < 1:
            raise _misfit("floors", f"({s}, lines)", self.floors.shape)
        shapes: dict[str, tuple[type[np.integer[Any]], tuple[int, ...]]] = {
            "offsets": (np.int64, (n + 1,)),
            "school": (np.int32, (m,)),
            "priority": (np.uint8, (m,)),
            "line": (np.uint8, (m,)),
            "draw": (np.int32, (n if self.is_single_draw else m,)),
            "size": (np.uint8, (n,)),
            "seats": (np.int32, (s,)),
            "floors": (np.int32, (s, self.floors.shape[1])),
            "ceilings": (np.int32, (s, self.floors.shape[1])),
        }
        for name, (kind, shape) in shapes.items():
            _settle(self, name, kind, shape)
        self._check_ranges()

    def _check_ranges(self) -> None:
        n_rows, n_schools, n_lines = len(self.school), self.n_schools, self.n_lines
        lengths = np.diff(self.offsets)
        if self.offsets[0] != 0 or self.offsets[-1] != n_rows or (len(lengths) and lengths.min() < 0):
            raise _misfit("offsets", f"0 ... {n_rows}", f"{self.offsets[0]} ... {self.offsets[-1]}")
        _within("school", self.school, 0, n_schools - 1)
        _within("priority", self.priority, 0, ADJUSTMENT)
        _within("line", self.line, 0, n_lines - 1)
        _within("draw", self.draw, 0, 2**DRAW_BITS - 1)
        _within("size", self.size, 1, 255)
        for name in ("seats", "floors", "ceilings"):
            _within(name, getattr(self, name), 0, NO_CEILING)
        if self.floors[:, OPEN_LINE].any():
            raise _misfit("floors", "0 (line 0)", int(self.floors[:, OPEN_LINE].max()))
        together = self.floors.sum(axis=1, dtype=np.int64)
        for school in np.flatnonzero(together > self.seats)[:1].tolist():
            raise _misfit("floors", f"<= {self.seats[school]} (school {school})", int(together[school]))
        for school, line in np.argwhere(self.ceilings < self.floors)[:1].tolist():
            least, found = int(self.floors[school, line]), int(self.ceilings[school, line])
            raise _misfit("ceilings", f">= {least} (school {school})", found)

    @property
    def n_applications(self) -> int:
        """Number of applications."""
        return len(self.size)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.school)

    @property
    def n_schools(self) -> int:
        """Number of schools."""
        return len(self.seats)

    @property
    def n_lines(self) -> int:
        """Number of lines, the open one included."""
        return int(self.floors.shape[1])

    @cached_property
    def owner(self) -> IntArray:
        """Application of each row, shape (m,), int32."""
        numbers = np.arange(self.n_applications, dtype=np.int32)
        return np.repeat(numbers, np.diff(self.offsets))

    @cached_property
    def keys(self) -> IntArray:
        """Key of each row, shape (m,), int32."""
        draws = self.draw[self.owner] if self.is_single_draw else self.draw
        return (self.priority.astype(np.int32) << DRAW_BITS) | draws


@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome:
    """Who got which place.

    Attributes
    ----------
    row
        Row of each application's place, shape (n,), int64; `UNPLACED` where it has none.
    school
        School of each application's place, shape (n,), int32; `UNPLACED` where it has none.
    cutoffs
        The smallest key that each line of each school turned away, shape (s, lines), int32; `NO_CEILING` where it
        turned nobody away. A row gets its place if and only if its key is smaller, unless an earlier row did.
    n_rounds, n_proposals
        Counted work: rounds of proposals, and rows proposed.
    """

    row: IntArray
    school: IntArray
    cutoffs: IntArray
    n_rounds: int
    n_proposals: int

    def position(self, market: Market) -> IntArray:
        """Return which of its rows each application got, 0 the first; `UNPLACED` where none; shape (n,)."""
        return np.where(self.row == UNPLACED, UNPLACED, self.row - market.offsets[:-1])


def market_from_lists(
    applications: Sequence[Sequence[tuple[int, int, int]]],
    *,
    draw: Sequence[int] | Sequence[Sequence[int]],
    seats: Sequence[int],
    sizes: Sequence[int] | None = None,
    floors: Sequence[Sequence[int]] | None = None,
    ceilings: Sequence[Sequence[int]] | None = None,
    is_single_draw: bool = True,
) -> Market:
    """Return the market of plain lists; for small rounds and for tests.

    Parameters
    ----------
    applications
        Per application its rows, best first, as (school, class, line).
    draw
        One number per application; with one draw per school, one sequence per application, a number per row.
    seats, sizes, floors, ceilings, is_single_draw
        As in `Market`; sizes of 1, no floors and no ceilings where they are not given.
    """
    rows = [row for application in applications for row in application]
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    flat = [number for entry in draw for number in (entry if isinstance(entry, Sequence) else (entry,))]
    shape = (len(seats), 1)
    return Market(
        offsets=np.cumsum([0, *(len(application) for application in applications)]),
        school=table[:, 0],
        priority=table[:, 1],
        line=table[:, 2],
        draw=np.array(flat, dtype=np.int64),
        size=np.ones(len(applications), np.int64) if sizes is None else np.asarray(sizes),
        seats=np.asarray(seats),
        floors=np.zeros(shape, np.int64) if floors is None else np.asarray(floors),
        ceilings=np.full(shape, NO_CEILING) if ceilings is None else np.asarray(ceilings),
        is_single_draw=is_single_draw,
    )


def key_parts(key: int) -> tuple[int, int]:
    """Return class and draw number of a key."""
    return key >> DRAW_BITS, key & (2**DRAW_BITS - 1)


def _settle(market: Market, name: str, kind: type[np.integer[Any]], shape: tuple[int, ...]) -> None:
    given = np.asarray(getattr(market, name))
    if given.shape != shape:
        raise _misfit(name, shape, given.shape)
    if given.size and given.dtype.kind not in "iu":
        raise _misfit(name, "whole numbers", given.dtype)
    if given.dtype != kind:
        limits = np.iinfo(kind)
        _within(name, given, int(limits.min), int(limits.max))
    settled = np.ascontiguousarray(given, dtype=kind).view()
    settled.flags.writeable = False
    object.__setattr__(market, name, settled)


def _within(name: str, values: IntArray, least: int, most: int) -> None:
    if not values.size:
        return
    low, high = int(values.min()), int(values.max())
    if low < least or high > most:
        raise _misfit(name, f"{least} ... {most}", f"{low} ... {high}")


def _misfit(name: str, expected: object, found: object) -> UsageError:
    return UsageError(
        Text(
            f"录取数组“{name}”有误：应为 {expected}，实为 {found}",
            f"the array “{name}” of the round is wrong: expected {expected}, found {found}",
        )
    )
