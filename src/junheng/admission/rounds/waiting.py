"""Waiting lists: who is moved up, in which turn, when a place of a school comes free."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.admission.margins import waiting_rows
from junheng.admission.market import ADJUSTMENT
from junheng.admission.rounds.result import RoundResult


def waiting_positions(result: RoundResult) -> dict[int, int]:
    """Return the turn of each waiting row on its school's list, 1 the first; rows of adjustment do not wait.

    A family waits at every school that it named before its place. The turn is by class and draw number; a child under a
    reserve may be moved up before its turn where a place of the reserve is free, and one beyond a ceiling after it.
    """
    market = result.market
    rows = waiting_rows(market, result.outcome)
    rows = rows[market.priority[rows] != ADJUSTMENT]
    schools = market.school[rows]
    turns = np.arange(len(rows)) - np.searchsorted(schools, schools) + 1
    return dict(zip(rows.tolist(), turns.tolist(), strict=True))


def waiting_lists(result: RoundResult) -> pl.DataFrame:
    """Return every waiting list: ``school``, ``turn``, ``applicant``, ``rank`` of the choice, ``draw`` from 1."""
    turns = waiting_positions(result)
    market = result.market
    rows = pl.DataFrame(
        {"row": list(turns), "turn": list(turns.values())}, schema={"row": pl.Int64, "turn": pl.Int64}
    )
    numbers = np.array(list(turns), dtype=np.int64)
    draws = market.draw[market.owner[numbers] if market.is_single_draw else numbers]
    named = result.arrays.rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return (
        rows.with_columns(draw=pl.Series(draws + 1, dtype=pl.Int64))
        .join(named.select("row", "application", "school", "rank"), on="row")
        .join(result.arrays.members.frame(), on="application")
        .sort("school", "turn", "applicant")
        .select("school", "turn", "applicant", "rank", "draw")
    )
