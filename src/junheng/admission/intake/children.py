"""Checks of the children: nobody twice, the right age, nobody's identity number in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from junheng.admission.intake.forbidden import TABLES
from junheng.admission.intake.identity import holds_identity_number
from junheng.admission.intake.kit import Check, Intake, check
from junheng.admission.rules.national import cutoff_day, entry_age
from junheng.district.checks.kit import Finding, each
from junheng.district.checks.records import AT
from junheng.district.columns import label_of, table
from junheng.text import Text

_SPREAD_YEARS = 2
"""Children of a later grade differ from the usual age by more than so many years only by a slip, or for a reason."""


@check(
    "no-applicants",
    "error",
    looks_for=Text("本轮没有报名儿童", "Nobody applies in this round"),
)
def no_applicants(intake: Intake) -> Iterator[Finding]:
    """Yield a table without a child of the round's stage."""
    if intake.applicants.is_empty():
        yield Finding(
            table="applicants",
            at=None,
            found=Text("没有本学段的报名儿童", "no child who applies for this stage"),
            expected=Text("报名学段为{stage}的儿童", "children who apply for {stage}").format(
                stage=label_of("stage", intake.rules.stage)
            ),
            remedy=Text(
                "填写报名表，或改用该学段的细则", "Fill in the applicants, or use the rules of their stage"
            ),
        )


@check(
    "child-twice",
    "error",
    looks_for=Text("同一儿童有两个报名号", "One child under two applicant numbers"),
    waived=Text("按不同儿童处理", "they are treated as different children"),
)
def child_twice(intake: Intake) -> Iterator[Finding]:
    """Yield children whose digest stands under an earlier number too."""
    known = intake.applicants.drop_nulls("person")
    twice = known.with_columns(first=pl.col("applicant").first().over("person")).filter(
        pl.col("first") != pl.col("applicant")
    )
    yield from each(
        twice,
        "applicants",
        "person",
        key=("applicant",),
        found=Text("与报名号 {first} 是同一儿童", "the same child as applicant {first}"),
        expected=Text("每名儿童一个报名号", "one number for each child"),
        remedy=Text(
            "保留一个报名号，删去另一个及其志愿", "Keep one number; delete the other with its choices"
        ),
    )


@check(
    "perhaps-child-twice",
    "warning",
    looks_for=Text(
        "同一家庭同日出生的两名儿童未登记为多胞胎",
        "Two children of a family born on one day who are not listed as twins",
    ),
)
def perhaps_child_twice(intake: Intake) -> Iterator[Finding]:
    """Yield children born on the same day in the same family whom no link says to be twins."""
    together = {child: group for group in intake.groups for child in group}
    known = intake.applicants.drop_nulls(["family", "born"])
    pairs = known.with_columns(first=pl.col("applicant").first().over("family", "born")).filter(
        pl.col("first") != pl.col("applicant")
    )
    for row in pairs.iter_rows(named=True):
        if row["first"] in together.get(row["applicant"], ()):
            continue
        yield Finding(
            table="applicants",
            at=row[AT],
            column="born",
            key=row["applicant"],
            found=Text(
                "与报名号 {first} 同一家庭、同日出生", "the same family and day of birth as applicant {first}"
            ).format(first=row["first"]),
            expected=Text("登记为多胞胎，或是同一儿童", "listed as twins, or one child"),
            remedy=Text(
                "在“亲属关系”中登记，或删去重复报名", "List them in kin, or delete the repeated application"
            ),
        )


@check(
    "too-young",
    "error",
    looks_for=Text("未到入学年龄", "A child below the age of entry"),
    waived=Text("批准入学", "the child is admitted"),
)
def too_young(intake: Intake) -> Iterator[Finding]:
    """Yield children who have not reached the age on the day of the rule."""
    years, day = entry_age(intake.rules, intake.standard), cutoff_day(intake.rules, intake.standard)
    years -= 0 if intake.rules.stage == "primary" else _SPREAD_YEARS
    latest = _years_before(day, years)
    citation = intake.standard.value("schooling.entry_cutoff").citation.describe()
    yield from each(
        intake.applicants.filter(pl.col("born") > latest.isoformat()),
        "applicants",
        "born",
        key=("applicant",),
        found=Text("{born} 出生", "born on {born}"),
        expected=Text(
            "{day}（含）前满 {years} 周岁，即 {latest} 及以前出生：{citation}",
            "{years} years by {day}, that is born on {latest} or before: {citation}",
        ),
        remedy=Text("核对出生日期；不得提前入学", "Check the day of birth; there is no early entry"),
        day=day,
        years=years,
        latest=latest,
        citation=citation,
    )


@check(
    "too-old",
    "warning",
    looks_for=Text("比应入学年龄大得多", "A child well above the usual age of entry"),
)
def too_old(intake: Intake) -> Iterator[Finding]:
    """Yield children who should have entered earlier: entry was put off, they repeat, or the day is a slip."""
    years, day = entry_age(intake.rules, intake.standard), cutoff_day(intake.rules, intake.standard)
    spread = 1 if intake.rules.stage == "primary" else _SPREAD_YEARS
    earliest = _years_before(day, years + spread)
    yield from each(
        intake.applicants.filter(pl.col("born") <= earliest.isoformat()),
        "applicants",
        "born",
        key=("applicant",),
        found=Text("{born} 出生", "born on {born}"),
        expected=Text("{earliest} 之后出生", "born after {earliest}"),
        remedy=Text(
            "核对出生日期；确属延缓入学的留存批准文件",
            "Check the day of birth; if entry was put off keep the approval",
        ),
        earliest=earliest,
    )


@check(
    "identity-number",
    "error",
    looks_for=Text("身份证号明文", "An identity number in the clear"),
)
def identity_number(intake: Intake) -> Iterator[Finding]:
    """Yield texts of the round's tables that hold what looks like an identity number; the number is not shown."""
    for name in TABLES:
        frame = intake.frame(name)
        for column in table(name):
            if column.type != "text" or column.refers_to is not None:
                continue
            found = frame.filter(pl.col(column.name).str.contains(r"\d{17}[\dXx]").fill_null(value=False))
            for at, value in found.select(AT, column.name).iter_rows():
                if holds_identity_number(value):
                    yield Finding(
                        table=name,
                        at=at,
                        column=column.name,
                        key=f"{name}/{column.name}/{at + 1}",
                        found=Text(
                            "身份证号明文（不在此显示）", "an identity number in the clear (not shown here)"
                        ),
                        expected=Text("报名号，或加盐哈希", "an applicant number, or a salted hash"),
                        remedy=Text(
                            "改为教育局编发的号码或加盐哈希",
                            "Use a number that the bureau gives, or a salted hash",
                        ),
                    )


CHECKS: tuple[Check, ...] = (
    no_applicants,
    child_twice,
    perhaps_child_twice,
    too_young,
    too_old,
    identity_number,
)


def _years_before(day: date, years: int) -> date:
    """Return the same day years earlier; 29 February becomes the last of the month where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
