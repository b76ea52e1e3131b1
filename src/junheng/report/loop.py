"""What a report tells: one turn of the loop, measured, planned and measured again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.assessment import Assessment
from junheng.measure.seven import COMPULSORY
from junheng.plans.plan import Plan
from junheng.plans.years import YearsCompared, as_if_now
from junheng.text import Text

if TYPE_CHECKING:
    from junheng.planners.layout.planner import LayoutResult

SAME = 1e-9
"""Two figures that differ by no more are the same."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LoopReport:
    """Everything that a report tells. A part that is absent is said to be absent.

    Attributes
    ----------
    before
        The district as it is, measured.
    stage
        The stage whose zones are planned and drawn on the map: ``primary`` or ``junior``.
    after
        The district after the chosen plan, measured again by the same standard.
    plans
        Every plan that was looked at, the chosen one among them.
    chosen
        The plan that ``after`` measures.
    comparison
        What `junheng.plans.compare.compare` returns.
    frontier
        What it would cost to move fewer families: ``moved`` (pupils) and ``mean_km``, and where they are known
        ``moved_bound``, ``pupil_km``, ``over`` and ``label``; one row a plan of the curve.
    years
        The chosen plan measured in every year that it must hold for.
    planned
        The District of each of those years where they differ, as in a layout; empty where ``after`` is that of all.
    layout
        The layout that was planned, with its tables and reasons.
    prices
        What `junheng.planners.layout.robust.scenario_prices` returns; `None` where that was not asked for.
    """

    before: Assessment
    stage: str
    after: Assessment | None = None
    plans: tuple[Plan, ...] = ()
    chosen: Plan | None = None
    comparison: pl.DataFrame | None = None
    frontier: pl.DataFrame | None = None
    years: YearsCompared | None = None
    planned: Mapping[int, District] = field(default_factory=lambda: MappingProxyType({}))
    layout: LayoutResult | None = None
    prices: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.stage not in COMPULSORY:
            raise UsageError(
                Text(
                    f"报告的学段应为 {'、'.join(COMPULSORY)}，而不是“{self.stage}”",
                    f"the stage of a report is one of {', '.join(COMPULSORY)}, not “{self.stage}”",
                )
            )

    @property
    def latest(self) -> Assessment:
        """The assessment after the plan, or today's where there is none."""
        return self.before if self.after is None else self.after

    @property
    def as_if(self) -> Text | None:
        """Why the figures after a plan of zones are not what will come; see `junheng.plans.years.as_if_now`."""
        if self.chosen is None or self.chosen.kind != "catchments":
            return None
        return as_if_now(self.chosen.settings, year=self.before.district.year.start)


def better(before: float | None, after: float | None, *, up: int) -> int | None:
    """Return 1 if a figure becomes better, -1 if worse, 0 if it stays; `None` where one of the two is absent.

    Parameters
    ----------
    up
        1 if more is better, -1 if less is.
    """
    if before is None or after is None:
        return None
    if abs(after - before) <= SAME:
        return 0
    return up if after > before else -up
