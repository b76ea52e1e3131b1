"""What an adopted plan led one to expect, beside what later records say."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from junheng.district.model import District
from junheng.measure.assessment import Assessment, assess
from junheng.plans.plan import Plan
from junheng.standards.standard import Standard

_KEY = ["school", "stage"]
_FIGURES = ["verdict", "n_met", "pupils", "zoned"]


@dataclass(frozen=True, eq=False)
class Expected:
    """An expectation and what came of it.

    Attributes
    ----------
    schools
        One row per school stage of either side: ``school, stage``, and each of ``verdict, n_met, pupils, zoned``
        twice, with ``_expected`` and ``_found``: verdict, how many of the seven indicators are met, pupils, children
        living in the zone. Absent figures, and those of a school that one side does not have, are null.
    homes
        Homes whose school is another than the plan gave them: ``stage, home, expected, found``; a home without a
        zone, or that one side does not have, is null there. Only stages in which the plan changes zones.
    n_homes
        Homes that the plan's zones name, in those stages.
    """

    schools: pl.DataFrame
    homes: pl.DataFrame
    n_homes: int


def beside_found(plan: Plan, planned_on: District, found: District, standard: Standard) -> Expected:
    """Compare the state that a plan led one to expect with later records, each measured on its own day.

    Parameters
    ----------
    plan
        The plan that was adopted.
    planned_on
        The records that it was computed on.
    found
        Later records of the same district.
    standard
        What both are measured against.

    Raises
    ------
    UsageError
        If the plan was computed on other records.
    """
    wanted = plan.apply(planned_on)
    sides = [_figures(assess(one, standard)) for one in (wanted, found)]
    schools = sides[0].join(sides[1], on=_KEY, how="full", coalesce=True, suffix="_found")
    homes, n_homes = _homes(wanted, planned_on, found)
    return Expected(
        schools.rename({name: f"{name}_expected" for name in _FIGURES}).sort(_KEY), homes, n_homes
    )


def _figures(measured: Assessment) -> pl.DataFrame:
    judged = measured.balance.stages.select(*_KEY, "verdict", "n_met")
    places = measured.places.schools.select(*_KEY, "pupils", "zoned")
    return judged.join(places, on=_KEY, how="full", coalesce=True)


def _homes(wanted: District, planned_on: District, found: District) -> tuple[pl.DataFrame, int]:
    """Return homes that go elsewhere than was planned, where the plan changed zones, and how many it names there."""
    expected, before, later = (_zones(one) for one in (wanted, planned_on, found))
    changed = expected.join(before, on=["stage", "home", "school"], how="anti")["stage"].unique()
    expected = expected.filter(pl.col("stage").is_in(changed.implode()))
    later = later.filter(pl.col("stage").is_in(changed.implode()))
    both = expected.rename({"school": "expected"}).join(
        later.rename({"school": "found"}), on=["stage", "home"], how="full", coalesce=True
    )
    differing = both.filter(~pl.col("expected").eq_missing(pl.col("found"))).sort("stage", "home")
    return differing.select("stage", "home", "expected", "found"), expected.height


def _zones(district: District) -> pl.DataFrame:
    """Return the school of each home by stage; of a shared zone the schools together."""
    if not district.has("catchments"):
        return pl.DataFrame(schema={"stage": pl.String, "home": pl.String, "school": pl.String})
    table = district.table("catchments").select("stage", "home", "school")
    return table.group_by("stage", "home").agg(pl.col("school").sort().str.join("、"))
