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

import numpy as np

from junheng.admission.blocks import Blocks
from junheng.admission.codes import Codes
from junheng.admission.market import DRAW_BITS, UNPLACED, IntArray, Market, Outcome


def assign(market: Market) -> Outcome:
    """Return the outcome of deferred acceptance: of all outcomes without justified envy the best for every family.

    Pure: the same market gives the same arrays. Where families of two or more weaken a promise, says
    `junheng.admission.promises`.
    """
    codes = Codes.of(market)
    blocks = Blocks(market, codes)
    row = market.offsets[:-1].copy()
    n_rounds = n_proposals = 0
    turned_away = np.arange(market.n_applications)
    while True:
        proposing = _next_choice(market, turned_away, row, blocks.cutoffs)
        if not len(proposing):
            break
        n_rounds, n_proposals = n_rounds + 1, n_proposals + len(proposing)
        turned_away = codes.application_of(blocks.propose(codes.pack(market, proposing, row[proposing])))
        row[turned_away] += 1
    row[row >= market.offsets[1:]] = UNPLACED
    school = np.where(row == UNPLACED, np.int32(UNPLACED), market.school[row] if market.n_rows else row)
    return Outcome(
        row=row,
        school=school.astype(np.int32),
        cutoffs=blocks.cutoffs,
        n_rounds=n_rounds,
        n_proposals=n_proposals,
    )


def _next_choice(market: Market, applications: IntArray, row: IntArray, cutoffs: IntArray) -> IntArray:
    """Move applications down their lists to the next row that is not turned away already; return those that have one.

    ``row`` is changed in place.
    """
    found = []
    ends = market.offsets[1:]
    while len(applications):
        applications = applications[row[applications] < ends[applications]]
        rows = row[applications]
        is_open = _key(market, applications, rows) < cutoffs[market.school[rows], market.line[rows]]
        found.append(applications[is_open])
        applications = applications[~is_open]
        row[applications] += 1
    return np.concatenate(found) if found else applications


def _key(market: Market, applications: IntArray, rows: IntArray) -> IntArray:
    draws = market.draw[applications if market.is_single_draw else rows]
    keys = market.priority[rows].astype(np.int32)
    keys <<= DRAW_BITS
    keys |= draws
    return keys
