"""Deferred acceptance: applications propose down their lists, schools keep the best under their plan.

The published rule, in full. A school sees the applications that propose to it, in the order of their keys. For one of
them, z, counted under line m, let ``better(l)`` be the children of line l whose keys are smaller than z's, and
``all(l)`` all children of line l. With ``open(l) = min(ceiling(l), better(l)) - min(floor(l), better(l))``, z is kept
if and only if

- ``better(m) < floor(m)``: a guaranteed place of its line; or
- ``better(m) < ceiling(m)`` and ``sum of open(l) < seats - sum of min(floor(l), all(l))``: an open place.

Whoever is turned away proposes to the next school of its list. For single children this is the choice function with
soft minimum guarantees and ceilings of Ehlers, Hafalir, Yenmez and Yildirim (2014); without ceilings, the minority
reserves of Hafalir, Yenmez and Yildirim (2013); without lines, Gale and Shapley (1962). More children proposing never
makes a school keep somebody whom it would have turned away, so the order of proposals does not matter, and all
applications can propose at the same time. See ``docs/methods/admission.md``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.admission.codes import CodeArray, Codes
from junheng.admission.market import NO_CEILING, UNPLACED, IntArray, Market, Outcome
from junheng.admission.schools import Schools

_PORTION = 1 << 15
"""Applications looked at together, so that the arrays in between stay in the processor's cache."""


def assign(market: Market) -> Outcome:
    """Return the outcome of deferred acceptance: of all outcomes without justified envy the best for every family.

    Pure: the same market gives the same arrays. Where families of two or more weaken a promise, says
    `junheng.admission.promises`.
    """
    codes = Codes.of(market)
    schools = Schools(market, codes)
    row = market.offsets[:-1].astype(np.int64)
    n_rounds = n_proposals = 0
    applications = np.arange(market.n_applications)
    while True:
        proposals = _proposals(market, codes, applications, row, schools.cutoffs)
        if not len(proposals):
            break
        n_rounds, n_proposals = n_rounds + 1, n_proposals + len(proposals)
        applications = codes.application_of(schools.propose(proposals))
        applications.sort()  # reading the rows of neighbours one after the other is faster
        row[applications] += 1
    row[row >= market.offsets[1:]] = UNPLACED
    placed = np.flatnonzero(row != UNPLACED)
    school = np.full(market.n_applications, UNPLACED, np.int32)
    school[placed] = market.school[row[placed]]
    cutoffs = _cutoffs(market, codes, schools.cutoffs)
    return Outcome(row=row, school=school, cutoffs=cutoffs, n_rounds=n_rounds, n_proposals=n_proposals)


def _proposals(
    market: Market, codes: Codes, applications: CodeArray, row: CodeArray, cutoffs: CodeArray
) -> CodeArray:
    """Return the codes of the next rows that are not turned away already, one for each application that has one.

    ``row`` is changed in place: an application without one stands behind its last row.
    """
    starts = range(0, len(applications), _PORTION)
    found = [
        code
        for start in starts
        for code in _next_codes(market, codes, applications[start : start + _PORTION], row, cutoffs)
    ]
    return np.concatenate(found) if found else applications


def _next_codes(
    market: Market, codes: Codes, applications: CodeArray, row: CodeArray, cutoffs: CodeArray
) -> Iterator[CodeArray]:
    rows, ends = row[applications], market.offsets[1:][applications]
    while len(applications):
        has_more = rows < ends
        if not has_more.all():
            at = np.flatnonzero(~has_more)
            row[applications[at]] = rows[at]
            at = np.flatnonzero(has_more)
            applications, rows, ends = applications[at], rows[at], ends[at]
        cells = market.school[rows].astype(np.int64)
        cells <<= codes.line
        cells |= market.line[rows]
        draws = market.draw[applications if market.is_single_draw else rows]
        keys = codes.short_keys(market.priority[rows], draws)
        is_open = keys < cutoffs[cells]
        at = np.flatnonzero(is_open)
        proposing = applications[at]
        row[proposing] = rows[at]
        yield codes.pack(cells=cells[at], keys=keys[at], parties=codes.parties(proposing, market.size))
        at = np.flatnonzero(~is_open)
        applications, rows, ends = applications[at], rows[at] + 1, ends[at]


def _cutoffs(market: Market, codes: Codes, short: CodeArray) -> IntArray:
    """Return cut-offs as `Outcome` has them."""
    by_school = short.reshape(market.n_schools, codes.width)[:, : market.n_lines]
    is_none = by_school == np.iinfo(np.int64).max
    return np.where(is_none, NO_CEILING, codes.long_keys(np.where(is_none, 0, by_school))).astype(np.int32)
