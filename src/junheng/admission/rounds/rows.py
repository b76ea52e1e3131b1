"""The rows of a round: every wish that can count, with its class and reserve, then the schools of adjustment."""

from __future__ import annotations

import numpy as np
import polars as pl

from junheng.admission.market import ADJUSTMENT
from junheng.admission.rounds.facts import applicants_of, classified, facts, zone_of_schools, zones_of_homes
from junheng.admission.rounds.frozen import FrozenRound
from junheng.admission.rounds.groups import Applications
from junheng.admission.rounds.plan import school_plans
from junheng.measure.distances import Distances, distances

WISH, ADJUSTED = "wish", "adjustment"
SCHEMA = {
    "application": pl.Int64,
    "position": pl.Int64,
    "kind": pl.String,
    "rank": pl.Int64,
    "school": pl.String,
    "class": pl.Int64,
    "reserve": pl.Int64,
    "priority": pl.Int64,
}
"""Columns of rows. ``class`` is that of the rules, absent on rows of adjustment; ``priority`` is the number by which
the assignment orders: the class, and `ADJUSTMENT` for adjustment."""


def judged_choices(frozen: FrozenRound) -> pl.DataFrame:
    """Return every choice of every child with its facts, ``class``, ``reserve`` and ``why``.

    ``why`` is absent where the choice counts; else ``no_places`` (the school offers none in this round), ``repeated``
    (an earlier choice names the school) or ``no_class`` (the rules give the child no way in).
    """
    children = applicants_of(frozen.district, frozen.rules).select("applicant")
    choices = (
        frozen.district.table("choices").join(children, on="applicant", how="semi").sort("applicant", "rank")
    )
    return judged(frozen, choices.select("applicant", "rank", "school"))


def judged(frozen: FrozenRound, pairs: pl.DataFrame) -> pl.DataFrame:
    """Do the same for any choices: columns ``applicant``, ``rank``, ``school``, in the order of a child's ranks."""
    with_facts = facts(frozen.district, frozen.rules, pairs, lock_years=frozen.lock_years)
    offering = [plan.school for plan in school_plans(frozen.district, frozen.rules)]
    first = pl.col("rank").first().over("applicant", "school")
    why = (
        pl.when(~pl.col("school").is_in(offering))
        .then(pl.lit("no_places"))
        .when(first != pl.col("rank"))
        .then(pl.lit("repeated"))
        .when(pl.col("class").is_null())
        .then(pl.lit("no_class"))
    )
    return classified(frozen.rules, with_facts).with_columns(why=why)


def wish_rows(judged_: pl.DataFrame, members: Applications) -> pl.DataFrame:
    """Return the rows of the applications' own wishes that count, in the order of their ranks.

    Children kept together count in the latest of their classes, and under a reserve only if all of them do; a school
    that is closed to one of them is closed to all.
    """
    return (
        judged_.filter(pl.col("why").ne_missing("repeated"))
        .join(members.frame(), on="applicant")
        .group_by("application", "school")
        .agg(
            pl.col("rank").min(),
            pl.col("class").max(),
            pl.col("why").is_null().all().alias("counts"),
            pl.when(pl.col("reserve").n_unique() == 1)
            .then(pl.col("reserve").first())
            .otherwise(0)
            .alias("reserve"),
        )
        .filter("counts")
        .sort("application", "rank")
        .with_columns(
            kind=pl.lit(WISH),
            priority=pl.col("class"),
            position=pl.int_range(pl.len(), dtype=pl.Int64).over("application"),
        )
        .select(*SCHEMA)
    )


def adjustment_rows(frozen: FrozenRound, members: Applications, wishes: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of adjustment: the public schools of the own zone, then the others from the nearest on.

    Distance is the way on foot from the home (where there is none from the home of registration), as
    `junheng.measure.distances` finds it: along the roads where the district keeps them, else along the homes, else the
    straight line. Children without a position go through the schools in the order of their codes. Children kept
    together go by the first of them.
    """
    ranking = _ranking(frozen)
    adjustment = frozen.rules.adjustment
    willing = _willing(frozen, members)
    if adjustment.who == "nobody" or ranking.is_empty() or willing.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    taken = wishes.select("application", "school")
    longest = max(wishes.group_by("application").len()["len"].to_list(), default=0)
    near = ranking.filter(pl.col("order") < adjustment.schools + longest)
    return (
        willing.join(near, on="home", nulls_equal=True)
        .join(taken, on=["application", "school"], how="anti")
        .sort("application", "order")
        .with_columns(position=pl.int_range(pl.len(), dtype=pl.Int64).over("application"))
        .filter(pl.col("position") < adjustment.schools)
        .with_columns(
            pl.lit(ADJUSTED).alias("kind"),
            pl.lit(None, dtype=pl.Int64).alias("rank"),
            pl.lit(None, dtype=pl.Int64).alias("class"),
            pl.lit(0, dtype=pl.Int64).alias("reserve"),
            pl.lit(ADJUSTMENT, dtype=pl.Int64).alias("priority"),
        )
        .select(*SCHEMA)
    )


def adjustment_distances(frozen: FrozenRound) -> Distances:
    """Return how far it is from every home to every public school with places; NaN where a position is absent."""
    plans = school_plans(frozen.district, frozen.rules)
    public = tuple(plan.school for plan in plans if plan.sector == "public")
    return distances(frozen.district, public, needs_all=False)


def _willing(frozen: FrozenRound, members: Applications) -> pl.DataFrame:
    """Return ``application`` and ``home`` of those who accept adjustment: all children of an application must."""
    declared = pl.col("adjust") == "yes"
    if frozen.rules.adjustment.who == "unless_declined":
        declared = pl.col("adjust").ne_missing("no")
    children = applicants_of(frozen.district, frozen.rules).select(
        "applicant", home=pl.coalesce("home", "register_home"), is_willing=declared.fill_null(value=False)
    )
    return (
        members.frame()
        .join(children, on="applicant", maintain_order="left")
        .group_by("application", maintain_order=True)
        .agg(pl.col("home").first(), pl.col("is_willing").all())
        .filter("is_willing")
        .drop("is_willing")
    )


def _ranking(frozen: FrozenRound) -> pl.DataFrame:
    """Return ``home``, ``school``, ``order``: public schools with places as each home goes through them.

    One home is absent: that of children who live and are registered nowhere in the district.
    """
    found = adjustment_distances(frozen)
    district, rules, public = frozen.district, frozen.rules, found.schools
    if not public:
        return pl.DataFrame(schema={"home": pl.String, "school": pl.String, "order": pl.Int64})
    km = np.nan_to_num(found.km, nan=np.inf)
    zone = dict(zones_of_homes(district, rules).iter_rows())
    shared = zone_of_schools(rules)
    own = np.array(
        [[zone.get(home) == shared.get(school, school) for school in public] for home in found.homes]
    )
    metres = np.where(
        np.isinf(km), np.iinfo(np.int64).max // 2, np.round(np.where(np.isinf(km), 0, km) * 1000)
    )
    keys = np.where(own.reshape(km.shape), -1, metres.astype(np.int64))
    order = np.argsort(keys, axis=1, kind="stable")
    names = np.array(public)
    lists = [(home, names[row].tolist()) for home, row in zip(found.homes, order, strict=True)]
    frame = pl.DataFrame(
        [*lists, (None, list(public))], schema={"home": pl.String, "school": pl.List(pl.String)}, orient="row"
    )
    exploded = frame.explode("school")
    return exploded.with_columns(order=pl.int_range(pl.len(), dtype=pl.Int64).over("home"))
