"""Checks of the places: floors within the plan, plans within the class size, every school's sector known."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.admission.intake.kit import Check, Intake, check
from junheng.admission.rounds.facts import sectors
from junheng.admission.rounds.plan import school_plans
from junheng.district.checks.kit import Finding
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
    "floors-above-places",
    "error",
    looks_for=Text("预留下限之和超过招生计划", "Reserves that promise more places than the school has"),
)
def floors_above_places(intake: Intake) -> Iterator[Finding]:
    """Yield schools whose floors add up to more than their places."""
    at = _rows(intake)
    for plan in school_plans(intake.district, intake.rules):
        total = sum(plan.floors)
        if total > plan.places:
            named = "、".join(
                f"{reserve} {floor}"
                for reserve, floor in zip(intake.rules.reserve_ids, plan.floors, strict=True)
                if floor
            )
            yield Finding(
                table="places",
                at=at.get(plan.school),
                column="places",
                key=plan.school,
                found=Text("预留合计 {total} 人（{named}）", "floors of {total} in all ({named})").format(
                    total=total, named=named
                ),
                expected=Text("不超过计划 {places} 人", "at most the {places} places").format(
                    places=plan.places
                ),
                remedy=Text("减少预留 {n} 人，或增加计划", "Take {n} off the floors, or add places").format(
                    n=total - plan.places
                ),
            )


@check(
    "floor-above-ceiling",
    "error",
    looks_for=Text("某类预留的下限超过上限", "A reserve whose floor is above its ceiling"),
)
def floor_above_ceiling(intake: Intake) -> Iterator[Finding]:
    """Yield schools and reserves whose floor is above the ceiling, as the table and the rules together say."""
    at = _rows(intake)
    for plan in school_plans(intake.district, intake.rules):
        for reserve, floor, ceiling in zip(intake.rules.reserve_ids, plan.floors, plan.ceilings, strict=True):
            if ceiling is not None and floor > ceiling:
                yield Finding(
                    table="places",
                    at=at.get(plan.school),
                    column="places",
                    key=f"{plan.school}/{reserve}",
                    found=Text(
                        "至少 {floor} 人，至多 {ceiling} 人", "a floor of {floor} and a ceiling of {ceiling}"
                    ).format(floor=floor, ceiling=ceiling),
                    expected=Text("下限不超过上限", "a floor that is at most the ceiling"),
                    remedy=Text("改正预留计划表或细则", "Mend the table of place reserves, or the rules"),
                )


@check(
    "reserve-unknown",
    "error",
    looks_for=Text("预留计划使用了细则没有的类别", "A reserve that the rules do not have"),
)
def reserve_unknown(intake: Intake) -> Iterator[Finding]:
    """Yield rows of the table of reserves that name none of the rules, or a school without places."""
    own = intake.frame("place_reserves").filter(pl.col("stage") == intake.rules.stage)
    offering = set(intake.places["school"])
    for row in own.iter_rows(named=True):
        is_known = row["reserve"] in intake.rules.reserve_ids
        if is_known and row["school"] in offering:
            continue
        yield Finding(
            table="place_reserves",
            at=row[AT],
            column="school" if is_known else "reserve",
            key=f"{row['school']}/{row['reserve']}",
            found=Text("{school} 没有招生计划", "{school}, which offers no places").format(
                school=row["school"]
            )
            if is_known
            else Text.same(f"“{row['reserve']}”"),
            expected=Text("招生计划中的学校", "a school of the plan")
            if is_known
            else Text.same("、".join(intake.rules.reserve_ids) or "—"),
            remedy=Text("改正代码，或删去这一行", "Mend the code, or delete the row"),
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
    for row in schools.join(intake.places, on="school", how="semi").iter_rows(named=True):
        yield Finding(
            table="schools",
            at=row[AT],
            column="holder",
            key=row["school"],
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
    for row in intake.places.join(private, on="school", how="semi").iter_rows(named=True):
        yield Finding(
            table="places",
            at=row[AT],
            column="school",
            key=row["school"],
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
    "ceiling-on-zone-children",
    "warning",
    looks_for=Text(
        "有上限的预留计入了学区内的儿童，他们也受该上限限制",
        "A reserve with a ceiling under which children of the zone are counted: the ceiling limits them too",
    ),
)
def ceiling_on_zone_children(intake: Intake) -> Iterator[Finding]:
    """Yield schools and reserves whose ceiling would also turn away children who live or are registered in the zone."""
    in_zone = intake.pairs.filter((pl.col("home") == "zone") | (pl.col("register") == "zone"))
    groups = in_zone.group_by("school", "reserve").len()
    counts = {(school, reserve): n for school, reserve, n in groups.iter_rows()}
    at = _rows(intake)
    for plan in school_plans(intake.district, intake.rules):
        for number, (reserve, most) in enumerate(
            zip(intake.rules.reserves, plan.ceilings, strict=True), start=1
        ):
            n = counts.get((plan.school, number), 0)
            if n and most is not None and n > most:
                yield Finding(
                    table="places",
                    at=at.get(plan.school),
                    column="places",
                    key=f"{plan.school}/{reserve.id}",
                    found=Text(
                        "学区内 {n} 名儿童计入“{name}”，上限 {most} 人",
                        "{n} children of the zone are counted under “{name}”, whose ceiling is {most}",
                    ).format(n=n, name=reserve.name, most=most),
                    expected=Text("上限只限制区外的儿童", "a ceiling that limits others only"),
                    remedy=Text("在细则的 who 中写明不含学区内儿童", "Leave them out in the rules' who"),
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
    floors_above_places,
    floor_above_ceiling,
    reserve_unknown,
    plan_above_class_size,
    school_without_holder,
    private_without_rules,
    zone_of_unknown_schools,
    ceiling_on_zone_children,
    places_short,
)


def _rows(intake: Intake) -> dict[str, int]:
    return dict(intake.places.select("school", AT).iter_rows())
