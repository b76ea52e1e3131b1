"""Checks of the places: plans within the class size, every school's sector known, places for everybody."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.admission.intake.kit import Check, Intake, check
from junheng.admission.rounds.facts import sectors
from junheng.district.checks.kit import Finding, each
from junheng.district.checks.records import AT
from junheng.text import Text


@check(
    "no-places",
    "error",
    looks_for=Text("本轮没有招生计划", "No school offers places in this round"),
)
def no_places(intake: Intake) -> Iterator[Finding]:
    """Yield a plan without a school of the round's stage."""
    if intake.places.is_empty():
        yield Finding(
            table="places",
            at=None,
            found=Text("没有本学段的招生计划", "no plan for this stage"),
            expected=Text("每所招生学校一行", "a row for each school that admits"),
            remedy=Text("填写招生计划表", "Fill in the places"),
        )


@check(
    "plan-above-class-size",
    "error",
    looks_for=Text("招生计划超过标准班额", "A plan of more pupils than its classes may hold"),
    waived=Text("按所填计划招生", "the plan stands"),
)
def plan_above_class_size(intake: Intake) -> Iterator[Finding]:
    """Yield plans whose places are more than classes times the largest class of the standard."""
    limit = intake.standard.value("guarantee.G5", stage=intake.rules.stage)
    most = pl.col("classes") * int(limit.number)
    for row in intake.places.filter(pl.col("places") > most).iter_rows(named=True):
        yield Finding(
            table="places",
            at=row[AT],
            column="places",
            key=row["school"],
            found=Text("{classes} 个班招 {places} 人", "{places} places in {classes} classes").format(**row),
            expected=Text("不超过 {most} 人：{citation}", "at most {most}: {citation}").format(
                most=row["classes"] * int(limit.number), citation=limit.citation.describe()
            ),
            remedy=Text("减少计划或增加班数", "Offer fewer places, or add classes"),
        )


@check(
    "school-without-holder",
    "error",
    looks_for=Text("不知公办还是民办", "A school that may be public or private"),
)
def school_without_holder(intake: Intake) -> Iterator[Finding]:
    """Yield schools of the plan whose holder is not given: which classes hold there cannot be said."""
    schools = intake.frame("schools").filter(pl.col("holder").is_null())
    yield from each(
        schools.join(intake.places, on="school", how="semi"),
        "schools",
        "holder",
        key=("school",),
        found=Text("空单元格", "an empty cell"),
        expected=Text("举办者", "the holder"),
        remedy=Text("补填举办者", "Fill in who runs the school"),
    )


@check(
    "private-without-rules",
    "error",
    looks_for=Text("细则没有民办学校的类别", "A private school for which the rules have no classes"),
)
def private_without_rules(intake: Intake) -> Iterator[Finding]:
    """Yield private schools of the plan where the rules do not say whom they admit first."""
    if "private" in intake.rules.classes:
        return
    private = sectors(intake.district).filter(pl.col("sector") == "private")
    yield from each(
        intake.places.join(private, on="school", how="semi"),
        "places",
        "school",
        key=("school",),
        found=Text("民办学校", "a private school"),
        expected=Text("细则 classes.private", "classes.private in the rules"),
        remedy=Text(
            "公民同招：在细则中补写民办类别",
            "Public and private admit together: add the classes to the rules",
        ),
    )


@check(
    "zone-of-unknown-schools",
    "error",
    looks_for=Text(
        "多校学区含有不招生的学校或民办学校",
        "A shared zone with a school that is private or offers no places",
    ),
)
def zone_of_unknown_schools(intake: Intake) -> Iterator[Finding]:
    """Yield schools of shared zones that are not public schools of the plan."""
    public = sectors(intake.district).filter(pl.col("sector") == "public")
    offering = set(intake.places.join(public, on="school", how="semi")["school"])
    for zone in intake.rules.zones:
        for school in zone.schools:
            if school not in offering:
                yield Finding(
                    table="places",
                    at=None,
                    key=f"{zone.id}/{school}",
                    found=Text("学区 {zone} 的学校 {school}", "school {school} of zone {zone}").format(
                        zone=zone.id, school=school
                    ),
                    expected=Text("招生计划中的公办学校", "a public school of the plan"),
                    remedy=Text(
                        "改正细则的 zones，或补填计划", "Mend zones in the rules, or add the school's plan"
                    ),
                )


@check(
    "places-short",
    "warning",
    looks_for=Text("招生计划少于报名人数", "Fewer places than children"),
)
def places_short(intake: Intake) -> Iterator[Finding]:
    """Yield a plan that cannot hold everybody, with the number of places that are missing."""
    places, children = int(intake.places["places"].sum()), intake.applicants.height
    if places < children and not intake.places.is_empty():
        yield Finding(
            table="places",
            at=None,
            found=Text(
                "计划 {places} 人，报名 {children} 人", "{places} places for {children} children"
            ).format(places=places, children=children),
            expected=Text("每名儿童有学位", "a place for every child"),
            remedy=Text("再增加 {n} 个学位", "Add {n} places").format(n=children - places),
        )


CHECKS: tuple[Check, ...] = (
    no_places,
    plan_above_class_size,
    school_without_holder,
    private_without_rules,
    zone_of_unknown_schools,
    places_short,
)
