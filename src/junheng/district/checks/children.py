"""Children of homes: each row counts one kind of children, none are counted twice, this year's are there."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.district.checks.adding import USUAL_GRADES
from junheng.district.checks.kit import Check, Finding, check, either, label
from junheng.district.checks.records import AT, Records
from junheng.district.columns import label_of
from junheng.text import Text

WAYS = ("stage", "grade", "age")
"""Ways to say which children a row counts."""
SURE_GRADES = {
    stage: [grade for grade in grades if sum(grade in other for other in USUAL_GRADES.values()) == 1]
    for stage, grades in USUAL_GRADES.items()
}
"""Grades that belong to one stage wherever primary takes five years or six."""


@check(
    "stage-grade-or-age",
    "error",
    "适龄儿童的学段、年级、年龄没有填或填了不止一项",
    "Children with none, or with more than one, of stage, grade and age",
)
def stage_grade_or_age(records: Records) -> Iterator[Finding]:
    """Yield rows of children that do not give exactly one of stage, grade and age."""
    n_given = pl.sum_horizontal(pl.col(name).is_not_null() for name in WAYS)
    for row in records.frame("children").filter(n_given != 1).iter_rows(named=True):
        given = [label("children", name) for name in WAYS if row[name] is not None]
        yield Finding(
            table="children",
            at=row[AT],
            column=next((name for name in reversed(WAYS) if row[name] is not None), "grade"),
            key=row["home"],
            found=either(given) if given else Text("三项都为空", "none of the three"),
            expected=Text("三项填且只填一项：{ways}", "exactly one of {ways}").format(
                ways=either([label("children", name) for name in WAYS])
            ),
            remedy=Text("只留一项", "Leave only one") if given else Text("补填一项", "Fill one in"),
        )


@check(
    "children-counted-twice",
    "error",
    "同一居住单元同一学年的儿童既按学段又按年级填报",
    "The children of a home are given both for the stage and by grade",
)
def children_counted_twice(records: Records) -> Iterator[Finding]:
    """Yield rows for a whole stage beside rows for its grades, of the same home and year."""
    children = records.frame("children")
    grades = pl.DataFrame(
        [(stage, grade) for stage, own in SURE_GRADES.items() for grade in own],
        schema={"stage": pl.String, "grade": pl.Int64},
        orient="row",
    )
    by_grade = children.drop("stage").join(grades, on="grade").select("home", "year", "stage").unique()
    rows = children.filter(pl.col("stage").is_not_null()).join(
        by_grade, on=["home", "year", "stage"], how="semi"
    )
    for row in rows.sort(AT).iter_rows(named=True):
        yield Finding(
            table="children",
            at=row[AT],
            column="stage",
            key=f"{row['home']}/{row['year']}/{row['stage']}",
            found=Text("既有{stage}合计，又有分年级人数", "a total for {stage} and numbers by grade").format(
                stage=label_of("stage", row["stage"])
            ),
            expected=Text("只用一种方式", "one of the two ways"),
            remedy=Text("删去合计行，或删去分年级的行", "Delete the total, or the rows by grade"),
        )


@check(
    "no-children-this-year",
    "warning",
    "适龄儿童表没有本学年的数据",
    "No children are given for the school year of the records",
)
def no_children_this_year(records: Records) -> Iterator[Finding]:
    """Yield a table of children that has rows, but none of the district's school year."""
    children, year = records.frame("children"), records.year
    if year is None or not children.height or (children["year"] == year).any():
        return
    yield Finding(
        table="children",
        at=None,
        column="year",
        found=Text("只有 {years}", "only {years}").format(
            years=", ".join(str(y) for y in children["year"].drop_nulls().unique().sort().to_list())
        ),
        expected=Text("学年起始年 {year}", "school year {year}").format(year=year),
        remedy=Text("补充本学年的儿童数，或改正学年", "Add this year's children, or mend the school year"),
    )


CHECKS: tuple[Check, ...] = (stage_grade_or_age, children_counted_twice, no_children_this_year)
