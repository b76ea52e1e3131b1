"""Whom the zones must place, year by year, and the places that are left for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from junheng.district.model import District
from junheng.errors import UsageError
from junheng.measure.intake import Intake, all_enter, intake
from junheng.planners.arrays import IntArray
from junheng.planners.catchments.wishes import Wishes
from junheng.planners.catchments.zones import Zone, zone_places
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text


@dataclass(frozen=True, eq=False, kw_only=True)
class Demand:
    """What zones must hold.

    Attributes
    ----------
    years
        The T school years that the plan must hold for, in order.
    pupils
        Children of each home whom the zones place in each year, shape (T, n).
    places
        Places of each zone for them in each year, shape (T, m), from 0.
    already_over
        Pupils of each zone's schools beyond its places in its worst year before the zones place anybody, shape (m,).
        They are counted into ``places``, so that overflow is counted on top of them.
    """

    years: tuple[int, ...]
    pupils: IntArray
    places: IntArray
    already_over: IntArray


def demand_of(
    district: District,
    standard: StandardOnDate,
    *,
    wishes: Wishes,
    zones: Sequence[Zone],
    years: Mapping[int, District],
) -> Demand:
    """Return the demand of every planned year.

    Parameters
    ----------
    district
        The District of today, with its zones of today.
    years
        The District of each year that the plan must hold for, such as forecasts; empty for today's alone.

    Raises
    ------
    UsageError
        Where no year is left to plan for from the change on.
    """
    planned = _planned(years or {district.year.start: district}, wishes)
    found = [_intake(planned[year], standard, wishes=wishes, first=min(planned)) for year in sorted(planned)]
    left = np.stack(
        [zone_places(planned[one.year], zones, wishes.stage) - _staying(one, zones) for one in found]
    )
    already_over = np.maximum(-left.min(axis=0), 0)
    return Demand(
        years=tuple(one.year for one in found),
        pupils=np.stack([one.entering for one in found]).astype(np.int64),
        places=left + already_over,
        already_over=already_over,
    )


def _planned(years: Mapping[int, District], wishes: Wishes) -> dict[int, District]:
    planned = {year: one for year, one in years.items() if wishes.since is None or year >= wishes.since}
    if not planned:
        raise UsageError(
            Text(
                "没有 {since} 学年及以后的学年可规划：规划的学年到 {last} 学年为止，请延长，或提前调整的学年",
                "no year from {since} on is planned for: the years end with {last}; plan for more, or change earlier",
            ).format(since=wishes.since, last=max(years))
        )
    return planned


def _intake(district: District, standard: StandardOnDate, *, wishes: Wishes, first: int) -> Intake:
    if not wishes.keep_present:
        return all_enter(district, standard, stage=wishes.stage)
    return intake(
        district,
        standard,
        stage=wishes.stage,
        since=first if wishes.since is None else wishes.since,
        sibling_share=wishes.sibling_share,
    )


def _staying(found: Intake, zones: Sequence[Zone]) -> IntArray:
    return np.array([sum(found.staying.get(school, 0) for school in zone.schools) for zone in zones])
