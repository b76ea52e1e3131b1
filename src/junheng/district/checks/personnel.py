"""Wishes, subject posts, groups and leaders: bounds the right way round, codes that fit, one lead, one principal."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.district.checks.kit import Check, Finding, check, each, quantity
from junheng.district.checks.records import AT, Records
from junheng.district.columns import label_of
from junheng.text import Text


@check(
    "wish-without-stage",
    "warning",
    "志愿学校没有该教师任教的学段",
    "A wish for a school that does not have the teacher's stage",
)
def wish_without_stage(records: Records) -> Iterator[Finding]:
    """Yield wishes for schools without a return for the stage that the teacher teaches."""
    if not records.has("stages"):
        return
    stage_of = records.frame("teachers").select("teacher", "stage").drop_nulls().unique("teacher")
    offered = records.frame("stages").select("school", "stage")
    rows = records.frame("wishes").join(stage_of, on="teacher")
    for row in rows.join(offered, on=["school", "stage"], how="anti").sort(AT).iter_rows(named=True):
        yield Finding(
            table="wishes",
            at=row[AT],
            column="school",
            key=row["teacher"],
            found=Text.same(row["school"]),
            expected=Text("设有{stage}学段的学校", "a school with the stage {stage}").format(
                stage=label_of("stage", row["stage"])
            ),
            remedy=Text("请教师改填志愿", "Ask the teacher for another wish"),
        )


@check(
    "rank-given-twice",
    "error",
    "同一教师的两个志愿顺序相同",
    "Two wishes of a teacher have the same rank",
)
def rank_given_twice(records: Records) -> Iterator[Finding]:
    """Yield the second and later wishes of one rank."""
    again = pl.col(AT) != pl.col(AT).min().over("teacher", "rank")
    rows = records.frame("wishes").drop_nulls(["teacher", "rank"])
    yield from each(
        rows.filter(again),
        "wishes",
        "rank",
        key=("teacher",),
        found=Text.same("{rank}"),
        expected=Text("每个志愿顺序只用一次", "each rank once"),
        remedy=Text("改正志愿顺序", "Mend the rank"),
    )


@check(
    "post-bounds",
    "error",
    "学科岗位的最少人数多于最多人数",
    "A subject's posts have a minimum above their maximum",
)
def post_bounds(records: Records) -> Iterator[Finding]:
    """Yield posts that nobody can keep."""
    for row in records.frame("posts").filter(pl.col("least") > pl.col("most")).iter_rows(named=True):
        yield Finding(
            table="posts",
            at=row[AT],
            column="least",
            key=f"{row['school']}/{row['stage']}/{row['subject']}",
            found=quantity("posts", "least", row["least"]),
            expected=Text("不多于{most}", "at most {most}").format(
                most=quantity("posts", "most", row["most"])
            ),
            remedy=Text("改正上下限", "Mend the bounds"),
        )


@check(
    "group-lead",
    "error",
    "教育集团没有牵头校或有多所牵头校",
    "An education group without exactly one lead school",
)
def group_lead(records: Records) -> Iterator[Finding]:
    """Yield groups with no lead school, or with several."""
    rows = records.frame("groups").drop_nulls(["group", "role"])
    leads = rows.group_by("group").agg((pl.col("role") == "lead").sum().alias("n"), pl.col(AT).min())
    yield from each(
        leads.filter(pl.col("n") != 1).sort(AT),
        "groups",
        "role",
        key=("group",),
        found=Text("{n} 所牵头校", "{n} lead schools"),
        expected=Text("一所牵头校", "one lead school"),
        remedy=Text("改正角色", "Mend the roles"),
    )


@check(
    "two-principals",
    "error",
    "一所学校有两位校长",
    "A school with two principals",
)
def two_principals(records: Records) -> Iterator[Finding]:
    """Yield the second and later principals of one school."""
    heads = records.frame("leaders").filter(pl.col("role") == "principal").drop_nulls("school")
    yield from each(
        heads.filter(pl.col(AT) != pl.col(AT).min().over("school")),
        "leaders",
        "role",
        key=("leader",),
        found=Text("{school} 的又一位校长", "another principal of {school}"),
        expected=Text("每校一位校长", "one principal a school"),
        remedy=Text("改正职务或学校", "Mend the role or the school"),
    )


CHECKS: tuple[Check, ...] = (wish_without_stage, rank_given_twice, post_bounds, group_lead, two_principals)
