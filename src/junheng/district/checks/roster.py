"""The roster of teachers: it agrees with the annual return, with the calendar and with itself."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.district.checks.kit import Check, Finding, check, each, label, quantity
from junheng.district.checks.records import AT, Records
from junheng.district.roster import COUNTED, counts
from junheng.text import Text

YOUNGEST = 16
"""Nobody teaches before this age: a year of recruitment earlier than that is a slip."""


@check(
    "teacher-without-stage",
    "error",
    "教师任教的学段，其学校没有年报",
    "A teacher of a stage for which the school has no annual return",
)
def teacher_without_stage(records: Records) -> Iterator[Finding]:
    """Yield teachers whose school has no row in ``stages`` for the stage that they teach."""
    if not records.has("stages"):
        return
    offered = records.frame("stages").select("school", "stage")
    rows = records.frame("teachers").drop_nulls(["school", "stage"])
    yield from each(
        rows.join(offered, on=["school", "stage"], how="anti").sort(AT),
        "teachers",
        "stage",
        key=("teacher",),
        found=Text.same("{school}/{stage}"),
        expected=Text("学校年报中有的学段", "a stage that the school's annual return has"),
        remedy=Text("改正学校或学段，或补填年报", "Mend the school or the stage, or add the return"),
    )


@check(
    "roster-differs-from-return",
    "warning",
    "教师名册的人数与学段年报不一致",
    "The roster counts other numbers of teachers than the annual return",
)
def roster_differs_from_return(records: Records) -> Iterator[Finding]:
    """Yield school stages with a roster whose counts differ from the return; absent figures are left out.

    Parts (degrees, backbone, PE and arts) are compared where every teacher of the school stage has that record.
    """
    if records.year is None or not records.has("teachers") or not records.has("stages"):
        return
    counted = counts(records.frame("teachers"), year=records.year)
    both = records.frame("stages").join(counted, on=["school", "stage"], suffix="_counted").sort(AT)
    for column in ("teachers", *COUNTED):
        for row in both.filter(pl.col(column) != pl.col(f"{column}_counted")).iter_rows(named=True):
            yield Finding(
                table="stages",
                at=row[AT],
                column=column,
                key=f"{row['school']}/{row['stage']}",
                found=quantity("stages", column, row[column]),
                expected=Text("名册中的 {n} 人", "{n} as in the roster").format(n=row[f"{column}_counted"]),
                remedy=Text("核对年报与教师名册", "Compare the return with the roster"),
            )


@check(
    "teacher-years",
    "error",
    "出生、入职、到校、返回的年份先后颠倒或在将来",
    "Years of birth, recruitment, joining and return are in the wrong order or lie ahead",
)
def teacher_years(records: Records) -> Iterator[Finding]:
    """Yield teachers who joined before they were recruited, were recruited as children, or joined in the future."""
    born, recruited, joined = pl.col("birth_year"), pl.col("recruit_year"), pl.col("joined_year")
    wrong = {
        "recruit_year": (recruited < born + YOUNGEST).fill_null(value=False),
        "joined_year": (joined < recruited).fill_null(value=False) | (joined > records.year)
        if records.year is not None
        else joined < recruited,
    }
    for column, is_wrong in wrong.items():
        for row in records.frame("teachers").filter(is_wrong).iter_rows(named=True):
            yield Finding(
                table="teachers",
                at=row[AT],
                column=column,
                key=row["teacher"],
                found=Text.same(str(row[column])),
                expected=Text(
                    "出生 → 入职 → 到校，都不晚于本学年",
                    "birth, then recruitment, then joining, none after the school year",
                ),
                remedy=Text("改正年份", "Mend the year"),
            )


@check(
    "half-of-a-pair",
    "warning",
    "成对的两列只填了一列：骨干层级与有效期、原学校与返回学年、暂缓原因与期限",
    "Of two columns that belong together only the second is given: tier, base school, exemption",
)
def half_of_a_pair(records: Records) -> Iterator[Finding]:
    """Yield teachers with an end but no beginning: a tier's last year without the tier, and so on."""
    pairs = (("tier", "tier_until"), ("exemption", "exemption_until"), ("return_year", "base_school"))
    for first, second in pairs:
        half = pl.col(first).is_null() & pl.col(second).is_not_null()
        for row in records.frame("teachers").filter(half).iter_rows(named=True):
            yield Finding(
                table="teachers",
                at=row[AT],
                column=first,
                key=row["teacher"],
                found=Text("“{label}”为空", "no {label}").format(label=label("teachers", first)),
                expected=Text("与“{label}”一同填写", "given together with {label}").format(
                    label=label("teachers", second)
                ),
                remedy=Text("补填，或两列都留空", "Fill it in, or leave both empty"),
            )


@check(
    "spouse-not-mutual",
    "warning",
    "配偶编号不在名册，或对方没有填回本人",
    "A spouse who is not in the roster, or whose own record names somebody else",
)
def spouse_not_mutual(records: Records) -> Iterator[Finding]:
    """Yield teachers whose spouse's record does not name them."""
    rows = records.frame("teachers").select(AT, "teacher", "spouse")
    other = rows.select(spouse="teacher", back="spouse").drop_nulls("spouse").unique("spouse", keep="first")
    joined = rows.drop_nulls("spouse").join(other, on="spouse", how="left").sort(AT)
    one_sided = pl.col("back").ne_missing(pl.col("teacher")) | (pl.col("spouse") == pl.col("teacher"))
    yield from each(
        joined.filter(one_sided),
        "teachers",
        "spouse",
        key=("teacher",),
        found=Text.same("“{spouse}”"),
        expected=Text("互相填写的两位教师", "two teachers who name each other"),
        remedy=Text("改正编号，或在对方一行补填", "Mend the number, or add it to the other's row"),
    )


CHECKS: tuple[Check, ...] = (
    teacher_without_stage,
    roster_differs_from_return,
    teacher_years,
    half_of_a_pair,
    spouse_not_mutual,
)
