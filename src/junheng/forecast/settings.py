"""How a forecast is made: what is chosen by past years alone, and what is a stated prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

HORIZON = 5
"""Years ahead, unless the call says otherwise."""
SCENARIO = 0.9
"""The scenarios put what moves the whole district at this quantile and at its mirror image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The numbers that a forecast is made with.

    The first seven are chosen on the district's own past (`junheng.forecast.tuning`); the values here are where that
    choice begins and what holds while there is no past to choose by. The others are priors that no data change.

    Attributes
    ----------
    pooling_pupils
        Weight, in pupils, of what all schools have in common when a school's own progression is judged: a school
        that had this many pupils pass through its grades counts half itself, half the district.
    entrants_recency
        Weight of a school's entrants of one year over those of the next year, from 0 to 1.
    damping
        Weight of a school's present share of the district in the forecast of its total one year ahead, from 0 to
        1; what the cohorts say keeps its weight to the power of the years ahead. Where schools change little it helps
        (averages of two forecasts are hard to beat: Clemen 1989); where a new town fills up and townships empty it
        hides what is to come.
    district_damping
        Weight of "next year as this year" in the forecast of the district's total, from 0 to 1.
    entrants_trend
        How much of the yearly growth of a school's entrants goes on in the next year, from 0 (none) to 1; the year
        after it is the square of that, and so on.
    entrants_return
        How far the entrants of the district come back in a year from their recent level to the average of the whole
        record, from 0 (not at all) to 1; what is left of the way comes back by the same share in the next year.
    births_response
        How far entrants follow the children who are known to come: 0 not at all, 1 in proportion.
    progression_recency
        Weight of a year's progression over that of the next year.
    district_recency
        The same for the entrants of the whole district, which are less noisy and may follow recent years faster.
    unity_pupils
        Weight, in pupils, of a progression of 1 where the whole district has little history.
    children_pooling
        Weight, in children, of the district's trend when the trend of one catchment's births is judged.
    growth_pooling
        Weight, in entrants, of the district's growth when the growth of one school's entrants is judged.
    sudden_drop
        A school that loses this share of the pupils whom its own cohorts promised, within one year and in most
        grades, while no school opened, is suspected of an incomplete count.
    trust_in_sudden_drop
        Weight of such a count against what the cohorts promised; the count of the next year is believed.
    """

    pooling_pupils: float = 300.0
    entrants_recency: float = 0.75
    damping: float = 0.1
    district_damping: float = 0.25
    entrants_trend: float = 0.0
    entrants_return: float = 0.0
    births_response: float = 0.25
    progression_recency: float = 0.9
    district_recency: float = 0.5
    unity_pupils: float = 50.0
    children_pooling: float = 100.0
    growth_pooling: float = 200.0
    sudden_drop: float = 0.2
    trust_in_sudden_drop: float = 0.25


Weighted = Mapping[Settings, float]
"""Settings whose forecasts are averaged, with their weights, which sum to 1."""


def candidates(*, has_children: bool) -> tuple[Settings, ...]:
    """Return the settings among which past years choose.

    Parameters
    ----------
    has_children
        Whether births, children or feeder cohorts are known; without them their weight means nothing.
    """
    return tuple(
        Settings(
            pooling_pupils=pupils,
            entrants_recency=recency,
            damping=damping,
            district_damping=district,
            entrants_trend=trend,
            entrants_return=back,
            births_response=response,
        )
        for pupils, recency, damping, district, (trend, back), response in product(
            (300.0, 1000.0, 4000.0),
            (0.6, 0.8),
            (0.0, 0.25, 0.5),
            (0.0, 0.25, 0.5),
            ((0.0, 0.0), (0.4, 0.0), (0.8, 0.0), (0.0, 0.3), (0.0, 0.6)),
            (0.0, 0.25, 0.5, 1.0) if has_children else (0.0,),
        )
    )
