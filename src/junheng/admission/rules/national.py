"""What the nation fixes for every round, and what of it a local rules file may change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from junheng.admission.rules.model import PriorityClass, Rules
from junheng.errors import Place, Problem
from junheng.schoolyear import SchoolYear
from junheng.standards.lookup import StandardOnDate
from junheng.text import Text

PRIVATE_FACTS = frozenset({"home", "register", "residence_permit", "sibling_here"})
"""What a class of private schools may ask: who is local, and who has a sibling there. All else is the draw's."""


def standard_day(rules: Rules) -> date:
    """Return the day on which the standard is read for a round: the day the rules were published."""
    return rules.notice.published


def entry_age(rules: Rules, standard: StandardOnDate) -> int:
    """Return the completed years that a child must have to enter the stage: the entry age, and the grades before it."""
    first = (
        standard.value("schooling.entry_age").number if rules.entry_age is None else rules.entry_age.number
    )
    before = (
        standard.value("schooling.first_grade", stage=rules.stage).number
        - standard.value("schooling.first_grade", stage="primary").number
    )
    return int(first + before)


def cutoff_day(rules: Rules, standard: StandardOnDate) -> date:
    """Return the day by which the age must be reached, itself included."""
    return standard.value("schooling.entry_cutoff").day_in(SchoolYear(rules.year).start)


def lock_years(rules: Rules, standard: StandardOnDate) -> int | None:
    """Return for how many years a home gives one place: the round's number, else the local standard's, else none."""
    if rules.lock_years is not None:
        return int(rules.lock_years.number)
    value = standard.value_or_none("enrolment.home_seat_lock_years", stage=rules.stage)
    return None if value is None else int(value.number)


def against_the_standard(rules: Rules, standard: StandardOnDate) -> list[Problem]:
    """Return where the rules of a round say less, or something else, than the standard asks of every round."""
    return [
        *_published_in_time(rules),
        *_no_siblings(rules, standard),
        *_private_by_draw(rules, standard),
        *_entry_age(rules, standard),
    ]


def _published_in_time(rules: Rules) -> Iterator[Problem]:
    if rules.notice.published >= SchoolYear(rules.year).first_day:
        yield _problem(
            "rules-published-late",
            "notice.published",
            found=Text(f"公布于 {rules.notice.published}", f"published on {rules.notice.published}"),
            expected=Text("开学之前公布", "a day before the school year begins"),
            remedy=Text("改正公布日期或学年", "Mend the day or the year"),
        )


def _no_siblings(rules: Rules, standard: StandardOnDate) -> Iterator[Problem]:
    value = standard.value_or_none("enrolment.siblings_policy")
    cases = [case for classes in rules.classes.values() for one in classes for case in one.cases]
    cases += [case for reserve in rules.reserves for case in reserve.cases]
    asks = any("sibling_here" in case.facts for case in cases)
    if value is not None and not asks and not rules.together:
        yield _problem(
            "rules-without-siblings",
            "together",
            severity="warning",
            found=Text("细则没有多孩长幼随学的规定", "nothing about siblings"),
            expected=value.citation.describe(),
            remedy=Text(
                "在类别或预留中使用 sibling_here，或写明 together",
                "Use sibling_here in a class or a reserve, or write together",
            ),
        )


def _private_by_draw(rules: Rules, standard: StandardOnDate) -> Iterator[Problem]:
    citation = standard.value("enrolment.private_lottery").citation.describe()
    for one in rules.classes.get("private", ()):
        asked = sorted({fact for case in one.cases for fact in case.facts} - PRIVATE_FACTS)
        if asked:
            yield _problem(
                "private-not-by-draw",
                f"classes.private.{one.id}",
                found=Text(
                    f"民办学校的类别使用了 {'、'.join(asked)}",
                    f"a class of private schools that asks for {', '.join(asked)}",
                ),
                expected=Text(
                    "除本地优先外一律摇号：{citation}", "local pupils first, else the draw: {citation}"
                ).format(citation=citation),
                remedy=Text("删去这些条件", "Delete these conditions"),
            )
    if "private" in rules.classes and not _is_local_first(rules.classes["private"]):
        local = standard.value("enrolment.public_and_private_together").citation.describe()
        yield _problem(
            "private-not-local-first",
            "classes.private",
            found=Text("第一类不是本地学生", "a first class that is not for local pupils"),
            expected=Text(
                "优先满足审批地学生：{citation}", "pupils of the approving county first: {citation}"
            ).format(citation=local),
            remedy=Text("第一类写明 register 或 home", "Let the first class ask for register or home"),
        )


def _is_local_first(classes: tuple[PriorityClass, ...]) -> bool:
    return bool(classes[0].cases) and all(
        {"register", "home", "residence_permit"} & set(case.facts) for case in classes[0].cases
    )


def _entry_age(rules: Rules, standard: StandardOnDate) -> Iterator[Problem]:
    value = standard.value("schooling.entry_age")
    if rules.entry_age is not None and rules.entry_age.number < value.number:
        yield _problem(
            "entry-age-too-low",
            "entry_age.years",
            found=Text(f"{rules.entry_age.number:g} 周岁", f"{rules.entry_age.number:g} years"),
            expected=Text("不小于 {n} 周岁：{citation}", "at least {n} years: {citation}").format(
                n=f"{value.number:g}", citation=value.citation.describe()
            ),
            remedy=Text("不得提前招生：改正年龄", "No early enrolment: mend the age"),
        )


def _problem(
    code: str, key: str, *, found: Text, expected: Text, remedy: Text, severity: str = "error"
) -> Problem:
    return Problem(
        code=code,
        severity="error" if severity == "error" else "warning",
        place=Place(file="rules", key=key),
        found=found,
        expected=expected,
        remedy=remedy,
    )
