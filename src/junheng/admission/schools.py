"""The schools while applications propose: whom each holds, and whom it turns away.

A school is asked again and again, mostly by a few more children than it has room for. So it keeps the guaranteed places
of each line apart from the open places, and those who have the latter in the order of their keys. Newcomers of a line
first ask for its guaranteed places; whom they push out, and who gets none, asks for an open place. A few more children
there push out as many from the end, and nobody before them needs to be looked at. Who stands beyond a ceiling among
newcomers and guaranteed places alone goes at once. Where a ceiling is still exceeded, or a family straddles its line's
floor, the school looks at everybody by the whole rule.
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

_FEWEST_LAST = 32
"""Holders of open places looked at together, where so many are sorted; as those who stay are sorted for next time."""


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
        self._codes = codes
        self._seats = market.seats.astype(np.int64)
        self._floors, self._ceilings = cell_limits(market, codes)
        self._is_lined = (self._floors > 0) | (self._ceilings < np.iinfo(np.int64).max)
        self._children = np.zeros(len(self._floors), np.int64)
        self._is_straddled = np.zeros(len(self._floors), np.bool_)
        length = most_held(market)
        self._open = Blocks(length)
        # From this position on a school's open block is sorted, and everybody before it comes before in key.
        self._sorted_from = np.zeros(market.n_schools, np.int64)
        self._guaranteed = Blocks(np.minimum(self._floors, np.repeat(length, codes.width)))
        self.cutoffs = np.full(len(self._floors), np.iinfo(np.int64).max)

    def propose(self, codes: CodeArray) -> CodeArray:
        """Put these proposals before their schools; return the codes that are turned away, held ones among them."""
        cells = self._codes.cell_of(codes)
        added = self._count(codes, cells)
        self._children += added
        n_added = self._by_school(added).sum(axis=1)
        asking, beyond = self._look_at_lines(codes, cells)
        children = self._by_school(self._children).sum(axis=1)
        is_over = (n_added > 0) & (children > self._seats)
        is_whole = self._by_school(self._children > self._ceilings).any(axis=1)
        is_whole |= is_over & self._by_school(self._is_straddled).any(axis=1)
        is_over &= ~is_whole
        schools = self._codes.school_of(asking)
        for_last, for_all = is_over[schools], is_whole[schools]
        is_kept = ~(for_last | for_all)
        self._append_unsorted(np.sort(asking.compress(is_kept)))
        last = self._look_at_last(asking.compress(for_last), np.flatnonzero(is_over), children)
        away = self._look_at_all(asking.compress(for_all), np.flatnonzero(is_whole))
        return np.concatenate((beyond, last, away))

    def _look_at_lines(self, codes: CodeArray, cells: CodeArray) -> tuple[CodeArray, CodeArray]:
        """Give guaranteed places to the first of each line, and turn away who is beyond its ceiling in any case.

        Return all others, who ask for an open place, held before or not; and those turned away. Looked at are the
        newcomers and the holders of guaranteed places; who else is beyond a ceiling the whole rule finds.
        """
        is_lined = self._is_lined[cells]
        touched = _present(cells.compress(is_lined), len(self._floors))
        held = self._guaranteed.pop_all(touched)
        lined = np.concatenate((self._codes.lined(codes.compress(is_lined)), held))
        lined.sort()
        cells, sizes = self._codes.cell_of_lined(lined), self._codes.size_of(lined)
        before = before_each(sizes, cells)
        left = self._floors[cells] - before
        is_guaranteed, is_beyond = left > 0, before >= self._ceilings[cells]
        at = np.flatnonzero(is_guaranteed)
        self._guaranteed.append(lined[at], cells[at])
        self._is_straddled[touched] = False
        self._is_straddled[cells[is_guaranteed & (left < sizes)]] = True
        asking = self._codes.unlined(lined.compress(~(is_guaranteed | is_beyond)))
        beyond = self._turn_away(self._codes.unlined(lined.compress(is_beyond)))
        return np.concatenate((codes.compress(~is_lined), asking)), beyond

    def _append_unsorted(self, codes: CodeArray) -> None:
        schools = self._codes.school_of(codes)
        self._open.append(codes, schools)
        touched = _present(schools, len(self._seats))
        self._sorted_from[touched] = self._open.n[touched]

    def _look_at_last(self, codes: CodeArray, schools: IntArray, children: CodeArray) -> CodeArray:
        """Let these schools choose among whoever asks for an open place and the last who have one.

        As many are pushed out as there are children too many, or fewer where families of two or more are among them;
        nobody further up. Where fewer than these are sorted, the school looks at all its open places.
        """
        if not len(schools):
            return codes
        needed, n_open = children[schools] - self._seats[schools], self._open.n[schools]
        n_sorted = n_open - self._sorted_from[schools]
        generous = np.minimum(n_sorted, np.maximum(2 * needed, _FEWEST_LAST))
        counts = np.where(n_sorted >= needed, generous, n_open)
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
        sizes = self._codes.size_of(pool)
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
            size=self._codes.size_of(pool),
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
        """Keep those of a pool who stay on open places, turn away and return the others."""
        kept, away = pool[np.flatnonzero(~is_away)], pool[np.flatnonzero(is_away)]
        self._open.append(kept, self._codes.school_of(kept))
        return self._turn_away(away)

    def _turn_away(self, codes: CodeArray) -> CodeArray:
        """Note and return codes that are turned away; inside a line they are sorted."""
        cells = self._codes.cell_of(codes)
        self._children -= self._count(codes, cells)
        # Written backwards, the smallest key of a line comes last and stays.
        keys = np.minimum(self._codes.short_key_of(codes), self.cutoffs[cells])
        self.cutoffs[cells[::-1]] = keys[::-1]
        return codes

    def _count(self, codes: CodeArray, cells: CodeArray) -> CodeArray:
        """Return the children of these codes by cell; ``cells`` are theirs."""
        children: CodeArray = np.bincount(cells, minlength=len(self._floors))
        if self._codes.size:
            sizes = self._codes.size_of(codes)
            families = np.flatnonzero(sizes > 1)
            np.add.at(children, cells[families], sizes[families] - 1)
        return children

    def _by_school(self, of_cells: npt.NDArray[_Of]) -> npt.NDArray[_Of]:
        return of_cells.reshape(len(self._seats), self._codes.width)


def _present(numbers: CodeArray, n: int) -> CodeArray:
    """Return which of 0 ... n - 1 occur, ascending."""
    is_present = np.zeros(n, np.bool_)
    is_present[numbers] = True
    return np.flatnonzero(is_present)


def cell_limits(market: Market, codes: Codes) -> tuple[CodeArray, CodeArray]:
    """Return floor and ceiling of each cell; a ceiling that can never bind is larger than any number of children."""
    shape = (market.n_schools, codes.width)
    floors, ceilings = np.zeros(shape, np.int64), np.full(shape, NO_CEILING, np.int64)
    floors[:, : market.n_lines], ceilings[:, : market.n_lines] = market.floors, market.ceilings
    ceilings[ceilings >= market.seats[:, None]] = np.iinfo(np.int64).max
    return floors.ravel(), ceilings.ravel()


def most_held(market: Market) -> CodeArray:
    """Return how many applications each school can come to hold: its places, or all that name it if these are fewer."""
    most = np.minimum(market.seats, market.n_applications).astype(np.int64)
    if int(most.sum()) > 4 * market.n_applications:  # only then is it worth counting
        most = np.minimum(most, np.bincount(market.school, minlength=market.n_schools))
    return most
