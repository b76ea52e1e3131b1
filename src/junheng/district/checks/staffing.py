"""Teachers, premises and kinds: parts must not exceed the whole, stages must suit the kind of school."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.district.checks.kit import Check, Finding, check, either, label, quantity
from junheng.district.checks.records import AT, Records
from junheng.district.columns import label_of
from junheng.text import Text

DEGREES = ("teachers_doctor", "teachers_master", "teachers_bachelor", "teachers_associate")
SUBJECTS = ("pe_teachers", "music_teachers", "art_teachers", "arts_teachers")
STAGES_OF_KIND = {
    "kindergarten": (),
    "primary": ("primary",),
    "teaching_point": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
    "senior": ("senior",),
    "twelve_year": ("primary", "junior", "senior"),
}
"""Stages of each kind; special and vocational schools vary."""


@check(
    "degrees-above-teachers",
    "error",
    "各学历教师之和多于专任教师",
    "Teachers by degree add up to more than the full-time teachers",
)
def degrees_above_teachers(records: Records) -> Iterator[Finding]:
    """Yield returns whose teachers by degree exceed their full-time teachers; absent parts are left out."""
    return _above(records, DEGREES, "teachers")


@check(
    "backbone-above-teachers",
    "error",
    "骨干教师多于专任教师",
    "More backbone teachers than full-time teachers",
)
def backbone_above_teachers(records: Records) -> Iterator[Finding]:
    """Yield returns whose backbone teachers exceed their full-time teachers."""
    return _above(records, ("backbone_teachers",), "teachers")


@check(
    "subjects-above-teachers",
    "error",
    "体育、音乐、美术、艺术教师之和多于专任教师",
    "PE, music, fine art and arts teachers add up to more than the full-time teachers",
)
def subjects_above_teachers(records: Records) -> Iterator[Finding]:
    """Yield returns whose PE and arts teachers exceed their full-time teachers; absent parts are left out."""
    return _above(records, SUBJECTS, "teachers")


@check(
    "teachers-above-staff",
    "warning",
    "专任教师多于教职工",
    "More full-time teachers than staff",
)
def teachers_above_staff(records: Records) -> Iterator[Finding]:
    """Yield returns whose full-time teachers exceed their staff."""
    return _above(records, ("teachers",), "staff")


@check(
    "indoor-sports-above-teaching",
    "error",
    "室内体育用房面积大于教学及辅助用房面积",
    "Indoor sports rooms are larger than the teaching rooms that include them",
)
def indoor_sports_above_teaching(records: Records) -> Iterator[Finding]:
    """Yield premises whose indoor sports rooms exceed the teaching rooms of which they are part."""
    rows = records.frame("premises").filter(pl.col("indoor_sports_m2") > pl.col("teaching_m2"))
    for row in rows.iter_rows(named=True):
        yield Finding(
            table="premises",
            at=row[AT],
            column="indoor_sports_m2",
            key=row["school"],
            found=quantity("premises", "indoor_sports_m2", row["indoor_sports_m2"]),
            expected=Text("不大于{whole}", "at most {whole}").format(
                whole=quantity("premises", "teaching_m2", row["teaching_m2"])
            ),
            remedy=Text(
                "教学及辅助用房面积应含室内体育用房：核对两列",
                "Teaching rooms include indoor sports rooms: check both columns",
            ),
        )


@check(
    "room-area-missing",
    "warning",
    "有音乐或美术教室，但没有面积；或没有教室却填了面积",
    "Music or art rooms without an area, or an area without rooms",
)
def room_area_missing(records: Records) -> Iterator[Finding]:
    """Yield premises whose number and smallest area of music or art rooms do not go together."""
    for subject in ("music", "art"):
        rooms, area = f"{subject}_rooms", f"smallest_{subject}_room_m2"
        no_area = (pl.col(rooms) > 0) & pl.col(area).is_null()
        no_room = (pl.col(rooms) == 0) & (pl.col(area) > 0)
        for row in records.frame("premises").filter(no_area | no_room).iter_rows(named=True):
            yield Finding(
                table="premises",
                at=row[AT],
                column=area,
                key=row["school"],
                found=Text("{rooms}，面积为空", "{rooms}, no area").format(
                    rooms=quantity("premises", rooms, row[rooms])
                )
                if row[area] is None
                else quantity("premises", area, row[area]),
                expected=Text("{area}（没有教室时留空）", "{area} (empty where there is no room)").format(
                    area=label("premises", area)
                ),
                remedy=Text("补填面积，或改正间数", "Fill in the area, or mend the number of rooms"),
            )


@check(
    "stage-not-of-kind",
    "warning",
    "学段与办学类型不符，如小学有初中学段",
    "A stage that the kind of school does not have, such as juniors in a primary school",
)
def stage_not_of_kind(records: Records) -> Iterator[Finding]:
    """Yield returns of a stage that the school's kind does not teach; attached classes are meant to be seen."""
    rows = records.frame("stages").join(records.schools.select("school", "kind"), on="school")
    odd = pl.any_horizontal(
        (pl.col("kind") == kind) & ~pl.col("stage").is_in(list(stages))
        for kind, stages in STAGES_OF_KIND.items()
    )
    for row in rows.filter(odd).sort(AT).iter_rows(named=True):
        stages = STAGES_OF_KIND[row["kind"]]
        yield Finding(
            table="stages",
            at=row[AT],
            column="stage",
            key=f"{row['school']}/{row['stage']}",
            found=Text("{kind}的{stage}学段", "the stage {stage} of a {kind}").format(
                kind=label_of("kind", row["kind"]), stage=label_of("stage", row["stage"])
            ),
            expected=_stages(stages),
            remedy=Text(
                "核对办学类型与学段；附设班属实的可保留",
                "Check the kind and the stage; attached classes that are real may stay",
            ),
        )


@check(
    "kind-lacks-stage",
    "warning",
    "一贯制学校、完全中学等缺少应有的学段，或学校没有学段年报",
    "A school lacks a stage of its kind, or has no annual return at all",
)
def kind_lacks_stage(records: Records) -> Iterator[Finding]:
    """Yield schools without a return for each stage of their kind."""
    if not records.has("stages"):
        return
    given = records.frame("stages").group_by("school").agg(pl.col("stage").alias("given"))
    rows = records.frame("schools").drop_nulls("school").join(given, on="school", how="left").sort(AT)
    for row in rows.iter_rows(named=True):
        wanted = STAGES_OF_KIND.get(row["kind"], ())
        lacking = tuple(stage for stage in wanted if stage not in (row["given"] or []))
        if lacking:
            yield Finding(
                table="schools",
                at=row[AT],
                column="kind",
                key=row["school"],
                found=Text("{kind}没有 {stages} 的学段年报", "a {kind} without a return for {stages}").format(
                    kind=label_of("kind", row["kind"]), stages=_stages(lacking)
                ),
                expected=_stages(wanted),
                remedy=Text("补填学段年报，或改正办学类型", "Add the return, or mend the kind of school"),
            )


CHECKS: tuple[Check, ...] = (
    degrees_above_teachers,
    backbone_above_teachers,
    subjects_above_teachers,
    teachers_above_staff,
    indoor_sports_above_teaching,
    room_area_missing,
    stage_not_of_kind,
    kind_lacks_stage,
)


def _above(records: Records, parts: tuple[str, ...], whole: str) -> Iterator[Finding]:
    rows = records.frame("stages").with_columns(pl.sum_horizontal(parts).alias("sum"))
    for row in rows.filter(pl.col("sum") > pl.col(whole)).iter_rows(named=True):
        given = [part for part in parts if row[part] is not None]
        found = quantity("stages", given[0], row[given[0]])
        for part in given[1:]:
            found = found.joined(" + ", quantity("stages", part, row[part]))
        if len(given) > 1:
            found = Text("{parts} = {sum}", "{parts} = {sum}").format(parts=found, sum=row["sum"])
        yield Finding(
            table="stages",
            at=row[AT],
            column=parts[0] if len(parts) == 1 else whole,
            key=f"{row['school']}/{row['stage']}",
            found=found,
            expected=Text("不多于{whole}", "at most {whole}").format(
                whole=quantity("stages", whole, row[whole])
            ),
            remedy=Text(
                "核对各列：多出 {n} 人，可能重复计数",
                "Check the columns: {n} too many, perhaps counted twice",
            ).format(n=row["sum"] - row[whole]),
        )


def _stages(stages: tuple[str, ...]) -> Text:
    return either([label_of("stage", stage) for stage in stages]) if stages else Text("没有学段", "no stage")
