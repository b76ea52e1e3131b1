"""What an adopted plan led one to expect, beside what later records say."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from junheng.district.model import District
from junheng.measure.assessment import Assessment, assess
from junheng.plans.action import Action
from junheng.plans.actions.assign_home import AssignHome
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
    n_later
        Actions of the plan that are for a later school year than that of the records: nothing is expected of them yet.
    """

    schools: pl.DataFrame
    homes: pl.DataFrame
    n_homes: int
    n_later: int


def beside_found(plan: Plan, planned_on: District, found: District, standard: Standard) -> Expected:
    """Compare the state that a plan led one to expect with later records, each measured on its own day.

    Of a plan over years only what is done by the school year of the records is expected; see `done_by`.

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
    done = done_by(plan, found.year.start)
    wanted = done.apply(planned_on)
    sides = [_figures(assess(one, standard)) for one in (wanted, found)]
    schools = sides[0].join(sides[1], on=_KEY, how="full", coalesce=True, suffix="_found")
    homes, n_homes = _homes(wanted, planned_on, found)
    return Expected(
        schools.rename({name: f"{name}_expected" for name in _FIGURES}).sort(_KEY),
        homes,
        n_homes,
        n_later=sum(_is_later(action, found.year.start) for action in plan.actions),
    )


def done_by(plan: Plan, year: int) -> Plan:
    """Return the part of a plan that is done by a school year.

    Parameters
    ----------
    plan
        Any plan; one without years is returned as it is.
    year
        First calendar year of the school year.

    Returns
    -------
    Plan
        Without actions of later years. Where there are any, a home moves only if it leaves or joins a school at which
        something is done by then, for a plan over years has its zones of the last year alone.
    """
    later = [action for action in plan.actions if _is_later(action, year)]
    if not later:
        return plan
    waiting = {_school(action) for action in later}
    done = [action for action in plan.actions if not _is_later(action, year)]
    touched = {_school(action) for action in done if not isinstance(action, AssignHome)} - {None}
    kept = [
        action
        for action in done
        if not isinstance(action, AssignHome)
        or ({action.school, action.before} & touched and action.school not in waiting)
    ]
    return replace(plan, actions=tuple(kept))


def _is_later(action: Action, year: int) -> bool:
    """Say whether an action is for a school year after this one; an action without a year is for any."""
    own = getattr(action, "year", None)
    return own is not None and own > year


def _school(action: Action) -> str | None:
    return getattr(action, "school", None)


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
