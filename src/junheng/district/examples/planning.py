"""The made-up facts of planning: what each site can still take, what things cost, what money there is."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl

from junheng.district.examples.enrolment import StageRoll
from junheng.district.examples.profile import COMPULSORY, profile, stream
from junheng.district.examples.schools import Site

Row = dict[str, Any]
_SPARE = 1.1
"""A school that is short has room for what it lacks and a tenth more."""
_SOURCE = "本级财政（模拟）"


def draw_planning(
    sites: tuple[Site, ...],
    rolls: tuple[StageRoll, ...],
    premises: list[Row],
    codes: list[str],
    *,
    seed: int,
) -> dict[str, pl.DataFrame]:
    """Return the tables ``sites``, ``unit_costs`` and ``budgets``."""
    rng = stream(seed, "planning")
    own: dict[int, list[StageRoll]] = {}
    for roll in rolls:
        own.setdefault(roll.site, []).append(roll)
    costs = profile().unit_costs
    return {
        "sites": pl.DataFrame(
            [{"school": codes[i], **_room(site, own[i], premises[i], rng)} for i, site in enumerate(sites)]
        ),
        "unit_costs": pl.DataFrame({"item": list(costs), "yuan": [float(yuan) for yuan in costs.values()]}),
        "budgets": _budgets(rolls),
    }


def _room(site: Site, rolls: list[StageRoll], premises: Row, rng: np.random.Generator) -> Row:
    """Return how much can be added to a site; equipment and multimedia rooms find room everywhere."""
    share = profile().room_to_build[site.setting]
    left = 0.0 if rng.random() < share["full"] else 1.0
    rooms = premises["teaching_m2"] - premises["indoor_sports_m2"]
    ground = premises["sports_ground_m2"] + premises["indoor_sports_m2"]
    return {
        "most_teaching_m2": _most(rooms, _needed("teaching_m2", rolls), left, share["teaching"], rng),
        "most_sports_ground_m2": _most(ground, _needed("sports_m2", rolls), left, share["sports"], rng),
    }


def _most(stands: float, needed: float, left: float, share: list[float], rng: np.random.Generator) -> float:
    least, most = share
    drawn = left * stands * float(rng.uniform(least, most))
    return float(10 * math.ceil(max(drawn, _SPARE * (needed - stands), 0.0) / 10))


def _needed(level: str, rolls: list[StageRoll]) -> float:
    """Return what the school needs so that each of its stages reaches the level."""
    levels, weights = profile().levels[level], profile().stage_weights
    weighted = sum(weights[roll.stage] * roll.total for roll in rolls)
    return max(levels[roll.stage] / weights[roll.stage] for roll in rolls) * weighted


def _budgets(rolls: tuple[StageRoll, ...]) -> pl.DataFrame:
    """Return money of a few years for the standard, and of more years for building."""
    pupils = sum(roll.total for roll in rolls if roll.stage in COMPULSORY)
    plan = profile().budget

    def yearly(name: str) -> float:
        return float(10_000 * round(pupils * plan[name] / 10_000))

    rows = [
        {
            "year": profile().year + ahead,
            "yuan": yearly("yuan_per_pupil") if ahead < plan["years"] else None,
            "building_yuan": yearly("building_yuan_per_pupil"),
            "source": _SOURCE,
        }
        for ahead in range(int(plan["building_years"]))
    ]
    return pl.DataFrame(rows)
