"""Checks of the choices: schools that take part, each named once, and facts that let the rules judge."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from junheng.admission.intake.kit import Check, Intake, check
from junheng.district.checks.kit import Finding, each
from junheng.district.columns import label_of
from junheng.text import Text

_SET_ASIDE = Text("该志愿不计", "the choice is set aside")


@check(
    "choice-of-another-stage",
    "error",
    looks_for=Text("志愿学校没有本学段", "A choice of a school that does not have this stage"),
    waived=_SET_ASIDE,
)
def choice_of_another_stage(intake: Intake) -> Iterator[Finding]:
    """Yield choices of schools that have no pupils and no plan at the round's stage."""
    stage = intake.rules.stage
    having = intake.frame("stages").filter(pl.col("stage") == stage)["school"].to_list()
    having += intake.places["school"].to_list()
    known = intake.records.schools["school"].to_list()
    wrong = intake.choices.filter(pl.col("school").is_in(known) & ~pl.col("school").is_in(having))
    yield from _of_choices(
        wrong,
        found=Text("{school} 没有{of}", "{school} has no {of} stage"),
        expected=Text("有{of}的学校", "a school with a {of} stage"),
        remedy=Text("改填其他学校，或删去该志愿", "Choose another school, or delete the choice"),
        of=label_of("stage", stage),
    )


@check(
    "choice-without-places",
    "error",
    looks_for=Text("志愿学校本轮没有招生计划", "A choice of a school that offers no places in this round"),
    waived=_SET_ASIDE,
)
def choice_without_places(intake: Intake) -> Iterator[Finding]:
    """Yield choices of schools that have the stage but no row in the plan."""
    stage = intake.rules.stage
    having = intake.frame("stages").filter(pl.col("stage") == stage)["school"].to_list()
    offering = intake.places["school"].to_list()
    wrong = intake.choices.filter(pl.col("school").is_in(having) & ~pl.col("school").is_in(offering))
    yield from _of_choices(
        wrong,
        found=Text("{school} 没有招生计划", "{school} offers no places"),
        expected=Text("招生计划中的学校", "a school of the plan"),
        remedy=Text("补填招生计划，或改填其他学校", "Add the school's plan, or choose another school"),
    )


@check(
    "choice-repeated",
    "error",
    looks_for=Text("同一学校填报两次", "One school chosen twice"),
    waived=Text("只计靠前的志愿", "only the earlier choice counts"),
)
def choice_repeated(intake: Intake) -> Iterator[Finding]:
    """Yield choices of a school that an earlier choice of the same child names."""
    ordered = intake.choices.sort("applicant", "rank", maintain_order=True)
    repeated = ordered.with_columns(first=pl.col("rank").first().over("applicant", "school")).filter(
        pl.col("first") != pl.col("rank")
    )
    yield from _of_choices(
        repeated,
        found=Text("{school} 已是第 {first} 志愿", "{school}, which is choice {first} too"),
        expected=Text("每校填报一次", "each school once"),
        remedy=Text("删去靠后的一个", "Delete the later one"),
    )


@check(
    "no-choice",
    "warning",
    looks_for=Text("没有填报志愿", "A child without a choice"),
)
def no_choice(intake: Intake) -> Iterator[Finding]:
    """Yield children who name no school: only adjustment can place them."""
    without = intake.applicants.join(intake.choices, on="applicant", how="anti", maintain_order="left")
    yield from each(
        without,
        "applicants",
        "applicant",
        key=("applicant",),
        found=Text("没有志愿", "no choice"),
        expected=Text("至少一个志愿", "at least one"),
        remedy=Text("补填志愿；否则只能调剂", "Add a choice; otherwise only adjustment is left"),
    )


@check(
    "choice-in-vain",
    "warning",
    looks_for=Text("按细则不能被志愿学校录取", "A choice that no class of the rules admits"),
)
def choice_in_vain(intake: Intake) -> Iterator[Finding]:
    """Yield choices into which the rules give the child no way at all: the family should know before the draw."""
    rows = intake.choices.join(
        intake.pairs.filter(pl.col("class").is_null()).select("applicant", "rank"),
        on=["applicant", "rank"],
        how="semi",
        maintain_order="left",
    )
    yield from _of_choices(
        rows.filter(pl.col("school").is_in(intake.places["school"].to_list())),
        found=Text("不符合 {school} 的任何一类", "no class of {school} fits"),
        expected=Text("细则中的一类", "one of the classes of the rules"),
        remedy=Text(
            "核对户籍、住房等信息，或改填学校",
            "Check register, home and the like, or choose another school",
        ),
    )


@check(
    "register-home-missing",
    "error",
    looks_for=Text("本区户籍没有填写户籍地单元", "A household registered in the district without its home"),
    waived=Text("按户籍不在学区处理", "the register counts for no zone"),
)
def register_home_missing(intake: Intake) -> Iterator[Finding]:
    """Yield children registered in the district whose home of registration is not given."""
    wrong = intake.applicants.filter((pl.col("register") == "district") & pl.col("register_home").is_null())
    yield from each(
        wrong,
        "applicants",
        "register_home",
        key=("applicant",),
        found=Text("空单元格", "an empty cell"),
        expected=Text("户籍所在居住单元", "the home where the household is registered"),
        remedy=Text("补填户籍地单元", "Fill it in"),
    )


@check(
    "claim-contradicts",
    "error",
    looks_for=Text("申报与户籍矛盾", "A claim that contradicts the register"),
    waived=Text("按申报认定", "the claim counts"),
)
def claim_contradicts(intake: Intake) -> Iterator[Finding]:
    """Yield migrant children whose household is registered in the district itself."""
    wrong = intake.applicants.filter((pl.col("register") == "district") & (pl.col("migrant") == "yes"))
    yield from each(
        wrong,
        "applicants",
        "migrant",
        key=("applicant",),
        found=Text("本区户籍而申报随迁子女", "a migrant child registered in this district"),
        expected=Text("随迁子女的户籍不在本区", "a household registered elsewhere"),
        remedy=Text("核对户籍，或取消随迁申报", "Check the register, or take the claim back"),
    )


CHECKS: tuple[Check, ...] = (
    choice_of_another_stage,
    choice_without_places,
    choice_repeated,
    no_choice,
    choice_in_vain,
    register_home_missing,
    claim_contradicts,
)


def _of_choices(
    rows: pl.DataFrame, *, found: Text, expected: Text, remedy: Text, **more: object
) -> Iterator[Finding]:
    key = ("applicant", "rank")
    yield from each(rows, "choices", "school", key=key, found=found, expected=expected, remedy=remedy, **more)
