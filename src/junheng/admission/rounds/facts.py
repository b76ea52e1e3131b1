"""What the rules may know of each choice, and the class and reserve that follow: nothing else decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from junheng.admission.rules.model import FLAGS, SECTORS, Case, Rules
from junheng.district.model import District

CLAIMS = ("residence_permit", "migrant", "left_behind", "disabled", "staff_child", "entitled")
"""Facts that the family claims and a document proves; what is not claimed is not so."""


def zone_of_schools(rules: Rules) -> dict[str, str]:
    """Return the zone of every school that shares one; every other school's zone has the school's own code."""
    return {school: zone.id for zone in rules.zones for school in zone.schools}


def zones_of_homes(district: District, rules: Rules) -> pl.DataFrame:
    """Return the zone of each home at the round's stage: columns ``home``, ``zone``."""
    zones = zone_of_schools(rules)
    return (
        district.table("catchments")
        .filter(pl.col("stage") == rules.stage)
        .select("home", zone=pl.col("school").replace(zones))
        .unique("home", keep="first", maintain_order=True)
    )


def sectors(district: District) -> pl.DataFrame:
    """Return ``school`` and ``sector``: private where the holder is private, else public."""
    return district.table("schools").select(
        "school",
        sector=pl.when(pl.col("holder") == "private").then(pl.lit("private")).otherwise(pl.lit("public")),
    )


def locked(district: District, rules: Rules, *, years: int | None) -> pl.DataFrame:
    """Return the applicants whose dwelling gave a place to another family within the years of the lock.

    Columns ``applicant``, ``year`` and ``family_known``: the year of the last such place, and whether its family is on
    record (where it is not, nobody can say that it was the same one, and the lock holds). ``years`` of `None`: no lock.
    """
    used = district.table("home_seats").filter(
        (pl.col("stage") == rules.stage)
        & (pl.col("year") < rules.year)
        & (pl.col("year") > rules.year - (years or 0))
    )
    applicants = applicants_of(district, rules).select("applicant", "dwelling", own="family")
    return (
        applicants.drop_nulls("dwelling")
        .join(used, on="dwelling")
        .filter(pl.col("family").ne_missing(pl.col("own")) | pl.col("family").is_null())
        .group_by("applicant", maintain_order=True)
        .agg(pl.col("year").max(), family_known=pl.col("family").is_not_null().all())
        .sort("applicant")
    )


def applicants_of(district: District, rules: Rules) -> pl.DataFrame:
    """Return the children of the round: those who apply for its stage, in the order of their numbers."""
    return district.table("applicants").filter(pl.col("stage") == rules.stage).sort("applicant")


def facts(district: District, rules: Rules, pairs: pl.DataFrame, *, lock_years: int | None) -> pl.DataFrame:
    """Add to pairs of a child and a school everything that the rules may ask.

    Parameters
    ----------
    pairs
        Columns ``applicant`` and ``school``, and any others, which are kept.
    lock_years
        As in `locked`.

    Returns
    -------
    polars.DataFrame
        The pairs in their order with ``sector``, the facts of `junheng.admission.rules.model.WORDS` (absent where
        the records do not say) and those of `FLAGS` as true or false.
    """
    zones = zones_of_homes(district, rules)
    children = (
        applicants_of(district, rules)
        .select(
            "applicant", "home", "register", "tenure", "register_home", "from_school",
            *((pl.col(claim) == "yes").fill_null(value=False) for claim in CLAIMS),
        )
        .join(zones.rename({"zone": "home_zone"}), on="home", how="left")
        .join(zones.rename({"home": "register_home", "zone": "register_zone"}), on="register_home", how="left")
        .join(locked(district, rules, years=lock_years).select("applicant", is_locked=True), on="applicant", how="left")
    )  # fmt: skip
    joined = (
        pairs.join(children, on="applicant", how="left", maintain_order="left")
        .join(sectors(district), on="school", how="left", maintain_order="left")
        .join(_siblings(district), on=["applicant", "school"], how="left", maintain_order="left")
        .join(_feeders(district, rules), on=["from_school", "school"], how="left", maintain_order="left")
    )
    zone = pl.col("school").replace(zone_of_schools(rules))
    return joined.with_columns(
        home=_home(zone),
        register=_register(zone),
        sibling_here=pl.col("sibling_here").fill_null(value=False),
        feeder=pl.col("feeder").fill_null(value=False),
    ).select(*pairs.columns, "sector", "home", "register", "tenure", *FLAGS)


def classified(rules: Rules, pairs: pl.DataFrame) -> pl.DataFrame:
    """Add to pairs with their facts the ``class`` at the school's sector and the ``reserve``, both as numbers.

    A class is counted from 0 within its sector and absent where none fits: the rules give the child no way into that
    school. A reserve is counted from 1 in the order of the rules; 0 is none.
    """
    class_ = pl.coalesce(
        pl.when((pl.col("sector") == sector) & _fits(one.cases)).then(pl.lit(number, dtype=pl.Int64))
        for sector in SECTORS
        for number, one in enumerate(rules.classes.get(sector, ()))
    )
    none = pl.lit(0, dtype=pl.Int64)
    reserve = pl.coalesce(
        *(
            pl.when(pl.col("sector").is_in(one.sectors) & _fits(one.cases)).then(
                pl.lit(number, dtype=pl.Int64)
            )
            for number, one in enumerate(rules.reserves, start=1)
        ),
        none,
    )
    return pairs.with_columns(reserve=reserve, **{"class": class_})


def _fits(cases: Sequence[Case]) -> pl.Expr:
    if not cases:
        return pl.lit(value=True)
    return pl.any_horizontal(_all(_tests(case)) for case in cases)


def _tests(case: Case) -> Iterable[pl.Expr]:
    yield from (pl.col(fact).is_in(list(words)).fill_null(value=False) for fact, words in case.words.items())
    yield from (pl.col(fact) == wanted for fact, wanted in case.flags.items())


def _all(tests: Iterable[pl.Expr]) -> pl.Expr:
    return pl.all_horizontal(tests)


def _home(zone: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("home").is_null())
        .then(pl.lit("outside"))
        .when(pl.col("is_locked").fill_null(value=False))
        .then(pl.lit("locked"))
        .when(pl.col("home_zone").eq_missing(zone))
        .then(pl.lit("zone"))
        .otherwise(pl.lit("district"))
    )


def _register(zone: pl.Expr) -> pl.Expr:
    in_zone = (pl.col("register") == "district") & pl.col("register_zone").eq_missing(zone)
    return pl.when(in_zone).then(pl.lit("zone")).otherwise(pl.col("register"))


def _siblings(district: District) -> pl.DataFrame:
    kin = district.table("kin").filter(
        (pl.col("relation") == "sibling_here") & pl.col("school").is_not_null()
    )
    return kin.select("applicant", "school", sibling_here=True).unique()


def _feeders(district: District, rules: Rules) -> pl.DataFrame:
    feeders = district.table("feeders").filter(pl.col("stage") == rules.stage)
    return feeders.select(from_school="school", school="target", feeder=True).unique()
