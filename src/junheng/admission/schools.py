"""The schools while applications propose: whom each holds, and whom it turns away.

A school is asked again and again, mostly by a few more children than it has room for. So it keeps the guaranteed places
of each line apart from the open places, and those who have the latter in the order of their keys. Newcomers of a line
first ask for its guaranteed places; whom they push out, and who gets none, asks for an open place. A few more children
there push out as many from the end, and nobody before them needs to be looked at. Where a ceiling is reached, or a
family straddles its line's floor, the school looks at everybody by the whole rule.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from junheng.admission.blocks import Blocks
from junheng.admission.choice import BoolArray, before_each, choose
from junheng.admission.codes import CodeArray, Codes
from junheng.admission.market import NO_CEILING, IntArray, Market

_Of = TypeVar("_Of", bound=np.generic)


class Schools:
    """All schools of a market at work; c cells as `junheng.admission.codes` numbers them.

    A school never holds more applications than it has places, for each one that is kept has its first child on a place
    of the plan; so its blocks are as long as it has places.

    Attributes
    ----------
    cutoffs
        The smallest short key that each cell turned away, shape (c,), int64; more than any key where none.
    """

    def __init__(self, market: Market, codes: Codes) -> None:
        self._codes, self._sizes = codes, market.size
        self._seats = market.seats.astype(np.int64)
        shape = (market.n_schools, codes.width)
        floors, ceilings = np.zeros(shape, np.int64), np.full(shape, NO_CEILING, np.int64)
        floors[:, : market.n_lines], ceilings[:, : market.n_lines] = market.floors, market.ceilings
        # A ceiling from the places on never binds, so it is not looked at.
        ceilings[ceilings >= self._seats[:, None]] = np.iinfo(np.int64).max
        self._floors, self._ceilings = floors.ravel(), ceilings.ravel()
        self._children = np.zeros(len(self._floors), np.int64)
        self._is_straddled = np.zeros(len(self._floors), np.bool_)
        length = _most_held(market)
        self._open = Blocks(length)
        # From this position on a school's open block is sorted, and everybody before it comes before in key.
        self._sorted_from = np.zeros(market.n_schools, np.int64)
        self._guaranteed = Blocks(np.minimum(self._floors, np.repeat(length, codes.width)))
        self._slack = market.n_lines * (int(market.size.max(initial=1)) - 1)
        self.cutoffs = np.full(len(self._floors), np.iinfo(np.int64).max)

    def propose(self, codes: CodeArray) -> CodeArray:
        """Put these proposals before their schools; return the codes that are turned away, held ones among them."""
        cells = self._codes.cell_of(codes)
        added = self._count(codes, cells)
        self._children += added
        children, n_added = self._by_school(self._children).sum(axis=1), self._by_school(added).sum(axis=1)
        asking = self._take_guaranteed(codes, cells)
        is_over = (n_added > 0) & (children > self._seats)
        is_whole = self._by_school(self._children > self._ceilings).any(axis=1)
        is_whole |= is_over & self._by_school(self._is_straddled).any(axis=1)
        is_over &= ~is_whole
        schools = self._codes.school_of(asking)
        for_last, for_all = is_over[schools], is_whole[schools]
        is_kept = ~(for_last | for_all)
        self._append_unsorted(np.sort(asking.compress(is_kept)))
        last = self._look_at_last(asking.compress(for_last), np.flatnonzero(is_over), n_added, children)
        return np.concatenate((last, self._look_at_all(asking.compress(for_all), np.flatnonzero(is_whole))))

    def _take_guaranteed(self, codes: CodeArray, cells: CodeArray) -> CodeArray:
        """Give guaranteed places to the first of each line; return all others, held before or not."""
        has_floor = self._floors[cells] > 0
        touched = _present(cells.compress(has_floor), len(self._floors))
        held = self._guaranteed.pop_all(touched)
        lined = np.concatenate((self._codes.lined(codes.compress(has_floor)), held))
        lined.sort()
        cells, sizes = self._codes.cell_of_lined(lined), self._sizes_of(lined)
        left = self._floors[cells] - before_each(sizes, cells)
        is_guaranteed = left > 0
        self._guaranteed.append(lined.compress(is_guaranteed), cells.compress(is_guaranteed))
        self._is_straddled[touched] = False
        self._is_straddled[cells[is_guaranteed & (left < sizes)]] = True
        others = self._codes.unlined(lined.compress(~is_guaranteed))
        return np.concatenate((codes.compress(~has_floor), others))

    def _append_unsorted(self, codes: CodeArray) -> None:
        schools = self._codes.school_of(codes)
        self._open.append(codes, schools)
        touched = _present(schools, len(self._seats))
        self._sorted_from[touched] = self._open.n[touched]

    def _look_at_last(
        self, codes: CodeArray, schools: IntArray, n_added: CodeArray, children: CodeArray
    ) -> CodeArray:
        """Let these schools choose among whoever asks for an open place and the last who have one.

        As many children as were added can be pushed out, and the excess of families at the margin; nobody further up.
        Where fewer than these are sorted, the school looks at all its open places.
        """
        if not len(schools):
            return codes
        needed, n_open = n_added[schools] + self._slack, self._open.n[schools]
        counts = np.where(n_open - self._sorted_from[schools] >= needed, needed, n_open)
        last = self._open.pop_last(schools, counts)
        pool = np.concatenate((codes, last))
        pool.sort()
        starts = np.searchsorted(pool, schools << self._codes.school_at)
        is_all = counts == n_open
        first_of_last = last[(np.cumsum(counts) - counts)[~is_all]]
        self._sorted_from[schools[is_all]] = 0
        self._sorted_from[schools[~is_all]] = (n_open - counts - starts)[~is_all] + np.searchsorted(
            pool, first_of_last
        )
        sizes = self._sizes_of(pool)
        before = np.cumsum(sizes, dtype=np.int64)
        before -= sizes
        here = np.diff(before[starts], append=before[-1] + sizes[-1])  # children of the pool
        full = before[starts] + self._seats[schools] - children[schools] + here
        return self._settle(pool, before >= np.repeat(full, np.diff(starts, append=len(pool))))

    def _look_at_all(self, codes: CodeArray, schools: IntArray) -> CodeArray:
        """Let these schools choose among everybody they hold and whoever asks, by the whole rule."""
        if not len(schools):
            return codes
        cells = (schools[:, None] * self._codes.width + np.arange(self._codes.width)).ravel()
        guaranteed = self._codes.unlined(self._guaranteed.pop_all(cells))
        pool = np.concatenate((codes, guaranteed, self._open.pop_all(schools)))
        pool.sort()
        choice = choose(
            school=np.searchsorted(schools, self._codes.school_of(pool)),
            line=self._codes.line_of(pool),
            size=self._sizes_of(pool),
            seats=self._seats[schools],
            floors=self._by_school(self._floors)[schools],
            ceilings=self._by_school(self._ceilings)[schools],
        )
        granted = np.sort(self._codes.lined(pool[choice.is_guaranteed]))
        self._guaranteed.append(granted, self._codes.cell_of_lined(granted))
        self._is_straddled[cells] = False
        self._is_straddled[self._codes.cell_of(pool[choice.is_straddling])] = True
        self._sorted_from[schools] = 0
        is_open = ~choice.is_guaranteed
        return self._settle(pool.compress(is_open), choice.is_turned_away.compress(is_open))

    def _settle(self, pool: CodeArray, is_away: BoolArray) -> CodeArray:
        """Keep those of a pool who stay on open places; note and return those who are turned away."""
        kept, away = pool.compress(~is_away), pool.compress(is_away)
        self._open.append(kept, self._codes.school_of(kept))
        cells = self._codes.cell_of(away)
        self._children -= self._count(away, cells)
        # Written backwards, the smallest key of a line comes last and stays.
        self.cutoffs[cells[::-1]] = self._codes.short_key_of(away)[::-1]
        return away

    def _count(self, codes: CodeArray, cells: CodeArray) -> CodeArray:
        """Return the children of these codes by cell; ``cells`` are theirs."""
        return np.bincount(cells, self._sizes_of(codes), minlength=len(self._floors)).astype(np.int64)

    def _sizes_of(self, codes: CodeArray) -> IntArray:
        return self._sizes[self._codes.application_of(codes)]

    def _by_school(self, of_cells: npt.NDArray[_Of]) -> npt.NDArray[_Of]:
        return of_cells.reshape(len(self._seats), self._codes.width)


def _present(numbers: CodeArray, n: int) -> CodeArray:
    """Return which of 0 ... n - 1 occur, ascending."""
    is_present = np.zeros(n, np.bool_)
    is_present[numbers] = True
    return np.flatnonzero(is_present)


def _most_held(market: Market) -> CodeArray:
    """Return how many applications each school can come to hold: its places, or all that name it if these are fewer."""
    most = np.minimum(market.seats, market.n_applications).astype(np.int64)
    if int(most.sum()) > 4 * market.n_applications:  # only then is it worth counting
        most = np.minimum(most, np.bincount(market.school, minlength=market.n_schools))
    return most
