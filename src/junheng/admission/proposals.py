"""At which row of its list each application asks next, for many at once, by array operations."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from junheng.admission.codes import CodeArray, Codes
from junheng.admission.market import Market

_PORTION = 1 << 15
"""Applications looked at together, so that the arrays in between stay in the processor's cache."""


def next_proposals(
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
