"""The trade-off of catchments, in the worker: further plans under other limits, none of which another beats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from junheng.district.model import District
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text
from junheng.web.planning.kinds.catchments_solving import search_of
from junheng.web.planning.kinds.kind import Asked, Choice, Settings

_SHARE = 0.25
"""Of the longest time: what each plan of the trade-off may take, as on the command line."""


def group_of(settings: Settings) -> str | None:
    """Return the group whose share is traded too, `None` where there is none."""
    return settings.get("tradeoff_balance") or None


def refuse_untradable(asked: Asked, on: StandardOnDate) -> None:
    """Say before anything is solved that a group cannot be traded.

    Raises
    ------
    InputError
        Where the records do not say who belongs to the group.
    """
    from junheng.measure.composition import group_by_home  # noqa: PLC0415 - only the worker measures

    group = group_of(asked.settings)
    if group is not None:
        group_by_home(asked.district, on, stage=asked.settings["stage"], group=group)


def first_part(asked: Asked) -> Asked:
    """Return the same, whose progress leaves room for the trade-off that comes after the plan."""
    n = asked.settings.get("tradeoff", 0)
    return _part(asked, 0.0, 1 / (1 + _SHARE * n))


def choices(asked: Asked, years: Mapping[int, District], on: StandardOnDate) -> Sequence[Choice]:
    """Return the plans of the trade-off, measured independently; nothing where none was asked for."""
    from junheng.planners.catchments.planner import frontier_plans  # noqa: PLC0415 - only the worker loads solvers
    from junheng.plans.curve import measured_curve  # noqa: PLC0415

    n, group = asked.settings.get("tradeoff", 0), group_of(asked.settings)
    if not n:
        return ()
    plans = frontier_plans(
        asked.district,
        asked.standard,
        points=n,
        group=group,
        proposals=asked.proposals,
        **search_of(_part(asked, 1 / (1 + _SHARE * n), 1.0), years, share=_SHARE),
    )
    measured = measured_curve(asked.district, plans, on, stage=asked.settings["stage"], group=group)
    return [
        Choice(plan=plan, measured=row)
        for plan, row in zip(plans, measured.iter_rows(named=True), strict=True)
    ]


def curve_of(found: Sequence[Choice]) -> pl.DataFrame | None:
    """Return the rows of the trade-off as a table for the report."""
    return pl.DataFrame([dict(one.measured) for one in found]) if found else None


def _part(asked: Asked, first: float, last: float) -> Asked:
    """Return the same, whose progress runs from one share of the whole to another."""

    def tell(message: Text, fraction: float | None = None) -> None:
        asked.progress(message, None if fraction is None else first + (last - first) * fraction)

    return replace(asked, progress=tell)
