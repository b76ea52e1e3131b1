"""Checks of homes and kin: a home used twice, twins who disagree, links that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from junheng.admission.intake.kit import Check, Intake, check
from junheng.admission.rounds.facts import locked
from junheng.admission.rounds.groups import is_of_one_mind, wishes
from junheng.admission.rules.national import lock_years
from junheng.district.checks.kit import Finding, each
from junheng.district.checks.records import AT
from junheng.text import Text


@check(
    "home-used-twice",
    "error",
    looks_for=Text("同一住房被两个家庭用于本轮报名", "One dwelling used by two families in this round"),
    waived=Text("各家均按该住房认定", "the dwelling counts for each of them"),
)
def home_used_twice(intake: Intake) -> Iterator[Finding]:
    """Yield children whose dwelling an earlier row of another family uses; an unknown family is another one."""
    known = intake.applicants.drop_nulls("dwelling").with_columns(
        first=pl.col("applicant").first().over("dwelling"),
        first_family=pl.col("family").first().over("dwelling"),
    )
    is_other = pl.col("family").is_null() | pl.col("family").ne_missing(pl.col("first_family"))
    yield from each(
        known.filter((pl.col("first") != pl.col("applicant")) & is_other),
        "applicants",
        "dwelling",
        key=("applicant",),
        found=Text(
            "住房与报名号 {first} 相同，家庭不同", "the dwelling of applicant {first}, another family"
        ),
        expected=Text("一套住房一个家庭", "one family a dwelling"),
        remedy=Text(
            "核实产权；同一父母的子女填写相同的家庭标识",
            "Verify the deed; give children of the same parents the same family digest",
        ),
    )


@check(
    "home-locked",
    "warning",
    looks_for=Text("住房的学位已被使用，尚在锁定期内", "A dwelling whose place is locked"),
)
def home_locked(intake: Intake) -> Iterator[Finding]:
    """Yield children whose dwelling gave another family a place within the years of the lock: it does not count."""
    years = lock_years(intake.rules, intake.standard)
    for row in locked(intake.district, intake.rules, years=years).iter_rows(named=True):
        whose = (
            Text("由其他家庭使用", "used by another family")
            if row["family_known"]
            else Text("使用家庭未登记", "used by a family that is not on record")
        )
        yield Finding(
            table="applicants",
            at=intake.at[row["applicant"]],
            column="dwelling",
            key=row["applicant"],
            found=Text(
                "该住房的学位于 {year} 年{whose}", "the dwelling's place was {whose} in {year}"
            ).format(year=row["year"], whose=whose),
            expected=Text("{years} 年内同一家庭", "the same family within {years} years").format(years=years),
            remedy=Text(
                "住房不作为入学依据，按其余条件认定；如系同一父母，补填家庭标识",
                "The dwelling does not count, other facts do; if the parents are the same, fill in the family digest",
            ),
        )


@check(
    "kin-incomplete",
    "error",
    looks_for=Text("亲属关系没有写明对方", "A link of kin that names nobody"),
)
def kin_incomplete(intake: Intake) -> Iterator[Finding]:
    """Yield links without the other child or the school that they need, to the child itself, or to another stage."""
    own = set(intake.at)
    rows = intake.frame("kin").filter(pl.col("applicant").is_in(list(own)))
    for row in rows.iter_rows(named=True):
        is_school = row["relation"] == "sibling_here"
        named = row["school"] if is_school else row["other"]
        if named is not None and (is_school or (named in own and named != row["applicant"])):
            continue
        yield Finding(
            table="kin",
            at=row[AT],
            column="school" if is_school else "other",
            key=row["applicant"],
            found=Text("没有写明", "nothing given") if named is None else Text.same(f"“{named}”"),
            expected=Text("兄姐就读学校", "the school of the sibling")
            if is_school
            else Text("本轮另一报名号", "another applicant of this round"),
            remedy=Text("补填，或删去这一行", "Fill it in, or delete the row"),
        )


@check(
    "twins-apart",
    "error",
    looks_for=Text(
        "多胞胎登记的住址、房屋或家庭不一致", "Twins listed at different homes, dwellings or families"
    ),
    waived=Text("仍按一份报名捆绑录取", "they are kept together all the same"),
)
def twins_apart(intake: Intake) -> Iterator[Finding]:
    """Yield groups kept together whose members do not live together by the records."""
    for group in intake.groups:
        for column in ("home", "dwelling", "family"):
            values = [intake.children[child][column] for child in group]
            if len(set(values)) > 1:
                shown = "、".join(
                    f"{child} {value or '—'}" for child, value in zip(group, values, strict=True)
                )
                yield _of_group(
                    intake,
                    group,
                    column,
                    found=Text.same(shown),
                    expected=Text("同一住址、房屋和家庭标识", "one home, one dwelling, one family digest"),
                    remedy=Text(
                        "核对并改为一致，或删去亲属关系", "Make them agree, or delete the link of kin"
                    ),
                )
                break


@check(
    "twins-born-apart",
    "error",
    looks_for=Text("多胞胎出生日期相差一天以上", "Twins born more than a day apart"),
    waived=Text("仍按一份报名捆绑录取", "they are kept together all the same"),
)
def twins_born_apart(intake: Intake) -> Iterator[Finding]:
    """Yield links of twins whose days of birth differ by more than one (they may be born around midnight)."""
    twins = intake.frame("kin").filter(pl.col("relation") == "twin").drop_nulls("other")
    for row in twins.iter_rows(named=True):
        one, other = (intake.children.get(row[name]) for name in ("applicant", "other"))
        if one is None or other is None or one["born"] is None or other["born"] is None:
            continue
        days = abs((date.fromisoformat(str(one["born"])) - date.fromisoformat(str(other["born"]))).days)
        if days > 1:
            yield Finding(
                table="kin",
                at=row[AT],
                column="relation",
                key=row["applicant"],
                found=Text("出生日期 {one} 与 {other}", "born on {one} and on {other}").format(
                    one=one["born"], other=other["born"]
                ),
                expected=Text("相差不超过一天", "at most one day apart"),
                remedy=Text(
                    "改正出生日期，或改填“同时报名的兄弟姐妹”",
                    "Mend a day of birth, or call them siblings who apply too",
                ),
            )


@check(
    "twins-wish-apart",
    "error",
    looks_for=Text("捆绑录取的儿童志愿不同", "Children to be kept together who choose different schools"),
    waived=Text("各自单独录取", "each is admitted on its own"),
)
def twins_wish_apart(intake: Intake) -> Iterator[Finding]:
    """Yield groups whose lists of choices differ."""
    lists = wishes(intake.district, (child for group in intake.groups for child in group))
    for group in intake.groups:
        if not is_of_one_mind(lists[child] for child in group):
            yield _of_group(
                intake,
                group,
                "applicant",
                found=Text("{group} 的志愿不同", "{group} have different lists").format(
                    group="、".join(group)
                ),
                expected=Text("学校和顺序完全相同", "the same schools in the same order"),
                remedy=Text("改为一致，或删去亲属关系", "Make the lists agree, or delete the link of kin"),
            )


@check(
    "twins-of-different-classes",
    "warning",
    looks_for=Text("捆绑录取的儿童类别不同", "Children kept together who fall in different classes"),
)
def twins_of_different_classes(intake: Intake) -> Iterator[Finding]:
    """Yield groups whose members the rules treat differently: all are taken by the later class and open places."""
    by_child = {
        key[0]: rows.select("school", "class", "reserve").rows()
        for key, rows in intake.pairs.filter(
            pl.col("applicant").is_in([child for group in intake.groups for child in group])
        ).group_by("applicant", maintain_order=True)
    }
    for group in intake.groups:
        seen = {tuple(by_child.get(child, ())) for child in group}
        schools = {tuple(row[0] for row in rows) for rows in seen}
        if len(seen) > 1 and len(schools) == 1:
            yield _of_group(
                intake,
                group,
                "applicant",
                found=Text("{group} 的类别或预留不同", "{group} differ in class or reserve").format(
                    group="、".join(group)
                ),
                expected=Text("相同的类别", "the same class"),
                remedy=Text(
                    "捆绑录取时按其中靠后的类别、不计预留；如对儿童不利可取消捆绑",
                    "Together they count in the later class, under no reserve; undo the link where that hurts a child",
                ),
            )


CHECKS: tuple[Check, ...] = (
    home_used_twice,
    home_locked,
    kin_incomplete,
    twins_apart,
    twins_born_apart,
    twins_wish_apart,
    twins_of_different_classes,
)


def _of_group(
    intake: Intake, group: tuple[str, ...], column: str, *, found: Text, expected: Text, remedy: Text
) -> Finding:
    return Finding(
        table="applicants",
        at=intake.at.get(group[0]),
        column=column,
        key="+".join(group),
        found=found,
        expected=expected,
        remedy=remedy,
    )
