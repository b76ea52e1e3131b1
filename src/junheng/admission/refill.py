"""Refilling after withdrawals so that nobody who has a place loses by it.

The same rule is applied again, with the same draw, to the applications that remain. Fewer children before a school
never raise the bar of any line (`junheng.admission.assignment`), so every family keeps its place or gets one that it
had put higher; and the places are as if those who withdrew had never applied. Families that have settled (enrolled,
bought the uniform) may be held where they are: their list is then their place alone, which also only lowers the
others' bars.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from junheng.admission.assignment import assign
from junheng.admission.market import UNPLACED, IntArray, Market, Outcome


def refill(
    market: Market,
    outcome: Outcome,
    *,
    withdrawn: npt.NDArray[np.bool_],
    settled: npt.NDArray[np.bool_] | None = None,
) -> Outcome:
    """Return the outcome after withdrawals; rows are those of ``market``.

    Parameters
    ----------
    market
        The round's market. It may have more ``seats`` than before; never fewer, and nothing else changed.
    outcome
        The outcome of the round, or of its last refill.
    withdrawn
        Whether each application has withdrawn, in this or an earlier refill, shape (n,).
    settled
        Whether each application stays where it is and will not be moved up, shape (n,); nobody if not given. A settled
        application without a place is out of the round.
    """
    got = outcome.row
    owner, rows = market.owner, np.arange(market.n_rows)
    is_kept = (rows <= got[owner]) | (got == UNPLACED)[owner]
    is_kept &= ~withdrawn[owner]
    if settled is not None:
        is_kept &= ~settled[owner] | (rows == got[owner])
    kept = np.flatnonzero(is_kept)
    return _in_rows_of(kept, assign(_restricted(market, kept)))


def _restricted(market: Market, rows: IntArray) -> Market:
    lengths = np.bincount(market.owner[rows], minlength=market.n_applications)
    return replace(
        market,
        offsets=np.concatenate(([0], np.cumsum(lengths))),
        school=market.school[rows],
        priority=market.priority[rows],
        line=market.line[rows],
        draw=market.draw if market.is_single_draw else market.draw[rows],
    )


def _in_rows_of(rows: IntArray, outcome: Outcome) -> Outcome:
    row = outcome.row.copy()
    is_placed = row != UNPLACED
    row[is_placed] = rows[row[is_placed]]
    return replace(outcome, row=row)
