"""Who got which place in a frozen round, child by child, and the figures that are published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from junheng.admission.assignment import assign
from junheng.admission.audit import Names
from junheng.admission.margins import children_waiting, margins
from junheng.admission.market import OPEN_LINE, UNPLACED, Market, Outcome
from junheng.admission.rounds.arrays import Ranks, RoundArrays
from junheng.admission.rounds.rows import ADJUSTED
from junheng.admission.rules.model import PriorityClass, Reserve, Rules
from junheng.progress import Progress, silent
from junheng.text import Text

STATUSES: Mapping[str, Text] = {
    "placed": Text("按志愿录取", "placed by choice"),
    "adjusted": Text("调剂录取", "placed by adjustment"),
    "unplaced": Text("未录取", "not placed"),
    "withdrawn": Text("已退出", "withdrawn"),
}


@dataclass(frozen=True, eq=False, kw_only=True)
class RoundResult:
    """A frozen round with its draw, decided.

    Attributes
    ----------
    arrays
        The round: applications, rows, plans.
    market, outcome
        The same as arrays, and what the assignment made of them.
    withdrawn
        Numbers of the applications that have withdrawn since the draw.
    """

    arrays: RoundArrays
    market: Market
    outcome: Outcome
    withdrawn: frozenset[int] = frozenset()

    @property
    def rules(self) -> Rules:
        """The round's rules."""
        return self.arrays.frozen.rules

    @cached_property
    def names(self) -> Names:
        """What to call applications, schools and lines in messages."""
        return Names(
            applications=self.arrays.names,
            schools=[plan.school for plan in self.arrays.plans],
            lines=["open", *self.rules.reserve_ids],
        )

    @cached_property
    def applications(self) -> pl.DataFrame:
        """One row an application: ``application``, ``status``, ``row``, and of its place ``school``, ``rank``, ...

        ``class`` and ``reserve`` are those of the place, absent or 0 where there is none; ``draw`` is the number that
        counted there (with one draw for all schools: the application's).
        """
        got = self.outcome.row
        rows = (
            self.arrays.rows.with_row_index("row")
            .with_columns(pl.col("row").cast(pl.Int64))
            .drop("application", "position", "priority")
        )
        own = pl.DataFrame(
            {
                "application": np.arange(self.market.n_applications),
                "row": pl.Series(np.where(got == UNPLACED, -1, got)).replace(-1, None),
            }
        )
        draws = (
            self.market.draw
            if self.market.is_single_draw
            else np.where(got == UNPLACED, 0, self.market.draw[got])
        )
        status = (
            pl.when(pl.col("application").is_in(sorted(self.withdrawn)))
            .then(pl.lit("withdrawn"))
            .when(pl.col("row").is_null())
            .then(pl.lit("unplaced"))
            .when(pl.col("kind") == ADJUSTED)
            .then(pl.lit("adjusted"))
            .otherwise(pl.lit("placed"))
        )
        joined = own.with_columns(draw=pl.Series(draws).cast(pl.Int64)).join(
            rows, on="row", how="left", maintain_order="left"
        )
        return joined.with_columns(status=status).select(
            "application", "status", "row", "school", "rank", "class", "reserve", "draw"
        )

    @cached_property
    def children(self) -> pl.DataFrame:
        """One row a child in the order of the numbers: ``applicant``, ``application``, and as in `applications`."""
        return (
            self.arrays.members.frame()
            .join(self.applications, on="application", maintain_order="left")
            .sort("applicant")
        )

    def schools(self) -> pl.DataFrame:
        """Return one row a school and line: places, children placed, waiting, and floor and ceiling.

        ``line`` is the reserve's name, ``open`` for places of no reserve.
        """
        left, waiting = (
            margins(self.market, self.outcome).children,
            children_waiting(self.market, self.outcome),
        )
        rows = [
            {
                "school": plan.school,
                "line": line,
                "places": plan.places,
                "floor": None if n == OPEN_LINE else plan.floors[n - 1],
                "ceiling": None if n == OPEN_LINE else plan.ceilings[n - 1],
                "placed": int(left[s, n]),
                "waiting": int(waiting[s, n]),
            }
            for s, plan in enumerate(self.arrays.plans)
            for n, line in enumerate(("open", *self.rules.reserve_ids))
            if n == OPEN_LINE or left[s, n] or waiting[s, n] or plan.floors[n - 1]
        ]
        return pl.DataFrame(rows, infer_schema_length=None)

    def counts(self) -> dict[str, int]:
        """Return how many children have each status, and how many got their first choice."""
        found = dict(self.children["status"].value_counts().iter_rows())
        first = self.children.filter((pl.col("status") == "placed") & (pl.col("rank") == 1)).height
        return {
            "children": self.children.height,
            **{name: found.get(name, 0) for name in STATUSES},
            "first_choice": first,
        }

    def summary(self) -> dict[str, Any]:
        """Return the round, its hash and its figures for JSON."""
        return {
            "round": self.rules.round,
            "hash": self.arrays.frozen.hash,
            "counts": self.counts(),
            "schools": self.schools().to_dicts(),
        }


def decide(arrays: RoundArrays, ranks: Ranks, *, progress: Progress = silent) -> RoundResult:
    """Assign the places of a frozen round. Nothing is checked here: see `junheng.admission.rounds.review.audited`.

    Parameters
    ----------
    arrays
        The round.
    ranks
        Draw number by application (see `Ranks`).
    progress
        As in `junheng.admission.assignment.assign`.
    """
    market = arrays.market(ranks)
    return RoundResult(arrays=arrays, market=market, outcome=assign(market, progress=progress))


def class_of(rules: Rules, sector: str, number: int | None) -> PriorityClass | None:
    """Return a class by its number within a sector; `None` for a row of adjustment."""
    return None if number is None else rules.classes["private" if sector == "private" else "public"][number]


def reserve_of(rules: Rules, number: int | None) -> Reserve | None:
    """Return a reserve by its number from 1; `None` for none."""
    return rules.reserves[number - 1] if number else None
