"""Deferred acceptance as plain loops, compiled to machine code: the same rule as `schools`, in the words of the rule.

Where arrays must do the same to many schools at once, a loop can look at one school after the other: whom it holds
stands in the order of the keys, newcomers are merged in, and the rule of `junheng.admission.assignment` is read off
from the first to the last. So this is the shorter program of the two, and the other is checked against it.

Only `junheng.admission.compiled` imports this module, and only where the compiler is installed. Functions with
``fields`` take the widths of `Codes`: line, draw, priority, size, application.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from junheng.admission.codes import CodeArray, Codes
from junheng.admission.market import IntArray, Market
from junheng.admission.schools import cell_limits, most_held

_Fields = tuple[int, int, int, int, int]


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile at the first call; keep the machine code here, in the user's cache or in ``NUMBA_CACHE_DIR``."""
    try:
        return numba.njit(cache=True)(function)
    except RuntimeError:  # nowhere to write to: every process compiles for itself
        return numba.njit(function)  # type: ignore[no-any-return]


def next_proposals(
    market: Market, codes: Codes, applications: CodeArray, row: CodeArray, cutoffs: CodeArray
) -> CodeArray:
    """Return what `junheng.admission.proposals.next_proposals` does, and change ``row`` as it does."""
    found: CodeArray = np.empty(len(applications), np.int64)
    n_found = _search(
        market.offsets,
        (market.school, market.priority, market.line, market.draw, market.size),
        market.is_single_draw,
        applications,
        row,
        cutoffs,
        _fields(codes),
        found,
    )
    return found[:n_found]


class CompiledSchools:
    """All schools of a market at work, as `junheng.admission.schools.Schools`; c cells, s schools.

    Attributes
    ----------
    cutoffs
        The smallest short key that each cell turned away, shape (c,), int64; more than any key where none.
    """

    def __init__(self, market: Market, codes: Codes) -> None:
        self._fields = _fields(codes)
        self._n_applications = market.n_applications
        self._limits = (market.seats.astype(np.int64), *cell_limits(market, codes))
        n_cells = len(self._limits[1])
        length = most_held(market)
        self._starts = np.cumsum(length) - length
        self._n_held = np.zeros(market.n_schools, np.int64)
        self._held = np.empty(int(length.sum()), np.int64)
        self._stay: CodeArray = np.empty(int(length.max(initial=0)), np.int64)
        self._children = np.zeros(n_cells, np.int64)
        self.cutoffs: CodeArray = np.full(n_cells, np.iinfo(np.int64).max)

    def propose(self, codes: CodeArray) -> CodeArray:
        """Put these proposals before their schools; return the codes that are turned away, held ones among them."""
        proposals = np.sort(codes)
        away: CodeArray = np.empty(self._n_applications, np.int64)
        n_away = _choose(
            proposals,
            (self._held, self._starts, self._n_held),
            self._limits,
            (self._children, self.cutoffs),
            self._stay,
            self._fields,
            away,
        )
        return away[:n_away]


def schools(market: Market, codes: Codes) -> CompiledSchools:
    """Return all schools of a market, holding nobody."""
    return CompiledSchools(market, codes)


def _fields(codes: Codes) -> _Fields:
    return codes.line, codes.draw, codes.priority, codes.size, codes.application


@_compiled
def _search(  # noqa: PLR0917 - compiled functions take arguments by place
    offsets: IntArray,
    lists: tuple[IntArray, ...],
    is_single_draw: bool,
    applications: CodeArray,
    row: CodeArray,
    cutoffs: CodeArray,
    fields: _Fields,
    found: CodeArray,
) -> int:
    school, priority, line, draw, size = lists
    line_bits, draw_bits, priority_bits, size_bits, application_bits = fields
    n_found = 0
    for application in applications:
        at, end = row[application], offsets[application + 1]
        while at < end:
            key = (np.int64(priority[at]) << draw_bits) | draw[application if is_single_draw else at]
            if key < cutoffs[(np.int64(school[at]) << line_bits) | line[at]]:
                code = (np.int64(school[at]) << (draw_bits + priority_bits)) | key
                code = (code << line_bits) | line[at]
                code = (code << size_bits) | (np.int64(size[application]) - 1)
                found[n_found] = (code << application_bits) | application
                n_found += 1
                break
            at += 1
        row[application] = at
    return n_found


@_compiled
def _open_places(before: int, size: int, floor: int, ceiling: int) -> int:
    """Return how many open places ``size`` children take who stand behind ``before`` of their line."""
    after = before + size
    if before >= floor and after <= ceiling:
        return size
    return (min(after, ceiling) - min(after, floor)) - (min(before, ceiling) - min(before, floor))


@_compiled
def _choose(  # noqa: PLR0917
    proposals: CodeArray,
    holding: tuple[CodeArray, CodeArray, CodeArray],
    limits: tuple[CodeArray, CodeArray, CodeArray],
    noted: tuple[CodeArray, CodeArray],
    stay: CodeArray,
    fields: _Fields,
    away: CodeArray,
) -> int:
    """Let every school that is asked choose among whom it holds and the newcomers; return how many are turned away."""
    held, starts, n_held = holding
    seats, floors, ceilings = limits
    children, cutoffs = noted
    line_bits, draw_bits, priority_bits, size_bits, application_bits = fields
    line_at = size_bits + application_bits
    school_at = line_bits + draw_bits + priority_bits + line_at
    width, sizes, keys = 1 << line_bits, (1 << size_bits) - 1, (1 << (draw_bits + priority_bits)) - 1
    before = np.zeros(width, np.int64)
    n_away = first = 0
    while first < len(proposals):
        school = proposals[first] >> school_at
        cells = school << line_bits
        end = first
        while end < len(proposals) and proposals[end] >> school_at == school:
            code = proposals[end]
            cell = cells | ((code >> line_at) & (width - 1))
            children[cell] += ((code >> application_bits) & sizes) + 1
            end += 1
        open_seats = seats[school]
        for line in range(width):
            before[line] = 0
            open_seats -= min(floors[cells | line], children[cells | line])
        at, stop = starts[school], starts[school] + n_held[school]
        taken = n_stay = 0
        while at < stop or first < end:
            if first == end or (at < stop and held[at] < proposals[first]):
                code = held[at]
                at += 1
            else:
                code = proposals[first]
                first += 1
            line = (code >> line_at) & (width - 1)
            cell, size = cells | line, ((code >> application_bits) & sizes) + 1
            better, floor, ceiling = before[line], floors[cell], ceilings[cell]
            if better < floor or (better < ceiling and taken < open_seats):
                stay[n_stay] = code
                n_stay += 1
            else:
                away[n_away] = code
                n_away += 1
                children[cell] -= size
                cutoffs[cell] = min(cutoffs[cell], (code >> (line_bits + line_at)) & keys)
            taken += _open_places(better, size, floor, ceiling)
            before[line] = better + size
        n_held[school] = n_stay
        held[starts[school] : starts[school] + n_stay] = stay[:n_stay]
    return n_away
