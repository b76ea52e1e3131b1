"""Checks of the reserves: floors within the plan, ceilings above floors, and nobody limited by mistake."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.admission.intake.kit import Check, Intake, check
from junheng.admission.rounds.plan import school_plans
from junheng.district.checks.kit import Finding
from junheng.district.checks.records import AT
from junheng.text import Text


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


CHECKS: tuple[Check, ...] = (
    floors_above_places,
    floor_above_ceiling,
    reserve_unknown,
    ceiling_on_zone_children,
)


def _rows(intake: Intake) -> dict[str, int]:
    return dict(intake.places.select("school", AT).iter_rows())
