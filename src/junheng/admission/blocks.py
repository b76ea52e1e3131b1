"""Who is held where while applications propose: one block of codes per school, side by side in one array."""

from __future__ import annotations

import numpy as np

from junheng.admission.choice import BoolArray, Queue, turned_away
from junheng.admission.codes import CodeArray, Codes
from junheng.admission.market import NO_CEILING, IntArray, Market


class Blocks:
    """The applications that each school holds, and the smallest key that each of its lines has turned away.

    A school never holds more applications than it has places, for each one that is kept has its first child on a place
    of the plan; so a block is as long as the school has places, or applications that name it.
    """

    def __init__(self, market: Market, codes: Codes) -> None:
        self.market, self.codes = market, codes
        self.seats = market.seats.astype(np.int64)
        self.ceilings = np.minimum(market.ceilings, self.seats[:, None])
        self.has_lines = bool(market.n_lines > 1 or (market.ceilings < market.seats[:, None]).any())
        length = np.minimum(self.seats, market.n_applications)
        if int(length.sum()) > 4 * market.n_applications:
            length = np.minimum(length, np.bincount(market.school, minlength=market.n_schools))
        self.starts = np.cumsum(length) - length
        self.held: CodeArray = np.zeros(int(length.sum()), np.int64)
        self.n_held = np.zeros(market.n_schools, np.int64)
        self.children = np.zeros((market.n_schools, market.n_lines), np.int64)
        self.cutoffs = np.full((market.n_schools, market.n_lines), NO_CEILING, np.int32)

    def propose(self, codes: CodeArray) -> CodeArray:
        """Put these proposals before their schools; return the codes that are turned away, held ones among them."""
        codes = np.sort(codes)
        schools = self.codes.school_of(codes)
        n_new = self._count(codes, schools, 1)
        is_over = (self.children.sum(axis=1) > self.seats) | (self.children > self.ceilings).any(axis=1)
        is_over &= n_new > 0
        is_chosen = is_over[schools]
        self._append(codes[~is_chosen], schools[~is_chosen])
        return self._choose(codes[is_chosen], np.flatnonzero(is_over))

    def _count(self, codes: CodeArray, schools: IntArray, sign: int) -> IntArray:
        """Add children to, or with -1 take them off, the schools' lines; return the applications per school."""
        market = self.market
        cells = schools * market.n_lines + self.codes.line_of(codes)
        sizes = market.size[self.codes.application_of(codes)]
        shape = self.children.shape
        self.children += sign * np.bincount(cells, sizes, minlength=shape[0] * shape[1]).astype(
            np.int64
        ).reshape(shape)
        return np.bincount(schools, minlength=shape[0])

    def _append(self, codes: CodeArray, schools: IntArray) -> None:
        n_new = np.bincount(schools, minlength=len(self.seats))
        first = np.cumsum(n_new) - n_new
        places = np.arange(len(codes)) + (self.starts + self.n_held - first)[schools]
        self.held[places] = codes
        self.n_held += n_new

    def _choose(self, codes: CodeArray, schools: IntArray) -> CodeArray:
        """Let these schools choose among whom they hold and these proposals."""
        if not len(schools):
            return codes
        lengths = self.n_held[schools]
        pool = np.concatenate((codes, self.held[_ranges(self.starts[schools], lengths)]))
        pool.sort()
        away = self._turned_away(pool, schools)
        kept, rejected = pool[~away], pool[away]
        self.n_held[schools] = 0
        self._append(kept, self.codes.school_of(kept))
        rejected_at = self.codes.school_of(rejected)
        self._count(rejected, rejected_at, -1)
        backwards = rejected[::-1]  # the smallest key of a line is written last and stays
        self.cutoffs[rejected_at[::-1], self.codes.line_of(backwards)] = self.codes.key_of(backwards)
        return rejected

    def _turned_away(self, pool: CodeArray, schools: IntArray) -> BoolArray:
        all_schools = self.codes.school_of(pool)
        starts = np.searchsorted(all_schools, schools)
        lengths = np.diff(starts, append=len(pool))
        queue = Queue(
            starts=starts,
            school=np.repeat(np.arange(len(schools)), lengths),
            line=self.codes.line_of(pool),
            size=self.market.size[self.codes.application_of(pool)],
        )
        return turned_away(
            queue,
            seats=self.seats[schools],
            floors=self.market.floors[schools],
            ceilings=self.ceilings[schools],
        )


def _ranges(starts: CodeArray, lengths: CodeArray) -> CodeArray:
    """Return ``start, start + 1, ...`` of each start, as many as its length, one after the other."""
    before = np.cumsum(lengths) - lengths
    places: CodeArray = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
    return places
