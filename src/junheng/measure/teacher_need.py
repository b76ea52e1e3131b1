"""Teachers needed by subject in the years to come: rolls, weekly periods and loads, against those who have not retired.

For stage s, subject k and year y: classes come from pupils at today's pupils per class, periods are the sum over grades
of classes times weekly periods of a class, and teachers needed are periods over the load of one teacher. Of today's
teachers those remain whose retirement lies after the start of the year; nobody is assumed to leave or come.
"""

from __future__ import annotations

import polars as pl

from junheng.district.model import District
from junheng.measure.retirement import retirement_year
from junheng.standards.lookup import StandardOnDate

NEED = ("year", "stage", "subject", "needed", "remaining", "retired", "short")


def teacher_need(district: District, standard: StandardOnDate, rolls: pl.DataFrame) -> pl.DataFrame:
    """Return the teachers needed and remaining, by year, stage and subject.

    Parameters
    ----------
    rolls
        Pupils to come: ``year, stage, grade, pupils`` of the schools that have a roster, from a forecast or
        `known_cohorts`.

    Returns
    -------
    polars.DataFrame
        `NEED`: ``needed`` is not rounded; ``short`` is ``needed - remaining``, below 0 for a surplus. ``needed`` is
        null where the curriculum gives no load, ``remaining`` where a teacher's gender or year of birth is absent.
        Rows are the subjects that the curriculum or the roster has at the stage.
    """
    needed = _needed(district, rolls)
    years = rolls["year"].unique().sort().to_list()
    remaining = pl.concat([_remaining(district, standard, year) for year in years]) if years else None
    if remaining is None:
        return pl.DataFrame(schema=dict.fromkeys(NEED, pl.Float64))
    joined = needed.join(remaining, on=["year", "stage", "subject"], how="full", coalesce=True)
    taught = joined.filter(pl.col("stage").is_in(needed["stage"].unique().to_list()))
    return (
        taught.with_columns(pl.col("remaining", "retired").fill_null(0))
        .with_columns(remaining=pl.when(pl.col("is_known").fill_null(value=True)).then("remaining"))
        .with_columns(short=pl.col("needed") - pl.col("remaining"))
        .select(NEED)
        .sort("year", "stage", "subject")
    )


def known_cohorts(district: District, *, years: int) -> pl.DataFrame:
    """Return pupils to come without a forecast: every cohort moves up a grade as it is, entrants are resident children.

    Parameters
    ----------
    years
        School years after the present one.

    Returns
    -------
    polars.DataFrame
        ``year, stage, grade, pupils``. A grade whose entrants are not known (no ``children`` by age for them) is left
        out. Children by age are those of completed years on 31 August: who is 5 enters the first grade next year.
    """
    start = district.year.start
    now = _now(district)
    first = int(now["grade"].min() or 1) if now.height else 1  # type: ignore[arg-type]
    by_age = _by_age(district)
    stage_of = dict(now.select("grade", "stage").unique().iter_rows())
    pupils = dict(now.group_by("grade").agg(pl.col("pupils").sum()).iter_rows())
    rows = []
    for later in range(1, years + 1):
        for grade, stage in sorted(stage_of.items()):
            before = grade - later
            n = pupils.get(before) if before >= first else by_age.get(6 - (first - before))
            if n is not None:
                rows.append((start + later, stage, grade, n))
    return pl.DataFrame(
        rows,
        schema={"year": pl.Int64, "stage": pl.String, "grade": pl.Int64, "pupils": pl.Int64},
        orient="row",
    )


def _now(district: District) -> pl.DataFrame:
    rolls = _rostered(district, "rolls").filter(pl.col("year") == district.year.start)
    return rolls.group_by("stage", "grade").agg(pl.col("pupils").sum()).sort("grade")


def _rostered(district: District, name: str) -> pl.DataFrame:
    """Return the rows of a table that belong to schools with teachers in the roster."""
    return district.table(name).join(district.table("teachers").select("school"), on="school", how="semi")


def _by_age(district: District) -> dict[int, int]:
    children = district.table("children").filter(pl.col("year") == district.year.start).drop_nulls("age")
    return dict(children.group_by("age").agg(pl.col("children").sum()).iter_rows())


def _needed(district: District, rolls: pl.DataFrame) -> pl.DataFrame:
    classes = _rostered(district, "classes").group_by("stage").agg(per_class=pl.col("pupils").mean())
    periods = (
        rolls.join(classes, on="stage")
        .with_columns(n_classes=pl.col("pupils") / pl.col("per_class"))
        .join(district.table("curriculum"), on=["stage", "grade"])
    )
    teachers = pl.col("n_classes") * pl.col("periods") / pl.col("load_periods")
    return periods.group_by("year", "stage", "subject").agg(
        needed=pl.when(pl.col("load_periods").null_count() == 0).then(teachers.sum())
    )


def _remaining(district: District, standard: StandardOnDate, year: int) -> pl.DataFrame:
    """Return who is still there on 1 September of a year, two thirds into the calendar year."""
    retires = retirement_year(standard)
    return (
        district.table("teachers")
        .drop_nulls(["school", "stage", "subject"])
        .with_columns(stays=retires > year + 8 / 12)
        .group_by("stage", "subject")
        .agg(
            remaining=pl.col("stays").sum().cast(pl.Int64),
            retired=(~pl.col("stays")).sum().cast(pl.Int64),
            is_known=pl.col("stays").null_count() == 0,
        )
        .with_columns(year=pl.lit(year, dtype=pl.Int64))
    )
