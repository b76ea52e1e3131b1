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

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np

from junheng.admission.codes import CodeArray, Codes
from junheng.admission.compiled import Asked, is_installed, load
from junheng.admission.market import NO_CEILING, UNPLACED, IntArray, Market, Outcome
from junheng.admission.proposals import next_proposals
from junheng.admission.schools import Schools
from junheng.progress import Progress, silent

_LARGE_ROWS = 1 << 22
"""From so many rows on, loading the compiled loops, a good half second a process, is soon paid for."""

Method = Literal["arrays", "compiled"]


_Search = Callable[[CodeArray, CodeArray, CodeArray], CodeArray]
"""Finds the next proposals of applications, from the rows where they stand and the cut-offs."""


def assign(market: Market, *, method: Method | None = None, progress: Progress = silent) -> Outcome:
    """Return the outcome of deferred acceptance: of all outcomes without justified envy the best for every family.

    Pure: the same market gives the same arrays, by either method. Where families of two or more weaken a promise, says
    `junheng.admission.promises`.

    Parameters
    ----------
    market
        The round.
    method
        ``"arrays"``: array operations of numpy; ``"compiled"``: loops compiled to machine code, which need the extra
        ``junheng[fast]``. By default compiled loops for large rounds where they are installed, arrays otherwise.
    progress
        Told when loops are compiled, which takes some seconds once an installation.

    Raises
    ------
    UsageError
        Where the market does not fit (`junheng.admission.codes`), or compiled loops are asked for and not installed.
    """
    codes = Codes.of(market)
    search, schools = _tools(market, codes, method, progress)
    row = market.offsets[:-1].astype(np.int64)
    n_rounds = n_proposals = 0
    applications = np.arange(market.n_applications)
    while True:
        proposals = search(applications, row, schools.cutoffs)
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


def _tools(market: Market, codes: Codes, method: Method | None, progress: Progress) -> tuple[_Search, Asked]:
    if method is None:
        method = "compiled" if market.n_rows >= _LARGE_ROWS and is_installed() else "arrays"
    if method == "arrays":
        return partial(next_proposals, market, codes), Schools(market, codes)
    loops = load(progress)
    return partial(loops.next_proposals, market, codes), loops.schools(market, codes)


def _cutoffs(market: Market, codes: Codes, short: CodeArray) -> IntArray:
    """Return cut-offs as `Outcome` has them."""
    by_school = short.reshape(market.n_schools, codes.width)[:, : market.n_lines]
    is_none = by_school == np.iinfo(np.int64).max
    return np.where(is_none, NO_CEILING, codes.long_keys(np.where(is_none, 0, by_school))).astype(np.int32)
