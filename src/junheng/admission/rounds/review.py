"""A decided round looked at once more, child by child and zone by zone, before anything is published."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from junheng.admission.audit import audit
from junheng.admission.audit_children import (
    families_together,
    nobody_in_two_places,
    zone_children_accounted_for,
)
from junheng.admission.margins import wanted_rows
from junheng.admission.rounds.facts import applicants_of, facts, zone_of_schools, zones_of_homes
from junheng.admission.rounds.result import RoundResult
from junheng.admission.rounds.rows import ADJUSTED
from junheng.errors import Place, Problem
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

REASONS: Mapping[str, Text] = {
    "declined": Text(
        "志愿均已录满，家长不服从调剂", "every choice was full, and the family declines adjustment"
    ),
    "not_asked": Text(
        "志愿均已录满，细则不予调剂或家长未声明服从",
        "every choice was full; the rules adjust nobody, or the family has not consented",
    ),
    "no_place": Text("志愿及调剂学校均已录满", "every choice and every school tried for adjustment was full"),
}
"""Why a child has no place; each is listed with the result, and stays on the waiting lists."""


def audited(result: RoundResult) -> tuple[Problem, ...]:
    """Return every promise that the result breaks; none for a sound one. A result with one must not be published.

    Beside the audit of the arrays: nobody in two places, families together, and every child with a home in the district
    placed or listed with its reason.
    """
    school_of = {
        child: school
        for child, school in result.children.select("applicant", "school").iter_rows()
        if school is not None
    }
    members = result.arrays.members.members
    reasons = {row["applicant"]: row["zh"] for row in unplaced(result).iter_rows(named=True)}
    return (
        *audit(result.market, result.outcome, names=result.names),
        *nobody_in_two_places(school_of.items()),
        *families_together({group[0]: group for group in members if len(group) > 1}, school_of),
        *zone_children_accounted_for(_in_some_zone(result), school_of=school_of, reasons=reasons),
    )


def unplaced(result: RoundResult) -> pl.DataFrame:
    """Return the children without a place: ``applicant``, ``reason`` (a key of `REASONS`), ``zh``, ``en``."""
    rules, district = result.rules, result.arrays.frozen.district
    tried = result.arrays.rows.filter(pl.col("kind") == ADJUSTED)["application"].unique()
    declared = applicants_of(district, rules).select("applicant", "adjust")
    reason = (
        pl.when(pl.col("application").is_in(tried.to_list()))
        .then(pl.lit("no_place"))
        .when(pl.col("adjust") == "no")
        .then(pl.lit("declined"))
        .otherwise(pl.lit("not_asked"))
    )
    without = result.children.filter(pl.col("status") == "unplaced").join(
        declared, on="applicant", how="left", maintain_order="left"
    )
    named = without.select("applicant", reason=reason)
    return named.with_columns(
        zh=pl.col("reason").replace_strict(
            {name: text.zh for name, text in REASONS.items()}, return_dtype=pl.String
        ),
        en=pl.col("reason").replace_strict(
            {name: text.en for name, text in REASONS.items()}, return_dtype=pl.String
        ),
    )


def zones_not_admitted_whole(result: RoundResult, standard: StandardOnDate) -> list[Problem]:
    """Return the public schools that could have taken every child of their zone who asked, and turned some away.

    A child is of the zone if it lives or is registered there. Schools that share a zone are left out: their children
    are spread over all of them. It is a warning: the round's classes or reserves ask for it; the locality must know.
    """
    frozen = result.arrays.frozen
    shared = zone_of_schools(result.rules)
    single = [plan for plan in result.arrays.plans if plan.sector == "public" and plan.school not in shared]
    of_zone = _asked_in_zone(result)
    turned_away = set(wanted_rows(result.market, result.outcome).tolist())
    citation = standard.value("enrolment.zone_admitted_whole").citation.describe()
    names = dict(frozen.district.table("schools").select("school", "name").iter_rows())
    problems = []
    for plan in single:
        own = of_zone.filter(pl.col("school") == plan.school)
        asked = int(own["children"].sum())
        left = int(own.filter(pl.col("row").is_in(list(turned_away)))["children"].sum())
        if left and asked <= plan.places:
            problems.append(
                Problem(
                    code="zone-not-admitted-whole",
                    severity="warning",
                    place=Place(sheet=names[plan.school], key=plan.school),
                    found=Text(
                        f"片内报名 {asked} 人，计划 {plan.places} 人，仍有 {left} 人未录取",
                        f"{asked} children of the zone asked for {plan.places} places, and {left} were turned away",
                    ),
                    expected=Text(
                        "片内报名不超过计划的全部录取：{citation}",
                        "all admitted where they are no more than the plan: {citation}",
                    ).format(citation=citation),
                    remedy=Text(
                        "检查类别先后和预留下限", "Look at the order of the classes and at the floors"
                    ),
                )
            )
    return problems


def _asked_in_zone(result: RoundResult) -> pl.DataFrame:
    """Return ``row``, ``school`` and ``children`` of the rows by which children of a school's zone ask for it."""
    frozen = result.arrays.frozen
    sizes = pl.DataFrame(
        {"application": range(len(result.arrays.names)), "children": result.market.size.tolist()}
    )
    first = pl.DataFrame({"application": range(len(result.arrays.names)), "applicant": result.arrays.names})
    wishes = result.arrays.rows.with_row_index("row").filter(pl.col("kind") != ADJUSTED)
    pairs = wishes.select("row", "application", "school").join(first, on="application", maintain_order="left")
    seen = facts(frozen.district, frozen.rules, pairs, lock_years=frozen.lock_years)
    in_zone = seen.filter((pl.col("home") == "zone") | (pl.col("register") == "zone"))
    return in_zone.join(sizes, on="application").select("row", "school", "children")


def _in_some_zone(result: RoundResult) -> list[str]:
    district, rules = result.arrays.frozen.district, result.rules
    homes = zones_of_homes(district, rules)["home"].to_list()
    lives = pl.col("home").is_in(homes) | pl.col("register_home").is_in(homes)
    children = result.children.filter(pl.col("status") != "withdrawn").select("applicant")
    own = applicants_of(district, rules).join(children, on="applicant", how="semi", maintain_order="left")
    return own.filter(lives.fill_null(value=False))["applicant"].to_list()
