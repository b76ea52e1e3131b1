"""Pupils and classes must add up: the annual return, the classes and the rolls tell one story."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from junheng.district.checks.kit import Check, Finding, check, quantity
from junheng.district.checks.records import AT, Records
from junheng.district.columns import table
from junheng.text import Text

Row = dict[str, Any]
SCHOOL_STAGE = ["school", "stage"]
USUAL_GRADES = {"primary": range(1, 7), "junior": range(6, 10), "senior": range(10, 13)}
"""Grades that occur in each stage; grade 6 is junior where primary takes five years."""


@check(
    "classes-count",
    "error",
    "学段年报的班级数与班级表的行数不符",
    "The annual return's number of classes differs from the rows of the table “classes”",
)
def classes_count(records: Records) -> Iterator[Finding]:
    """Yield returns whose class count is not the number of rows in classes."""
    listed = records.frame("classes").group_by(SCHOOL_STAGE).agg(pl.len().cast(pl.Int64).alias("listed"))
    rows = records.frame("stages").join(listed, on=SCHOOL_STAGE)
    for row in _in_order(rows.filter(pl.col("classes") != pl.col("listed"))):
        yield Finding(
            table="stages",
            at=row[AT],
            column="classes",
            key=_key(row),
            found=quantity("stages", "classes", row["classes"]),
            expected=Text("班级表中的 {n} 个班", "the {n} rows of “classes”").format(n=row["listed"]),
            remedy=Text("核对两表：相差 {n} 个班", "Compare the two tables: they differ by {n}").format(
                n=abs(row["classes"] - row["listed"])
            ),
        )


@check(
    "classes-pupils",
    "error",
    "各班人数之和与学段年报的在校生数不符",
    "The pupils of the classes do not add up to the annual return",
)
def classes_pupils(records: Records) -> Iterator[Finding]:
    """Yield returns whose pupils are not the sum over their classes."""
    return _sums(records, "classes", _whole(records.frame("classes")))


@check(
    "rolls-pupils",
    "error",
    "本学年各年级在校生之和与学段年报的在校生数不符",
    "This year's rolls do not add up to the annual return",
)
def rolls_pupils(records: Records) -> Iterator[Finding]:
    """Yield returns whose pupils are not the sum over this year's rolls."""
    return _sums(records, "rolls", _whole(_present(records)))


@check(
    "classes-rolls-grade",
    "error",
    "某年级各班人数之和与该年级在校生数不符",
    "The classes of a grade do not add up to its roll",
)
def classes_rolls_grade(records: Records) -> Iterator[Finding]:
    """Yield grades whose classes and roll differ although the stage's totals agree."""
    grade = [*SCHOOL_STAGE, "grade"]
    classes = records.frame("classes").group_by(grade).agg(_total("in_classes"))
    rows = _present(records).join(classes, on=grade)
    is_stage_equal = (pl.col("pupils").sum() == pl.col("in_classes").sum()).over(SCHOOL_STAGE)
    for row in _in_order(rows.filter((pl.col("pupils") != pl.col("in_classes")) & is_stage_equal)):
        yield Finding(
            table="rolls",
            at=row[AT],
            column="pupils",
            key=f"{_key(row)}/{row['grade']}",
            found=quantity("rolls", "pupils", row["pupils"]),
            expected=Text("各班人数之和 {n}", "{n}, the sum of its classes").format(n=row["in_classes"]),
            remedy=Text(
                "核对班级的年级：相差 {n} 人", "Check the grade of each class: they differ by {n}"
            ).format(n=abs(row["pupils"] - row["in_classes"])),
        )


@check(
    "grade-of-stage",
    "warning",
    "年级与学段不符",
    "A grade does not belong to its stage",
)
def grade_of_stage(records: Records) -> Iterator[Finding]:
    """Yield classes and rolls whose grade is unusual in their stage."""
    for name in ("classes", "rolls"):
        odd = pl.any_horizontal(
            (pl.col("stage") == stage) & ~pl.col("grade").is_between(grades[0], grades[-1])
            for stage, grades in USUAL_GRADES.items()
        )
        for row in records.frame(name).filter(odd).iter_rows(named=True):
            grades = USUAL_GRADES[row["stage"]]
            yield Finding(
                table=name,
                at=row[AT],
                column="grade",
                key=_key(row),
                found=Text("{n} 年级", "grade {n}").format(n=row["grade"]),
                expected=Text("{first} 至 {last}", "{first} to {last}").format(
                    first=grades[0], last=grades[-1]
                ),
                remedy=Text(
                    "年级从小学一年级起连续编号：初一为 7，高一为 10",
                    "Number grades on from the first primary grade: junior begins at 7, senior at 10",
                ),
            )


@check(
    "no-stage-row",
    "warning",
    "有班级或在校生，但学段年报没有这一学段",
    "Classes or rolls of a stage that the annual return does not have",
)
def no_stage_row(records: Records) -> Iterator[Finding]:
    """Yield the first row of each school stage that is missing from the table stages."""
    if not records.has("stages"):
        return
    for name, frame in (("classes", records.frame("classes")), ("rolls", _present(records))):
        rows = frame.join(records.frame("stages"), on=SCHOOL_STAGE, how="anti")
        for row in _in_order(rows.unique(SCHOOL_STAGE, keep="first", maintain_order=True)):
            yield Finding(
                table=name,
                at=row[AT],
                column="stage",
                key=_key(row),
                found=Text("学段年报没有 {key}", "{key} is not in the annual return").format(key=_key(row)),
                expected=Text("学段年报中的一行", "a row of the annual return"),
                remedy=Text("在学段年报中补一行，或改正学段", "Add a row to “stages”, or mend the stage"),
            )


@check(
    "no-classes",
    "warning",
    "学段有在校生，班级表中却没有它的班级",
    "A stage with pupils has no row in the table “classes”",
)
def no_classes(records: Records) -> Iterator[Finding]:
    """Yield returns with pupils but without classes, where other schools' classes are given."""
    if not records.has("classes"):
        return
    rows = records.frame("stages").filter(pl.col("pupils") > 0)
    for row in _in_order(rows.join(records.frame("classes"), on=SCHOOL_STAGE, how="anti")):
        yield Finding(
            table="stages",
            at=row[AT],
            column="pupils",
            key=_key(row),
            found=quantity("stages", "pupils", row["pupils"]),
            expected=Text("班级表中列出每个班", "every class listed in “classes”"),
            remedy=Text(
                "补填班级，否则无法判断班额", "Add its classes; without them class sizes are not assessed"
            ),
        )


@check(
    "part-above-pupils",
    "error",
    "寄宿生或随迁子女多于在校生",
    "More boarders or migrant pupils than pupils",
)
def part_above_pupils(records: Records) -> Iterator[Finding]:
    """Yield returns whose boarders or migrant pupils exceed their pupils."""
    for column in ("boarding_pupils", "migrant_pupils"):
        rows = records.frame("stages").filter(pl.col(column) > pl.col("pupils"))
        for row in rows.iter_rows(named=True):
            yield Finding(
                table="stages",
                at=row[AT],
                column=column,
                key=_key(row),
                found=quantity("stages", column, row[column]),
                expected=Text("不多于 {all}", "at most {all}").format(
                    all=quantity("stages", "pupils", row["pupils"])
                ),
                remedy=Text("核对两列：其中一列有误", "Check both columns: one of them is wrong"),
            )


CHECKS: tuple[Check, ...] = (
    classes_count,
    classes_pupils,
    rolls_pupils,
    classes_rolls_grade,
    grade_of_stage,
    no_stage_row,
    no_classes,
    part_above_pupils,
)


def _sums(records: Records, name: str, sums: pl.DataFrame) -> Iterator[Finding]:
    rows = records.frame("stages").join(sums, on=SCHOOL_STAGE).filter(pl.col("pupils") != pl.col("sum"))
    for row in _in_order(rows):
        yield Finding(
            table="stages",
            at=row[AT],
            column="pupils",
            key=_key(row),
            found=quantity("stages", "pupils", row["pupils"]),
            expected=Text("表“{table}”合计的 {n}", "{n}, the total of “{table}”").format(
                table=table(name).label, n=row["sum"]
            ),
            remedy=Text("核对两表：相差 {n} 人", "Compare the two tables: they differ by {n}").format(
                n=abs(row["pupils"] - row["sum"])
            ),
        )


def _whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Return sums by school and stage; a stage with an empty cell has no sum: absent is not zero."""
    return (
        frame.group_by(SCHOOL_STAGE)
        .agg(_total("sum"), pl.col("pupils").null_count().alias("absent"))
        .filter(pl.col("absent") == 0)
    )


def _total(name: str) -> pl.Expr:
    return pl.col("pupils").sum().alias(name)


def _present(records: Records) -> pl.DataFrame:
    """Return the rolls of the district's school year; none where the year is not known."""
    return records.frame("rolls").filter(pl.col("year") == pl.lit(records.year, dtype=pl.Int64))


def _in_order(rows: pl.DataFrame) -> Iterator[Row]:
    yield from rows.sort(AT).iter_rows(named=True)


def _key(row: Row) -> str:
    return f"{row['school']}/{row['stage']}"
